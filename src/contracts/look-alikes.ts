import { CONFUSABLES } from './confusables.ts';

/**
 * Scripts in common modern use (Unicode Standard Annex #31, table 5). A letter of any other script is refused in identifiers: nobody could tell
 * what it is. Han, kana, Bopomofo and Hangul are written together by one reader (UTS #39, section 5.1: Jpan, Kore, Hanb).
 */
const SCRIPTS: readonly [name: string, letters: RegExp][] = [
  ['Latin', /\p{Script=Latin}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['Arabic', /\p{Script=Arabic}/u],
  ['East Asian', /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}\u30fc]/u],
  ['Devanagari', /\p{Script=Devanagari}/u],
  ['Bengali', /\p{Script=Bengali}/u],
  ['Gurmukhi', /\p{Script=Gurmukhi}/u],
  ['Gujarati', /\p{Script=Gujarati}/u],
  ['Oriya', /\p{Script=Oriya}/u],
  ['Tamil', /\p{Script=Tamil}/u],
  ['Telugu', /\p{Script=Telugu}/u],
  ['Kannada', /\p{Script=Kannada}/u],
  ['Malayalam', /\p{Script=Malayalam}/u],
  ['Sinhala', /\p{Script=Sinhala}/u],
  ['Thai', /\p{Script=Thai}/u],
  ['Lao', /\p{Script=Lao}/u],
  ['Tibetan', /\p{Script=Tibetan}/u],
  ['Myanmar', /\p{Script=Myanmar}/u],
  ['Khmer', /\p{Script=Khmer}/u],
  ['Georgian', /\p{Script=Georgian}/u],
  ['Ethiopic', /\p{Script=Ethiopic}/u],
  ['Thaana', /\p{Script=Thaana}/u],
];

const scriptOf = (char: string): string | null => SCRIPTS.find(([, letters]) => letters.test(char))?.[0] ?? null;

/** look-alike → the ASCII character that it looks like. */
const LOOKS_LIKE: ReadonlyMap<string, string> = new Map(
  CONFUSABLES.flatMap((row) =>
    row
      .slice(2)
      .split(' ')
      .map((hex) => [String.fromCodePoint(Number.parseInt(hex, 16)), row.charAt(0)] as const),
  ),
);

// oxlint-disable-next-line no-control-regex -- ASCII is what it names
const ASCII = /^[\x00-\x7f]*$/;

/** The ASCII text that one character passes for (`е` → `e`, `ａ` → `a`, `ﬁ` → `fi`), or null. */
export function looksLikeAscii(char: string): string | null {
  if (ASCII.test(char)) return null;
  const folded = char.normalize('NFKC');
  return ASCII.test(folded) ? folded : (LOOKS_LIKE.get(folded) ?? null);
}

/** Text with every look-alike replaced by what it passes for, in lower case: two spellings that look the same become the same. */
export function foldLookAlikes(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return Array.from(text, (char) => looksLikeAscii(char) ?? char)
    .join('')
    .toLowerCase();
}

export interface LookAlike {
  /** UTF-16 index in the text. */
  index: number;
  reason: string;
}

/**
 * What is not what it looks like in an identifier or a path: words of mixed scripts, words and signs that pass for ASCII, letters of scripts that
 * are not in common use, text that is not in Unicode normal form C. A word that is wholly of one other script is fine as long as it
 * cannot be read as ASCII. Plain ASCII costs one regular expression.
 */
export function lookAlikes(text: string): LookAlike[] {
  if (ASCII.test(text)) return [];
  const found: LookAlike[] = [];
  const composed = text.normalize('NFC');
  if (composed !== text) {
    let index = 0;
    while (text[index] === composed[index]) index++;
    found.push({ index, reason: 'is not in Unicode normal form C' });
  }
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{M}\p{Nd}]+/gu)) found.push(...inWord(word, index));
  for (const { 0: sign, index } of text.matchAll(/[^\p{L}\p{M}\p{Nd}]/gu)) {
    const ascii = looksLikeAscii(sign);
    if (ascii !== null) found.push({ index, reason: `looks like ${JSON.stringify(ascii)}` });
  }
  return found.toSorted((a, b) => a.index - b.index);
}

/** The look-alikes of one word (a run of letters, marks and digits); `offset` is where it starts. */
function inWord(word: string, offset: number): LookAlike[] {
  if (ASCII.test(word)) return [];
  const chars = Array.from(word);
  const foreign = chars.filter((char) => !ASCII.test(char));
  // ASCII digits belong to every script, ASCII letters to Latin.
  const scripts = new Set(chars.filter((char) => /\p{L}/u.test(char)).map(scriptOf));
  const passesForAscii = foreign.every((char) => looksLikeAscii(char) !== null);
  const found: LookAlike[] = [];
  let index = offset;
  let before = '';
  for (const char of chars) {
    const ascii = looksLikeAscii(char);
    const script = scriptOf(char);
    const at = index;
    index += char.length;
    const previous = before;
    before = char;
    if (ASCII.test(char)) continue;
    if (ascii !== null && (passesForAscii || script === null || script === 'Latin' || /\p{Nd}/u.test(char)))
      found.push({ index: at, reason: `looks like ${JSON.stringify(ascii)}` });
    else if (scripts.size > 1 && /\p{L}/u.test(char) && script !== 'Latin')
      found.push({ index: at, reason: `mixes ${script ?? 'an unusual script'} with other scripts in one word` });
    else if (script === null && /\p{L}/u.test(char))
      found.push({ index: at, reason: 'is of a script that is not in common use' });
    else if (
      /\p{M}/u.test(char) &&
      (script === null || script === 'Latin') &&
      /[\p{Script=Latin}\p{Nd}]/u.test(previous)
    )
      found.push({ index: at, reason: 'is a mark that has no composed form' });
  }
  return found;
}
