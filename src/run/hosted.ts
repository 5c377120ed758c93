import { type Sha, usage } from '../contracts/index.ts';
import type { Baseline } from '../git/index.ts';
import type { Given } from './given.ts';
import { MOST_PACKET_BYTES, packetOf } from './packet-file.ts';
import { readProtected, rulesDigest } from './protected-ref.ts';
import type { Hosted } from './types.ts';

/**
 * On GitHub: the packet is a file of the packet branch's commit, which is also the base of the run; what counts beside it comes from the tip of the default
 * branch; people's decisions and what became of them were read by the caller. Throws a UserError (exit 3) for a commit or a packet that is not there.
 */
export async function givenByGitHub(hosted: Hosted, packetFile: string, baseline: Baseline): Promise<Given> {
  const { head, protected: tip } = hosted;
  const commit = await commitOf(baseline, head);
  const bytes = await baseline.readBlob(commit.tree, packetFile, MOST_PACKET_BYTES);
  if (bytes === null)
    throw usage(
      `${packetFile} is no file of ${head.ref}`,
      packetFile,
      'Let the Action open the packet again: edit the issue.',
    );
  const { packet, digest } = packetOf(bytes, packetFile);
  return {
    packet,
    packetDigest: digest,
    protected: await readProtected(baseline, tip),
    base: packet.target ? { ref: head.ref, commit: commit.sha, tree: commit.tree } : null,
    facts: {
      surface: 'github',
      repository_name: hosted.repository,
      author: hosted.author,
      head: commit.sha,
      rules: await rulesDigest(baseline, tip.sha),
      approvals: hosted.approvals.map((document) => ({ from: 'github', document, signature_verified: false })),
      consumed_nonces: [...hosted.consumed],
      attempts: hosted.attempts.map(({ nonce, count }) => ({ nonce, count })),
    },
  };
}

async function commitOf(baseline: Baseline, { ref, sha }: Hosted['head']): Promise<{ sha: Sha; tree: Sha }> {
  const commit = await baseline.commit(sha);
  if (commit === null) throw usage(`${ref} at ${sha} is not here`, ref, 'Fetch the packet branch first.');
  return commit;
}
