import { protectedRule } from '../packet/index.ts';
import { unsafeCharacter } from './shown.ts';

/** As Linux: more links than this in one resolution is a loop (path_resolution(7)). */
const MAX_LINKS = 40;

/** Where a symlink of the result tree leads, and every path of the tree that was passed on the way. */
export interface Resolution {
  /** In words, null where it stays in the tree (whether or not something is there). */
  problem: string | null;
  passed: ReadonlySet<string>;
}

/**
 * Follows a symlink within the result tree, through the other symlinks of that tree, as the kernel would if the tree were checked out: `..` is
 * applied to the resolved path. Nothing is looked up outside the given data.
 */
export function resolveSymlink(path: string, symlinks: ReadonlyMap<string, string>): Resolution {
  const passed = new Set<string>();
  const at = path.split('/').slice(0, -1);
  const todo = [path.split('/').at(-1) ?? ''];
  let links = 0;
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (at.length === 0) return { problem: 'leads out of the tree', passed };
      at.pop();
      continue;
    }
    if (protectedRule(name, []) === '.git') return { problem: 'leads into `.git`', passed };
    at.push(name);
    const here = at.join('/');
    passed.add(here);
    const target = symlinks.get(here);
    if (target === undefined) continue;
    links += 1;
    if (links > MAX_LINKS) return { problem: 'leads in a circle', passed };
    const problem = targetProblem(target);
    if (problem !== null) return { problem, passed };
    at.pop();
    todo.push(...target.split('/').toReversed());
  }
  return { problem: null, passed };
}

/** What is wrong with the text of a target alone. A backslash or a drive is an absolute path on Windows. */
function targetProblem(target: string): string | null {
  if (target.startsWith('/')) return 'leads out of the tree (absolute)';
  if (/^[A-Za-z]:|\\/.test(target)) return 'leads out of the tree (a Windows path)';
  const character = unsafeCharacter(target);
  return character === null ? null : `has a target that holds ${character}`;
}

/**
 * Symlinks of the result that leave the tree or lead into `.git`: the changed ones, and those that do so because they pass something changed.
 * Path -> why.
 */
export function unsafeSymlinks(
  symlinks: ReadonlyMap<string, string>,
  changed: ReadonlySet<string>,
): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of symlinks.keys()) {
    const { problem, passed } = resolveSymlink(path, symlinks);
    if (problem !== null && [...passed].some((name) => changed.has(name))) found.set(path, problem);
  }
  return found;
}
