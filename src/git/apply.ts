import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asSha, type Finding, finding, type Sha, usage } from '../contracts/index.ts';
import { openBaseline } from './baseline.ts';
import { GitFailure, gitBytes } from './command.ts';
import { ownEnvironment } from './environment.ts';
import { openSource } from './source.ts';
import type { Baseline, Pristine } from './types.ts';
import { checkoutTree, moveCheckout } from './workspace.ts';

/** `tree` is null exactly where the patch could not be applied, and `finding` then says why. The caller compares the tree. */
export type Applied = { tree: Sha; finding: null } | { tree: null; finding: Finding };

/** Applies a patch to a tree in an index of its own, without a work tree. `git apply` decides; nothing is fuzzy, nothing falls back to a merge. */
export async function applyToTree(baseline: Baseline, tree: Sha, patchFile: string): Promise<Applied> {
  const indexFile = join(baseline.gitDir, `index-${randomUUID()}`);
  const env = ownEnvironment(baseline.gitDir, { GIT_INDEX_FILE: indexFile });
  try {
    await gitBytes(env, ['read-tree', tree]);
    // Older versions of git call an empty patch an error.
    if ((await stat(patchFile)).size > 0) {
      await gitBytes(env, ['apply', '--cached', '--whitespace=nowarn', '--', patchFile]);
    }
    return { tree: asSha((await gitBytes(env, ['write-tree'])).stdout.toString().trim()), finding: null };
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    const why = JSON.stringify(error.stderr.trim().slice(0, 300));
    return {
      tree: null,
      finding: finding('evidence_invalid', `the patch does not apply to its base: ${why}`, 'patch.diff'),
    };
  } finally {
    await rm(indexFile, { force: true });
  }
}

/**
 * The third, fresh checkout: base + patch, in `dir` (created). The tree is computed from the patch file alone, so comparing it with the recorded
 * result proves that the patch says all. Nothing is written to `dir` where the patch does not apply. With a pristine copy of the base only the paths that
 * the patch changes are written; the copy is used up.
 */
export async function checkoutVerified(
  baseline: Baseline,
  baseTree: Sha,
  patchFile: string,
  dir: string,
  pristine: Pristine | null = null,
): Promise<Applied> {
  const applied = await applyToTree(baseline, baseTree, patchFile);
  if (applied.tree === null) return applied;
  const indexFile = join(baseline.gitDir, `index-${randomUUID()}`);
  try {
    if (pristine?.tree === baseTree) {
      await rename(pristine.dir, dir);
      await copyFile(pristine.indexFile, indexFile);
      await moveCheckout(baseline, baseTree, applied.tree, dir, indexFile);
    } else await checkoutTree(baseline, applied.tree, dir, indexFile);
  } finally {
    await rm(indexFile, { force: true });
  }
  return applied;
}

/**
 * For `verify --repo DIR`: the tree that the patch makes of a commit of DIR, computed in a git directory of our own in the temporary folder. DIR
 * is only read. Throws a UserError where DIR is no repository or lacks the commit.
 */
export async function replayPatch(dir: string, baseCommit: Sha, patchFile: string): Promise<Applied> {
  const source = await openSource(dir);
  const place = await mkdtemp(join(tmpdir(), 'countersign-replay-'));
  try {
    const baseline = await openBaseline(source, join(place, 'git'));
    const base = await baseline.commit(baseCommit);
    if (base === null)
      throw usage(`${baseCommit} is no commit of ${JSON.stringify(dir)}`, dir, 'Fetch the commit first.');
    return await applyToTree(baseline, base.tree, patchFile);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
