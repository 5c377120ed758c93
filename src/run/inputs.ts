import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type ResolvedInput, sha256Hex } from '../contracts/index.ts';
import type { ListedEntry } from '../git/index.ts';
import { compilePathRules } from '../packet/index.ts';

/**
 * The resolved inputs manifest: every file of the base that the engine may change, and its script, as they lie in the fresh checkout. Gitlinks hold
 * nothing and are left out. Sorted by path.
 */
export function resolveInputs(
  entries: readonly ListedEntry[],
  scope: { allowed: readonly string[]; forbidden: readonly string[] },
  script: string | null,
  checkout: string,
): ResolvedInput[] {
  const allowed = compilePathRules(scope.allowed);
  const forbidden = compilePathRules(scope.forbidden);
  const wanted = (path: string): boolean =>
    path === script || (allowed.matches(path) !== null && forbidden.matches(path) === null);
  return entries
    .filter((entry) => entry.type === 'blob' && wanted(entry.path))
    .map((entry) => {
      const file = join(checkout, entry.path);
      const content = lstatSync(file).isSymbolicLink()
        ? readlinkSync(file, { encoding: 'buffer' })
        : readFileSync(file);
      return { path: entry.path, mode: entry.mode, sha256: sha256Hex(content) };
    });
}
