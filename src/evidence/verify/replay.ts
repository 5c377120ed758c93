import type { Finding } from '../../contracts/index.ts';
import { invalid } from '../layout.ts';
import { withMember } from '../read/index.ts';
import type { Loaded } from './load.ts';

/** Applies patch.diff to the recorded base in a repository and compares the tree with the recorded one. The repository is only read. */
export async function replayErrors(pack: string, { report, contents }: Loaded, repo: string): Promise<Finding[]> {
  const { base_commit: base, result_tree: expected } = report;
  const patch = contents.files.get('patch.diff');
  if (base === null || expected === null || !patch) return [];
  // Only --repo needs git: its library is not loaded for anything else.
  const { replayPatch } = await import('../../git/index.ts');
  const applied = await withMember(
    pack,
    'patch.diff',
    patch.sha256,
    async (file) => await replayPatch(repo, base, file),
  );
  if (applied === null) return [invalid('patch.diff', 'changed while it was read')];
  if (applied.finding) return [applied.finding];
  if (applied.tree === expected) return [];
  return [invalid('report.json#/result_tree', `the patch makes tree ${applied.tree} of the base, not ${expected}`)];
}
