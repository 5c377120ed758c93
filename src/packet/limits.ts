import type { DocumentError } from '../contracts/index.ts';

/** Largest YAML document and largest file, in bytes (2-contracts.md). */
export const MAX_YAML_BYTES = 256 * 1024;
export const MAX_FILE_BYTES = 1024 * 1024;

/** An error that concerns a whole file or the first line of something. */
export const fileError = (rule: string, message: string, fix: string, line = 1, at = ''): DocumentError => ({
  code: 'contract_invalid',
  message,
  at,
  rule,
  fix,
  line,
  column: 1,
});

/** UTF-8 bytes that a text takes, counted only where the length leaves a doubt. */
export const exceeds = (text: string, bytes: number): boolean =>
  text.length > bytes || (text.length * 3 > bytes && Buffer.byteLength(text) > bytes);

/** LF for CR and CRLF. */
export const lineFeeds = (text: string): string => (text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text);

/** What is wrong with a file before anybody reads it: too large, or not text. */
export function sizeErrors(text: string): DocumentError[] {
  if (exceeds(text, MAX_FILE_BYTES))
    return [fileError('file_too_large', 'the file is larger than 1 MiB', 'Shorten it; refer to long texts by path.')];
  return [];
}
