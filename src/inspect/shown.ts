import { characterName, unsafeCharacters } from '../contracts/index.ts';

/**
 * A path as a message may show it: control, bidi and invisible characters as `\u{…}`, so that a name can neither hide nor speak to a
 * terminal, a log parser or a reader. Long ones are cut in the middle; `at` of a finding uses the same form.
 */
export function shown(path: string): string {
  const unsafe = unsafeCharacters(path, 'identifier');
  const escaped = unsafe.length === 0 ? path : escapeAt(path, new Set(unsafe.map(({ index }) => index)));
  return escaped.length <= 400 ? escaped : `${escaped.slice(0, 200)}…${escaped.slice(-160)}`;
}

function escapeAt(path: string, where: ReadonlySet<number>): string {
  let out = '';
  for (let at = 0; at < path.length; ) {
    const codePoint = path.codePointAt(at) ?? 0;
    out += where.has(at) ? `\\u{${codePoint.toString(16)}}` : String.fromCodePoint(codePoint);
    at += codePoint > 0xffff ? 2 : 1;
  }
  return out;
}

/** `U+200B zero width space` of the first character that an identifier may not hold, with the reason; null where there is none. */
export function unsafeCharacter(path: string): string | null {
  const [first] = unsafeCharacters(path, 'identifier');
  return first === undefined ? null : `${characterName(first.codePoint)} (${first.reason})`;
}
