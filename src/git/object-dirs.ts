import { readdir, readFile, realpath } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { usage } from '../contracts/index.ts';
import { refuseSpecialFiles } from './special-files.ts';

/** git itself follows alternates five levels deep (object-file.c, link_alt_odb_entries). */
const MAX_DEPTH = 5;

/** What git keeps in an object directory: a folder's name, and what its own entries are called (gitrepository-layout(5); git, tmp-objdir.c, midx.c). */
const CONTENTS: readonly (readonly [folder: RegExp, entries: RegExp])[] = [
  [/^[0-9a-f]{2}$/, /^(?:[0-9a-f]{38}|[0-9a-f]{62}|tmp_obj_.+)$/],
  [/^pack$/, /^(?:pack-.+|\.?tmp[-_].+|multi-pack-index.*)$/],
  [/^info$/, /^(?:(?:http-)?alternates|packs|commit-graphs?|.+\.lock)$/],
  [/^(?:tmp_objdir-|incoming-).+$/, /^(?:[0-9a-f]{2}|pack|info)$/],
];
/** Files that lie beside those folders while git is at work. */
const FILES = /^(?:tmp_obj_.+|maintenance\.lock|loose-object-idx)$/;

async function isOfGit(dir: string, name: string): Promise<boolean> {
  const entries = CONTENTS.find(([folder]) => folder.test(name))?.[1];
  if (!entries) return FILES.test(name);
  const names = await readdir(join(dir, name)).catch(() => null);
  return names?.every((entry) => entries.test(entry)) ?? false;
}

/**
 * Refuses what is no object directory: the sandbox shows these folders to the engine, and a line in `objects/info/alternates` of a repository from
 * elsewhere can name any folder of this machine (docs/adr/0085).
 */
async function checkObjects(dir: string): Promise<void> {
  const names = await readdir(dir);
  if ((await Promise.all(names.map((name) => isOfGit(dir, name)))).every(Boolean)) return;
  const fix = 'Let .git and objects/info/alternates lead to object directories of git and to nothing else.';
  throw usage(`${JSON.stringify(dir)} holds other things than objects of git`, dir, fix);
}

/**
 * An object directory and every alternate reachable from it, real paths, first come first. Alternates that do not exist are left out, as git does.
 * Throws a UserError for a folder outside `home` (DIR) that holds anything but objects. Source: gitrepository-layout(5), objects/info/alternates.
 */
export async function objectDirectories(objects: string, home: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (dir: string, depth: number): Promise<void> => {
    const real = await realpath(dir).catch(() => null);
    if (real === null || found.includes(real)) return;
    if (!real.startsWith(`${home}${sep}`)) await checkObjects(real);
    refuseSpecialFiles(real);
    found.push(real);
    if (depth === MAX_DEPTH) return;
    const text = await readFile(join(real, 'info', 'alternates'), 'latin1').catch(() => '');
    for (const line of text.split('\n')) {
      const path = unquote(line);
      if (path !== null) await visit(isAbsolute(path) ? path : join(real, path), depth + 1);
    }
  };
  await visit(objects, 0);
  return found;
}

/** One line of an alternates file: comments and blanks are skipped, a leading quote means C quoting. */
function unquote(line: string): string | null {
  if (line === '' || line.startsWith('#')) return null;
  const bytes = line.startsWith('"') ? cUnquote(line) : line;
  return bytes === null ? null : Buffer.from(bytes, 'latin1').toString('utf8');
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function cUnquote(line: string): string | null {
  if (!/^"(?:[^"\\]|\\[0-7]{3}|\\.)*"$/.test(line)) return null;
  return line
    .slice(1, -1)
    .replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
      code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8) & 0xff) : (ESCAPES[code] ?? code),
    );
}

/** The text of an alternates file. Every path is quoted, so that no character in it has a meaning. */
export const alternatesFile = (dirs: readonly string[]): string =>
  dirs
    .map(
      (dir) =>
        `"${Buffer.from(dir)
          .toString('latin1')
          .replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"\n`,
    )
    .join('');
