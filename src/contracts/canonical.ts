import { createHash, hash } from 'node:crypto';
import type { Digest } from './brand.ts';

/** What a string may not hold if it is to stand between quotation marks as it is. */
const ESCAPED = /[^ !#-[\]-~]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

function stringText(text: string): string {
  if (!ESCAPED.test(text)) return `"${text}"`;
  const json = JSON.stringify(text);
  // JSON.stringify writes a lone surrogate as an escape: only then is the whole text looked at.
  if (json.includes('\\ud') && LONE_SURROGATE.test(text)) throw new TypeError('a lone surrogate has no canonical form');
  return json;
}

// Plain loops here: this runs for every packet, event and manifest, and map, Array.from and switch cost twice the time.
function write(value: unknown): string {
  if (typeof value === 'string') return stringText(value);
  if (value === true) return 'true';
  if (value === false) return 'false';
  if (value === null) return 'null';
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value !== 'object') throw new TypeError(`a ${typeof value} has no canonical form`);
  return Array.isArray(value) ? arrayText(value) : objectText(value as Record<string, unknown>);
}

function arrayText(value: readonly unknown[]): string {
  let text = '[';
  for (let i = 0; i < value.length; i++) text += i === 0 ? write(value[i]) : `,${write(value[i])}`;
  return `${text}]`;
}

/** Members in the order of their names' UTF-16 units (RFC 8785, section 3.2.3), which is the order that sort() has. A member without a value is left out. */
function objectText(value: Record<string, unknown>): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  // A date, a map, an instance of a class: their own form is nobody's but theirs.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw new TypeError('only plain objects have a canonical form');
  let text = '';
  for (const name of Object.keys(value).sort()) {
    const member = value[name];
    if (member !== undefined) text += `${text === '' ? '' : ','}${stringText(name)}:${write(member)}`;
  }
  return `{${text}}`;
}

/**
 * The canonical form of a JSON value: RFC 8785 (JCS), as text. Throws a TypeError for what JSON cannot hold (undefined, NaN, infinities, lone
 * surrogates) and a RangeError for a cycle, so that nothing is ever signed in two readings. Our own because the library lets lone surrogates through
 * and is slower; the tests compare the two (docs/adr/0033).
 */
export const canonicalText = (value: unknown): string => write(value);

/** Whether the names of every object stand in canonical order. */
function inOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(inOrder);
  const names = Object.keys(value);
  return names.every(
    (name, index) =>
      (index === 0 || (names[index - 1] ?? '') < name) && inOrder((value as Record<string, unknown>)[name]),
  );
}

/**
 * Whether a text is the canonical form of the value that JSON.parse made of it. What JSON.stringify makes of that again differs from the canonical form by the order
 * of names and by lone surrogates alone, and is there six times as fast: a manifest has megabytes. Throws what `canonicalText` throws.
 */
export const isCanonical = (text: string, value: unknown): boolean =>
  (JSON.stringify(value) === text && !text.includes('\\ud') && inOrder(value)) || canonicalText(value) === text;

/** `sha256:…` over the canonical bytes of a document. */
export const digestOf = (value: unknown): Digest => digestOfBytes(canonicalText(value));

/** `sha256:…` over raw bytes (a string counts as its UTF-8 bytes). */
export const digestOfBytes = (bytes: string | Uint8Array): Digest => `sha256:${sha256Hex(bytes)}` as Digest;

/** Bare lower-case hex SHA-256, the form of `SHA256SUMS` and the manifest. */
export function sha256Hex(bytes: string | Uint8Array): string {
  // crypto.hash is the fast one-shot path of Node ≥ 20.12; the older way is kept for the first Node 20 releases.
  return typeof hash === 'function' ? hash('sha256', bytes, 'hex') : createHash('sha256').update(bytes).digest('hex');
}
