import { CONFUSABLES } from './confusables.ts';

/**
 * Scripts in common modern use (Unicode Standard Annex #31, table 5). A letter of any other script is refused in identifiers: nobody could tell
 * what it is. Han, kana, Bopomofo and Hangul are written together by one reader (UTS #39, section 5.1: Jpan, Kore, Hanb).
 */
const SCRIPT_NAMES =
  'Latin Greek Cyrillic Armenian Hebrew Arabic Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Thai Lao Tibetan Myanmar Khmer Georgian Ethiopic Thaana';
const EAST_ASIAN =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Bopomofo}\\p{Script=Hangul}\\u30fc]';

/** A constant that is only made when text beyond ASCII asks for it: no start of the program waits for it. */
function onDemand<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const scripts = onDemand((): readonly [name: string, letters: RegExp][] => [
  ...SCRIPT_NAMES.split(' ').map((name): [string, RegExp] => [name, new RegExp(`\\p{Script=${name}}`, 'u')]),
  ['East Asian', new RegExp(EAST_ASIAN, 'u')],
]);

const scriptOf = (char: string): string | null => scripts().find(([, letters]) => letters.test(char))?.[0] ?? null;

/** look-alike → the ASCII character that it looks like. */
const looksLike = onDemand(
  (): ReadonlyMap<string, string> =>
    new Map(
      CONFUSABLES.flatMap((row) =>
        row
          .slice(2)
          .split(' ')
          .map((hex) => [String.fromCodePoint(Number.parseInt(hex, 16)), row.charAt(0)] as const),
      ),
    ),
);

// oxlint-disable-next-line no-control-regex -- ASCII is what it names
const ASCII = /^[\x00-\x7f]*$/;

/** The ASCII text that one character passes for (`е` → `e`, `ａ` → `a`, `ﬁ` → `fi`), or null. */
export function looksLikeAscii(char: string): string | null {
  if (ASCII.test(char)) return null;
  const folded = char.normalize('NFKC');
  return ASCII.test(folded) ? folded : (looksLike().get(folded) ?? null);
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
