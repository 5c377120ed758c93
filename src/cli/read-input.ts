import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type DocumentError, type Problem, usage, whyUnreadable } from '../contracts/index.ts';
import { waitABit } from './streams.ts';

/** Larger documents than this are no documents: packets have a smaller limit of their own. */
const MAX_BYTES = 64 * 1024 * 1024;

export type Input = { text: string } | { problem: Problem } | { invalid: DocumentError };

const invalid = (rule: string, message: string, fix: string): Input => ({
  invalid: { code: 'contract_invalid', message, at: '', rule, fix, line: 1, column: 1 },
});

/** Reads a file, or standard input for `-`: never more than a document may be, whatever the file is, and only UTF-8. */
export function readInput(file: string): Input {
  let descriptor: number | undefined;
  try {
    descriptor = file === '-' ? 0 : openSync(file, 'r');
    if (fstatSync(descriptor).isDirectory())
      return { problem: { ...(usage(`${file} is a folder`, file, 'Name the files in it.').errors[0] as Problem) } };
    const bytes = readAll(descriptor);
    if (bytes === null) return invalid('file_too_large', 'the file is larger than 64 MiB', 'Shorten it.');
    if (!isUtf8(bytes)) return invalid('encoding', 'the file is not UTF-8 text', 'Save it as UTF-8.');
    return { text: bytes.toString('utf8') };
  } catch (error) {
    return {
      problem: usage(`${file} ${whyUnreadable(error)}`, file, 'Name a file that can be read, or - for standard input.')
        .errors[0] as Problem,
    };
  } finally {
    if (descriptor !== undefined && descriptor !== 0) closeSync(descriptor);
  }
}

function readAll(descriptor: number): Buffer | null {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    const count = read(descriptor, chunk);
    if (count === 0) return Buffer.concat(chunks, size);
    chunks.push(chunk.subarray(0, count));
    size += count;
    if (size > MAX_BYTES) return null;
  }
}

/** A pipe that has nothing yet says EAGAIN; end of input on Windows and closed terminals says EOF. */
function read(descriptor: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, chunk, 0, chunk.length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      waitABit();
    }
  }
}
