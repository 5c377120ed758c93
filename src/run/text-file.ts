import { createReadStream } from 'node:fs';
import { UserError, usage, whyUnreadable } from '../contracts/index.ts';

/**
 * The text of a file that somebody names, or of standard input for `-`: whatever the file is (a device has no end), no more than one byte above `mostBytes` is
 * read, which is enough for the reader of the text to see that it is too much. UTF-8 or nothing: a replacement character would give it another digest than its
 * bytes have. Throws a UserError.
 *
 * @param fix what to name instead where there is no such file.
 */
export async function readText(file: string, mostBytes: number, at: string, fix: string): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    const stream = file === '-' ? process.stdin : createReadStream(file, { end: mostBytes });
    let size = 0;
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > mostBytes) break;
    }
  } catch (error) {
    throw usage(`${file} ${whyUnreadable(error)}`, at, fix);
  }
  return decoded(Buffer.concat(chunks), file);
}

/** The bytes of a document as text. Throws a UserError where they are not UTF-8. */
export function decoded(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const fix = 'Save the file as UTF-8.';
    throw new UserError({ code: 'contract_invalid', message: `${file} is not UTF-8`, at: '', rule: 'encoding', fix });
  }
}
