import { readlinkSync } from 'node:fs';
import { type ResolvedInput, sha256Hex } from '../contracts/index.ts';
import type { ListedEntry } from '../git/index.ts';
import { compileForbiddenRules, compilePathRules } from '../packet/index.ts';
import { fileHash } from './file-hash.ts';

/**
 * The resolved inputs manifest: every file of the base that the engine may change, and its script, as they lie in the fresh checkout. Gitlinks hold
 * nothing and are left out. Sorted by path; a path that is not UTF-8 is shown with `\xNN`, as everywhere.
 */
export function resolveInputs(
  entries: readonly ListedEntry[],
  scope: { allowed: readonly string[]; forbidden: readonly string[] },
  script: string | null,
  checkout: string,
): ResolvedInput[] {
  const allowed = compilePathRules(scope.allowed);
  const forbidden = compileForbiddenRules(scope.forbidden);
  const wanted = (path: string): boolean =>
    path === script || (allowed.matches(path) !== null && forbidden.matches(path) === null);
  const buffer = Buffer.allocUnsafe(1 << 20);
  return entries
    .filter((entry) => entry.type === 'blob' && wanted(entry.path))
    .map(({ path, raw, mode }) => {
      const file = Buffer.concat([Buffer.from(`${checkout}/`), Buffer.from(raw, 'latin1')]);
      const sha256 = mode === '120000' ? sha256Hex(readlinkSync(file, { encoding: 'buffer' })) : fileHash(file, buffer);
      return { path, mode, sha256 };
    });
}
