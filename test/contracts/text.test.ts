import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { characterName, foldLookAlikes, unsafeCharacters } from '../../src/contracts/index.ts';

const names = (text: string, kind: 'prose' | 'identifier') => unsafeCharacters(text, kind).map((c) => c.name);

describe('prose', () => {
  it.each([
    ['plain text with tabs and lines', 'a\tb\nc'],
    ['CRLF', 'a\r\nb'],
    ['many languages', '日本語 русский ελληνικά العربية עברית हिन्दी ไทย 한국어 ñ “quotes” — ok'],
    ['French blanks', 'Attention\u00a0: 10\u202f000'],
    ['an ideographic blank', '全角\u3000空白'],
    ['emoji with joiners', '👨‍👩‍👧 👩🏽‍🚀 🏳️‍🌈 🧑‍🦰'],
    ['emoji with U+FE0F', '❤️ ♂️ 👁️‍🗨️'],
    ['keycaps', '1️⃣ #️⃣'],
    ['Persian, which needs the non-joiner', 'می\u200cخواهم'],
    ['a conjunct, which needs the joiner', 'क्\u200dष'],
    ['a combining mark', 'e\u0301'],
  ])('lets through %s', (_what, text) => {
    expect(unsafeCharacters(text, 'prose')).toEqual([]);
  });

  it.each([
    ['null', '\0'],
    ['escape', '\u001b'],
    ['a carriage return alone', '\r'],
    ['delete', '\u007f'],
    ['a C1 control', '\u0085'],
    ['soft hyphen', '\u00ad'],
    ['zero width space', '\u200b'],
    ['zero width non-joiner between Latin letters', '\u200c'],
    ['zero width joiner between Latin letters', '\u200d'],
    ['byte order mark', '\ufeff'],
    ['left-to-right mark', '\u200e'],
    ['right-to-left override', '\u202e'],
    ['isolates', '\u2067'],
    ['Arabic letter mark', '\u061c'],
    ['word joiner', '\u2060'],
    ['function application', '\u2061'],
    ['invisible plus', '\u2064'],
    ['line separator', '\u2028'],
    ['grapheme joiner', '\u034f'],
    ['Mongolian vowel separator', '\u180e'],
    ['Mongolian variation selector', '\u180b'],
    ['Hangul filler', '\u3164'],
    ['halfwidth Hangul filler', '\uffa0'],
    ['Khmer inherent vowel', '\u17b4'],
    ['Braille blank', '\u2800'],
    ['em space', '\u2003'],
    ['variation selector 1', '\ufe00'],
    ['text style selector', '\ufe0e'],
    ['emoji selector on a letter', '\ufe0f'],
    ['supplementary variation selector', '\u{e0100}'],
    ['Tag letter', '\u{e0061}'],
    ['cancel Tag', '\u{e007f}'],
    ['interlinear annotation', '\ufff9'],
    ['object replacement', '\ufffc'],
    ['private use', '\ue000'],
    ['supplementary private use', '\u{f0000}'],
    ['noncharacter', '\uffff'],
    ['lone surrogate', '\udc00'],
    ['musical format', '\u{1d173}'],
    ['reserved ignorable', '\u{e0fff}'],
  ])('refuses %s', (_what, char) => {
    const found = unsafeCharacters(`ok\na${char}b`, 'prose');
    expect(found).toMatchObject([{ index: 4, line: 2, column: 2, codePoint: char.codePointAt(0) }]);
    expect(found[0]?.name).toBe(characterName(char.codePointAt(0) ?? 0));
  });

  it.each([
    ['a joiner after an emoji before a letter', '👍\u200dx', 'U+200D zero width joiner'],
    ['two joiners', '👨\u200d\u200d👩', 'U+200D zero width joiner'],
    ['U+FE0F on a digit that is no keycap', '12\ufe0f', 'U+FE0F variation selector'],
    ['two U+FE0F', '❤\ufe0f\ufe0f', 'U+FE0F variation selector'],
    ['a flag made of Tags', '🏴\u{e0067}\u{e007f}', 'U+E0067 Tag character'],
    ['a non-joiner after a letter that joins nothing', 'د\u200cخ', 'U+200C zero width non-joiner'],
    ['a non-joiner at the end of a Persian word', 'می\u200c ', 'U+200C zero width non-joiner'],
  ])('refuses %s', (_what, text, name) => {
    expect(names(text, 'prose')).toContain(name);
  });
});

