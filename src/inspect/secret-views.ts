import { newlines, PROMISING } from './secret-rules.ts';
import type { SecretHit } from './types.ts';

/** Text that is hidden in other text. `line` is where it starts there, from 1. */
export interface View {
  form: SecretHit['form'];
  line: number;
  text: string;
}

const BASE64 = /[A-Za-z0-9+/_-]{16,}(?:\\?\r?\n[ \t]*[A-Za-z0-9+/_-]{4,})*={0,2}/g;
const HEX = /(?:\\x[0-9a-fA-F]{2}){8,}|[0-9a-fA-F]{32,}/g;
/** Whole lines: what surrounds the encoded letters belongs to the secret. */
const PERCENT = /^.*%[0-9a-fA-F]{2}.*$/gm;
/** The end of one string literal and the start of the next: concatenation, continuation, a list. */
const GLUE = /["'`][ \t]*[+.,&]?[ \t]*\\?(?:\r?\n[ \t]*)?[+.,&]?[ \t]*["'`]/g;

/** How often something decoded is decoded again (base64 of hex of …). */
const DEPTH = 2;

/**
 * Everything that a text holds in another form: base64 (any alignment, wrapped lines, URL alphabet), hex, percent encoding, and string literals
 * glued together. Only what a rule could match is kept. Linear in the text.
 */
export function hiddenViews(text: string, depth = DEPTH): View[] {
  const found: View[] = [];
  for (const [form, pattern, decode] of DECODERS) {
    let line = 1;
    let from = 0;
    for (const match of text.matchAll(pattern)) {
      line += newlines(text, from, match.index);
      from = match.index;
      for (const decoded of decode(match[0])) {
        if (PROMISING.test(decoded)) found.push({ form, line, text: decoded });
        if (depth > 1 && isReadable(decoded))
          found.push(...hiddenViews(decoded, depth - 1).map((view) => ({ ...view, line })));
      }
    }
  }
  return [...found, ...glued(text)];
}

type Decoder = (encoded: string) => string[];

const fromBase64: Decoder = (encoded) => {
  const plain = encoded.replaceAll(/[\s\\=]/g, '');
  // Letters before it (a path, a prefix) shift the groups of four.
  return [0, 1, 2, 3].map((shift) => Buffer.from(plain.slice(shift), 'base64').toString('latin1'));
};

const fromHex: Decoder = (encoded) => {
  const digits = encoded.replaceAll('\\x', '');
  return [0, 1].map((shift) =>
    Buffer.from(digits.slice(shift, digits.length - ((digits.length - shift) % 2)), 'hex').toString('latin1'),
  );
};

const fromPercent: Decoder = (encoded) => [
  encoded.replaceAll(/%([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
];

const DECODERS: readonly (readonly [SecretHit['form'], RegExp, Decoder])[] = [
  ['base64', BASE64, fromBase64],
  ['hex', HEX, fromHex],
  ['url', PERCENT, fromPercent],
];

/** Worth decoding once more: text, not bytes. */
const isReadable = (text: string): boolean => text.length >= 16 && /^[\t\n\r\x20-\x7e]+$/.test(text.slice(0, 64));

/** Lines with the glue between their string literals taken out, where there was any. */
function glued(text: string): View[] {
  const views: View[] = [];
  let line = 1;
  let start = 1;
  let from = 0;
  let joined = '';
  const flush = (rest: string): void => {
    const end = rest.indexOf('\n');
    const whole = joined + (end < 0 ? rest : rest.slice(0, end));
    if (joined !== '' && PROMISING.test(whole)) views.push({ form: 'split', line: start, text: whole });
    joined = '';
  };
  for (const match of text.matchAll(GLUE)) {
    const between = text.slice(from, match.index);
    const last = between.lastIndexOf('\n');
    if (last >= 0) flush(between);
    line += newlines(text, from, match.index);
    if (joined === '') start = line;
    joined += between.slice(last + 1);
    line += newlines(match[0], 0, match[0].length);
    from = match.index + match[0].length;
  }
  flush(text.slice(from));
  return views;
}
