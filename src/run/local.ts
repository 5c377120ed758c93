import { type Packet, usage } from '../contracts/index.ts';
import type { Baseline, Source } from '../git/index.ts';
import { readApprovals } from './approvals-file.ts';
import { usedApprovals } from './approvals-used.ts';
import type { Given } from './given.ts';
import { readPacket } from './packet-file.ts';
import type { Places } from './places.ts';
import { readProtected, resolveProtected } from './protected-ref.ts';
import type { RequestOptions } from './types.ts';

/** On a laptop: files that are named, refs of DIR, and the approvals that this machine has seen used. Throws a UserError (exit 3). */
export async function givenLocally(
  options: RequestOptions,
  where: { source: Source; baseline: Baseline; places: Places },
): Promise<Given> {
  const { source, baseline, places } = where;
  const { packet, digest } = await readPacket(options.packetFile);
  const guarded = await readProtected(baseline, await resolveProtected(source, options.protectedRef));
  const approvals = await readApprovals(options.approvalsFile);
  const used = await usedApprovals(
    places.state,
    approvals.map((a) => a.nonce),
  );
  return {
    packet,
    packetDigest: digest,
    protected: guarded,
    base: await resolveBase(source, baseline, packet),
    facts: {
      surface: 'local',
      repository_name: null,
      author: null,
      head: null,
      rules: null,
      approvals: approvals.map((document) => ({ from: 'file', document, signature_verified: false })),
      consumed_nonces: used.consumed,
      attempts: used.attempts,
    },
  };
}

async function resolveBase(source: Source, baseline: Baseline, packet: Packet): Promise<Given['base']> {
  if (!packet.target) return null;
  const { base_ref: name } = packet.target;
  for (const ref of [`refs/heads/${name}`, `refs/remotes/origin/${name}`]) {
    const sha = await source.resolveRef(ref);
    const commit = sha === null ? null : await baseline.commit(sha);
    if (commit !== null) return { ref, commit: commit.sha, tree: commit.tree };
  }
  throw usage(
    `target.base_ref ${JSON.stringify(name)} is no branch here`,
    '/target/base_ref',
    'Name an existing branch, or fetch it.',
  );
}
