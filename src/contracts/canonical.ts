import { createHash, hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Digest } from './brand.ts';

/**
 * The canonical form of a JSON value: RFC 8785 (JCS), as text. Throws a TypeError for what JSON cannot hold
 * (undefined, NaN, infinities, lone surrogates, cycles), so that nothing is ever signed in two readings.
 */
export function canonicalText(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('a canonical document must be a JSON value');
  return text;
}

/** `sha256:…` over the canonical bytes of a document. */
export const digestOf = (value: unknown): Digest => digestOfBytes(canonicalText(value));

/** `sha256:…` over raw bytes (a string counts as its UTF-8 bytes). */
export const digestOfBytes = (bytes: string | Uint8Array): Digest => `sha256:${sha256Hex(bytes)}` as Digest;

/** Bare lower-case hex SHA-256, the form of `SHA256SUMS` and the manifest. */
export function sha256Hex(bytes: string | Uint8Array): string {
  // crypto.hash is the fast one-shot path of Node ≥ 20.12; the older way is kept for the first Node 20 releases.
  return typeof hash === 'function' ? hash('sha256', bytes, 'hex') : createHash('sha256').update(bytes).digest('hex');
}
