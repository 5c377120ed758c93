import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isSha, type Sha, usage } from '../contracts/index.ts';
import {
  type Baseline,
  fetchCommits,
  openBaseline,
  openSource,
  type Remote,
  remoteBranches,
  rewritten,
} from '../git/index.ts';
import { packetBranch } from './event.ts';
import type { Runner } from './runner.ts';

/**
 * Objects of the repository, fetched into a git directory of our own over the checkout's. Nothing is checked out, and nothing of it is executed. A fetched ref is
 * there under its own name, so that the folder can be opened as a repository.
 */
export interface Store {
  /** The bare git directory: `repo` of a decision, a run or a verification. */
  dir: string;
  baseline: Baseline;
  remote: Remote;
  /** The default branch as it is now; everything that counts is read from there. */
  tip: { ref: string; sha: Sha };
  /** Commits by full ref name or id; null for what is not there. */
  fetch(wants: readonly string[]): Promise<ReadonlyMap<string, Sha | null>>;
  /** Branches of packets of this issue, as they are now: one for each packet_id that it had. */
  branchesOf(issue: number): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens the checkout and fetches the default branch and what else is asked for in the same request. Throws a UserError. */
export async function openStore(
  runner: Runner,
  token: string,
  more: readonly string[] = [],
): Promise<{ store: Store; found: ReadonlyMap<string, Sha | null> }> {
  const folder = await mkdtemp(join(runner.temporary, 'countersign-objects-'));
  const dir = join(folder, 'store.git');
  const close = async (): Promise<void> => await rm(folder, { recursive: true, force: true });
  try {
    const baseline = await openBaseline(await openSource(runner.workspace), dir);
    // The runner's own configuration of git may lead elsewhere (`url.<base>.insteadOf`): a mirror, or the repositories of a test.
    const remote = rewritten({ url: `${runner.serverUrl}/${runner.repository}`, token }, process.env);
    const ref = `refs/heads/${runner.defaultBranch}`;
    const found = await fetchCommits(baseline, remote, [ref, ...more]);
    const sha = found.get(ref) ?? null;
    if (sha === null)
      throw usage(`the default branch ${runner.defaultBranch} is not there`, ref, 'Push a first commit.');
    const fetch = async (wants: readonly string[]): Promise<ReadonlyMap<string, Sha | null>> => {
      const lacking = await absent(baseline, wants);
      const fetched =
        lacking.length === 0 ? new Map<string, Sha | null>() : await fetchCommits(baseline, remote, lacking);
      return new Map(
        wants.map((want) => [want, fetched.has(want) ? (fetched.get(want) ?? null) : isSha(want) ? want : null]),
      );
    };
    const branchesOf = async (issue: number): Promise<string[]> =>
      (await remoteBranches(baseline, remote, 'packet')).filter((branch) => packetBranch(branch)?.issue === issue);
    return { store: { dir, baseline, remote, tip: { ref, sha }, fetch, branchesOf, close }, found };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Refs may have moved; a commit that is here is here. */
async function absent(baseline: Baseline, wants: readonly string[]): Promise<string[]> {
  const lacking: string[] = [];
  for (const want of new Set(wants)) if (!isSha(want) || (await baseline.commit(want)) === null) lacking.push(want);
  return lacking;
}