describe('identifiers', () => {
  it.each([
    'src/app.ts',
    'src/документ.md',
    'src/日本語.md',
    'src/カーテン.ts',
    '한국어',
    'naïve.ts',
    'κόσμος',
    'src/📦.md',
    'отчёт2024',
    'a b',
  ])('lets %s through', (text) => {
    expect(unsafeCharacters(text, 'identifier')).toEqual([]);
  });

  it.each([
    ['Cyrillic a in a Latin word', 'src/\u0430pp.ts', 4],
    ['a wholly Cyrillic word that reads as Latin', 'src/\u0441\u043e\u0440', 4],
    ['Greek capitals that read as Latin', '\u0391\u0392', 0],
    ['Greek capital that does not, in a Latin word', '\u03a9mega', 0],
    ['Armenian o', 'f\u0585o', 1],
    ['fullwidth letter', '\uff41bc', 0],
    ['mathematical letter', '\u{1d41a}bc', 0],
    ['Latin alpha', 's\u0251fe', 1],
    ['dotless i', 'l\u0131b', 1],
    ['ligature', '\ufb01le', 0],
    ['one dot leader', 'a/\u2024\u2024/b', 2],
    ['fraction slash', 'a\u2044b', 1],
    ['division slash', 'a\u2215b', 1],
    ['en dash', 'a\u2013b', 1],
    ['em dash', 'a\u2014b', 1],
    ['fullwidth full stop', 'a\uff0eb', 1],
    ['ideographic blank', 'a\u3000b', 1],
    ['no-break space', 'a\u00a0b', 1],
    ['not in normal form C', 'cafe\u0301', 3],
    ['a mark without a composed form', 'x\u0302', 1],
    ['a rare script', 'a/\u{10400}', 2],
    ['line feed', 'a\nb', 1],
    ['tab', 'a\tb', 1],
    ['emoji selector', '❤\ufe0f', 1],
    ['joiner between emoji', '👩\u200d🚀', 2],
    ['Persian non-joiner', 'می\u200cخ', 2],
  ])('refuses %s', (_what, text, index) => {
    expect(unsafeCharacters(text, 'identifier')[0]?.index).toBe(index);
  });

  it('folds look-alikes to what they pass for', () => {
    expect(foldLookAlikes('\u0430PP.\uff34\u0455')).toBe('app.ts');
  });
});

/** Whether a character alone is refused because nobody sees it (and not because of what it looks like). */
const unseen = (code: number, kind: 'prose' | 'identifier') =>
  unsafeCharacters(String.fromCharCode(code), kind).some((c) => c.reason.includes('cannot see'));

it('prose passes over nothing that identifiers refuse as invisible, on the whole basic plane', () => {
  const codes = Array.from({ length: 0x10000 }, (_, code) => code).filter((code) => code !== 0x09 && code !== 0x0a);
  expect(codes.filter((code) => unseen(code, 'prose') !== unseen(code, 'identifier'))).toEqual([]);
});

it('never passes text in identifiers that it refuses in prose, and always points at the character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const prose = unsafeCharacters(text, 'prose');
      const identifier = unsafeCharacters(text, 'identifier').map((c) => c.index);
      for (const c of prose) {
        expect(text.codePointAt(c.index)).toBe(c.codePoint);
        expect(identifier).toContain(c.index);
        expect(text.split('\n')[c.line - 1]?.codePointAt(c.column - 1)).toBe(c.codePoint);
      }
    }),
  );
});
