import { lookAlikes } from './look-alikes.ts';

/** A character that text may not hold. `index` and `column` (from 1) count UTF-16 units, `line` counts from 1. */
export interface UnsafeCharacter {
  index: number;
  line: number;
  column: number;
  /** The number of the code point. */
  codePoint: number;
  /** `U+200B zero width space`. */
  name: string;
  reason: string;
}

/**
 * Everything that shows nothing, or changes how other text is shown: control and format characters, what Unicode lets a renderer ignore (Tag block,
 * variation selectors, Hangul fillers), private use, noncharacters, lone surrogates, line and paragraph separators, blanks that are no language's.
 * Unassigned code points are left out on purpose: which ones they are depends on the age of Node.
 */
const SUSPECT =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Variation_Selector}\u1680\u2000-\u2008\u200a\u205f\u2800\ufffc\u{1d159}]/u;
/** A first look: nothing that SUSPECT could match is in plain ASCII text with tabs and line feeds. */
const PLAIN = /^[\t\n\x20-\x7e]*$/;
/**
 * What is left to look at, whole code points. For prose the letters of the most common scripts and ordinary punctuation are passed over as well: SUSPECT
 * matches none of them (a test walks the whole plane).
 */
const BEYOND = {
  prose:
    /[^\t\n\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]/gu,
  identifier: /[^\x20-\x7e]/gu,
} as const;
/** Format characters that are seen: the Arabic, Syriac and Kaithi number signs (Unicode: Prepended_Concatenation_Mark). */
const VISIBLE_FORMAT = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u;

const NAMES: Readonly<Record<number, string>> = {
  0x00: 'null',
  0x09: 'tab',
  0x0a: 'line feed',
  0x0d: 'carriage return',
  0x1b: 'escape',
  0x7f: 'delete',
  0xad: 'soft hyphen',
  0x034f: 'combining grapheme joiner',
  0x061c: 'Arabic letter mark',
  0x180e: 'Mongolian vowel separator',
  0x200b: 'zero width space',
  0x200c: 'zero width non-joiner',
  0x200d: 'zero width joiner',
  0x200e: 'left-to-right mark',
  0x200f: 'right-to-left mark',
  0x2028: 'line separator',
  0x2029: 'paragraph separator',
  0x202a: 'left-to-right embedding',
  0x202b: 'right-to-left embedding',
  0x202c: 'pop directional formatting',
  0x202d: 'left-to-right override',
  0x202e: 'right-to-left override',
  0x2060: 'word joiner',
  0x2061: 'function application',
  0x2062: 'invisible times',
  0x2063: 'invisible separator',
  0x2064: 'invisible plus',
  0x2066: 'left-to-right isolate',
  0x2067: 'right-to-left isolate',
  0x2068: 'first strong isolate',
  0x2069: 'pop directional isolate',
  0x2800: 'Braille pattern blank',
  0x3164: 'Hangul filler',
  0xfeff: 'byte order mark',
  0xfffc: 'object replacement character',
};

function className(codePoint: number, char: string): string {
  if (codePoint >= 0xe0000 && codePoint <= 0xe007f) return 'Tag character';
  if (/\p{Variation_Selector}/u.test(char)) return 'variation selector';
  if (codePoint >= 0xfff9 && codePoint <= 0xfffb) return 'interlinear annotation';
  if (/\p{Cs}/u.test(char)) return 'lone surrogate';
  if (/\p{Co}/u.test(char)) return 'private use character';
  if (/\p{Noncharacter_Code_Point}/u.test(char)) return 'noncharacter';
  if (/\p{Cc}/u.test(char)) return 'control character';
  if (/\p{Zs}/u.test(char)) return 'unusual blank';
  return 'invisible character';
}

/** `U+202E right-to-left override`: how a character that cannot be shown is named. */
export function characterName(codePoint: number): string {
  const known = NAMES[codePoint] ?? className(codePoint, String.fromCodePoint(codePoint));
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')} ${known}`;
}

