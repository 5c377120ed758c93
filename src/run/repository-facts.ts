import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, rmdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Decision, Packet, Sha } from '../contracts/index.ts';
import { type Baseline, type Source, type SourceStatus, sourceStatus } from '../git/index.ts';
import type { Limits } from '../policy/index.ts';
import type { Opened } from '../sandbox/index.ts';

type RepositoryFact = NonNullable<Decision['facts']['repository']>;

const SHOWN = 20;
const counted = (paths: readonly string[]) => ({ count: paths.length, paths: paths.slice(0, SHOWN) });

/** Room that every pack needs besides logs and patch: its own documents. */
const OVERHEAD = 4 << 20;

/**
 * Whether a folder can be written to. With `write` it is tried (a run), without it is only looked at (`decide` changes nothing). No path of this
 * machine is in the answer: it goes into the pack.
 */
async function evidenceFact(
  wanted: { folder: string; what: string },
  limits: Limits,
  write: boolean,
): Promise<RepositoryFact['evidence']> {
  let { folder } = wanted;
  try {
    if (write) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await rmdir(await mkdtemp(join(folder, '.probe-')));
    } else {
      while (
        !(await access(folder).then(
          () => true,
          () => false,
        )) &&
        dirname(folder) !== folder
      )
        folder = dirname(folder);
      await access(folder, constants.W_OK | constants.X_OK);
    }
    const { bavail, bsize } = await statfs(folder);
    // Output of engine and verification, and the patch: what may be written at most is not reserved, what is certain to be needed is.
    const room = bavail * bsize >= OVERHEAD + limits.patch_bytes;
    return { writable: true, room, problem: room ? null : `the file system of the ${wanted.what} folder is full` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      writable: false,
      room: false,
      problem: `the ${wanted.what} folder cannot be written to (${code ?? 'unknown error'})`,
    };
  }
}

/** A packet counts as merged when a commit with its trailer is the base or an ancestor of it (2-contracts.md, `depends_on`). */
async function dependencyFacts(baseline: Baseline, base: Sha, packet: Packet): Promise<RepositoryFact['dependencies']> {
  const wanted = packet.depends_on ?? [];
  if (wanted.length === 0) return [];
  const merged = await baseline.packetCommits(base);
  return wanted.map((packet_id) => ({ packet_id, merged: (merged.get(packet_id) ?? []).length > 0 }));
}

/** The repository tier: opened only when nothing before it blocks. */
export async function repositoryFacts(ask: {
  source: Source;
  baseline: Baseline;
  base: Sha;
  packet: Packet;
  out: string;
  /** Where the approvals that this run stands on are reserved; null when it stands on none. */
  state: string | null;
  limits: Limits;
  write: boolean;
  /** The sandbox on its way. */
  opening: Promise<Opened>;
}): Promise<{ fact: RepositoryFact; status: SourceStatus }> {
  const [status, dependencies, output, state, opened] = await Promise.all([
    sourceStatus(ask.source, ask.baseline),
    dependencyFacts(ask.baseline, ask.base, ask.packet),
    evidenceFact({ folder: ask.out, what: 'output' }, ask.limits, ask.write),
    ask.state === null ? null : evidenceFact({ folder: ask.state, what: 'state' }, ask.limits, ask.write),
    ask.opening,
  ]);
  const evidence = output.problem === null && state !== null ? state : output;
  return {
    status,
    fact: {
      status: {
        staged: counted(status.staged),
        unstaged: counted(status.unstaged),
        untracked: counted(status.untracked),
      },
      dependencies,
      evidence,
      sandbox: opened.ok
        ? { available: true, problem: null, fix: null }
        : { available: false, problem: opened.finding.message, fix: opened.finding.fix },
    },
  };
}
