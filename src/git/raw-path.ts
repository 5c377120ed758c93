import type { RepoPath } from '../contracts/index.ts';

/**
 * Paths as git and Linux know them are bytes. Inside this room a path is its bytes, one character each (latin1), so that nothing is lost;
 * what leaves the room is a RepoPath.
 */
export type RawPath = string;

const NOT_ASCII = /[\u0080-\u00ff]/;

/** A path for the other rooms. Bytes that are not UTF-8 are shown as `\xNN`: such a path is `unsafe_path` anyway. */
export function repoPath(raw: RawPath): RepoPath {
  if (!NOT_ASCII.test(raw)) return raw as RepoPath;
  const bytes = Buffer.from(raw, 'latin1');
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) return text as RepoPath;
  return raw.replace(/[\u0080-\u00ff]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`) as RepoPath;
}

export const isUtf8 = (raw: RawPath): boolean =>
  !NOT_ASCII.test(raw) ||
  Buffer.from(Buffer.from(raw, 'latin1').toString('utf8'), 'utf8').equals(Buffer.from(raw, 'latin1'));

/** The bytes of a path under a folder, for fs calls. */
export const bytesUnder = (root: string, raw: RawPath): string | Buffer =>
  NOT_ASCII.test(raw) ? Buffer.concat([Buffer.from(`${root}/`), Buffer.from(raw, 'latin1')]) : `${root}/${raw}`;

/** Byte order, the order of git trees and of every list of ours: latin1 strings compare as their bytes. */
export const byBytes = (a: RawPath, b: RawPath): number => (a < b ? -1 : a > b ? 1 : 0);

/** Splits NUL-terminated output; paths come back raw. */
export function splitNul(bytes: Buffer): RawPath[] {
  const parts = bytes.toString('latin1').split('\0');
  if (parts.at(-1) === '') parts.pop();
  return parts;
}