const EMOJI_BEFORE = /\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?$/u;
const EMOJI_AFTER = /^\p{Extended_Pictographic}/u;
/** A sign that kills the inherent vowel (canonical combining class 9): after it a joiner changes the shape (RFC 5892, appendices A.1 and A.2). */
const VIRAMA =
  /[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u1039\u17d2\u1b44\u1baa\ua8c4\ua953\ua9c0]$/u;
/** Arabic-script letters that do not join to the left, and hamza, which joins to nothing: a non-joiner after them would show nothing. */
const JOINS_NEXT =
  /(?![\u0621-\u0625\u0627\u0629\u062f-\u0632\u0648\u0671-\u0673\u0675-\u0677\u0688-\u0699\u06c0-\u06cb\u06cd\u06cf\u06d2\u06d3\u06d5\u06ee\u06ef])[\p{L}]\p{M}*$/u;
const ARABIC_BEFORE = /\p{Script=Arabic}[\p{M}]*$/u;
const ARABIC_AFTER = /^[\p{M}]*(?!\u0621)(?=\p{L})\p{Script=Arabic}/u;
const KEYCAP_AFTER = /^\u20e3/u;

/** Whether a joiner or U+FE0F stands where it does something that a reader sees (docs/adr/0031). */
function joinsVisibly(text: string, index: number, char: string): boolean {
  // 12 units hold any base with its marks; a window keeps this linear in the text.
  const before = text.slice(Math.max(0, index - 12), index);
  const after = text.slice(index + 1, index + 13);
  if (char === '\ufe0f')
    return /\p{Extended_Pictographic}$/u.test(before) || (/[0-9#*]$/.test(before) && KEYCAP_AFTER.test(after));
  if (char === '\u200d' && EMOJI_BEFORE.test(before) && EMOJI_AFTER.test(after)) return true;
  if (char !== '\u200c' && char !== '\u200d') return false;
  if (VIRAMA.test(before)) return true;
  return char === '\u200c' && ARABIC_BEFORE.test(before) && JOINS_NEXT.test(before) && ARABIC_AFTER.test(after);
}

/**
 * The characters of a text that its kind does not allow (2-contracts.md), in order.
 *
 * `prose` is text for people: any language, emoji with their joiners and U+FE0F, tabs and line feeds (and a carriage return only before a line feed).
 * `identifier` is a name, a path or anything that is compared: no control characters at all, no joiners, and nothing that is not what it looks
 * like (mixed scripts, confusables of ASCII, text that is not in normal form C).
 */
export function unsafeCharacters(text: string, kind: 'identifier' | 'prose'): UnsafeCharacter[] {
  if (PLAIN.test(text) && (kind === 'prose' || !/[\t\n]/.test(text))) return [];
  const found = new Map<number, string>();
  // ASCII is most of any text: the long list of SUSPECT is only asked about the rest.
  for (const { 0: char, index } of text.matchAll(BEYOND[kind])) {
    if (!SUSPECT.test(char) || VISIBLE_FORMAT.test(char)) continue;
    if (kind === 'prose') {
      if (char === '\r' && text[index + 1] === '\n') continue;
      if (joinsVisibly(text, index, char)) continue;
    }
    found.set(index, 'is not allowed: a reader cannot see what it does');
  }
  if (kind === 'identifier')
    for (const { index, reason } of lookAlikes(text)) if (!found.has(index)) found.set(index, reason);
  return placed(text, found);
}

function placed(text: string, found: ReadonlyMap<number, string>): UnsafeCharacter[] {
  let line = 1;
  let lineStart = 0;
  let from = 0;
  return [...found]
    .toSorted(([a], [b]) => a - b)
    .map(([index, reason]) => {
      for (let feed = text.indexOf('\n', from); feed !== -1 && feed < index; feed = text.indexOf('\n', from)) {
        line++;
        from = lineStart = feed + 1;
      }
      const codePoint = text.codePointAt(index) ?? 0;
      const visible = !SUSPECT.test(String.fromCodePoint(codePoint));
      const hex = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
      const name = visible ? `${hex} ${String.fromCodePoint(codePoint)}` : characterName(codePoint);
      return { index, line, column: index - lineStart + 1, codePoint, name, reason };
    });
}
