import { readFile, realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

/** git itself follows alternates five levels deep (object-file.c, link_alt_odb_entries). */
const MAX_DEPTH = 5;

/**
 * An object directory and every alternate reachable from it, real paths, first come first. Alternates that do not exist are left out, as git
 * does. Source: gitrepository-layout(5), objects/info/alternates.
 */
export async function objectDirectories(objects: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (dir: string, depth: number): Promise<void> => {
    const real = await realpath(dir).catch(() => null);
    if (real === null || found.includes(real)) return;
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
