import { isUtf8 } from 'node:buffer';

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

const hexEscape = (char: string): string => `\\x${char.charCodeAt(0).toString(16)}`;

/**
 * A path as a patch header has it: plain, or quoted in C style (git, Documentation/config/core.txt, `core.quotePath`), where bytes stand as octal
 * escapes. In a path that is no UTF-8 every byte above ASCII stands as `\xNN`, as src/git shows it. Null for what git would not write.
 */
export function gitPath(text: string): string | null {
  if (!text.startsWith('"')) return text.includes('"') && /^[^"]*"$/.test(text) ? null : text;
  if (text.length < 2 || !text.endsWith('"')) return null;
  const bytes: Buffer[] = [];
  const pattern = /\\([0-3][0-7]{2})|\\([abtnvfr"\\])|([^"\\]+)/gy;
  const inner = text.slice(1, -1);
  while (pattern.lastIndex < inner.length) {
    const match = pattern.exec(inner);
    if (!match) return null;
    const [, octal, letter, plain] = match;
    if (octal !== undefined) bytes.push(Buffer.from([Number.parseInt(octal, 8)]));
    else if (letter !== undefined) bytes.push(Buffer.from([ESCAPES[letter] ?? 0]));
    else bytes.push(Buffer.from(plain ?? ''));
  }
  const path = Buffer.concat(bytes);
  return isUtf8(path) ? path.toString('utf8') : path.toString('latin1').replaceAll(/[\u0080-\u00ff]/g, hexEscape);
}

/** The path of `diff --git a/X b/X` where both sides are the same: the line itself does not say where one ends. Null otherwise. */
export function samePath(rest: string): string | null {
  if (rest.startsWith('"')) {
    const end = /^("(?:[^"\\]|\\.)*") (.*)$/.exec(rest);
    const left = gitPath(end?.[1] ?? '');
    const right = gitPath(end?.[2] ?? '');
    return left?.startsWith('a/') && right === `b/${left.slice(2)}` ? left.slice(2) : null;
  }
  // 'a/' + X + ' b/' + X
  const length = (rest.length - 5) / 2;
  if (!Number.isInteger(length) || length < 1) return null;
  const left = rest.slice(2, 2 + length);
  return rest === `a/${left} b/${left}` ? left : null;
}
