import { readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BLOCK } from '../hashing.ts';

/** Bytes of an archive that are one file of it: `stored` bytes from `at` on, as they are or deflated (RFC 1951), that make `size` bytes. */
export interface Part {
  at: number;
  stored: number;
  size: number;
  deflated: boolean;
}

/** What is deflated and larger than this, before or after, is not taken into memory at once. */
const IN_MEMORY = 16 << 20;
export const fitsInMemory = ({ stored, size }: Part): boolean => stored <= IN_MEMORY && size <= IN_MEMORY;

/** What `info: true` makes of the result; Node's types do not know it. */
interface Inflated {
  buffer: Buffer;
  engine: { bytesWritten: number };
}

/** Only where something is deflated: node:zlib costs 3 ms of the start of a process or thread. */
const zlib = (): typeof import('node:zlib') =>
  createRequire(import.meta.url)('node:zlib') as typeof import('node:zlib');

/** Fills the buffer from a place in the file; throws where the file ends before. */
export function fill(descriptor: number, buffer: Buffer, at: number): Buffer {
  for (let filled = 0; filled < buffer.length; ) {
    const bytes = readSync(descriptor, buffer, filled, buffer.length - filled, at + filled);
    if (bytes === 0) throw new TypeError('the archive is cut off');
    filled += bytes;
  }
  return buffer;
}

/** A stretch of a file as a stream, which neither owns nor closes it. */
export function* blocksOf(descriptor: number, from: number, length: number): Generator<Buffer> {
  for (let done = 0; done < length; done += BLOCK)
    yield fill(descriptor, Buffer.allocUnsafe(Math.min(BLOCK, length - done)), from + done);
}

/**
 * Gives the file's bytes block by block, in one block up to BLOCK bytes and where they are deflated; throws where they are not exactly as many as declared. `buffer`
 * has BLOCK bytes and is reused: a block is only valid during the call.
 */
export function eachBlock(descriptor: number, part: Part, buffer: Buffer, take: (block: Buffer) => void): void {
  const { at, stored, size } = part;
  if (part.deflated) take(inflate(descriptor, part, buffer));
  else if (stored !== size) throw new TypeError('a stored file has two sizes');
  else if (size === 0) take(buffer.subarray(0, 0));
  else
    for (let done = 0; done < size; done += BLOCK)
      take(fill(descriptor, buffer.subarray(0, Math.min(BLOCK, size - done)), at + done));
}

function inflate(descriptor: number, part: Part, buffer: Buffer): Buffer {
  if (!fitsInMemory(part)) throw new RangeError('too large to be inflated at once');
  const { at, stored, size } = part;
  const packed = fill(descriptor, stored <= BLOCK ? buffer.subarray(0, stored) : Buffer.allocUnsafe(stored), at);
  const options = { info: true, chunkSize: Math.min(size + 64, BLOCK), maxOutputLength: Math.max(size, 1) };
  const { buffer: bytes, engine } = zlib().inflateRawSync(packed, options) as unknown as Inflated;
  if (bytes.length !== size || engine.bytesWritten !== stored)
    throw new TypeError('the compressed bytes do not make the declared ones');
  return bytes;
}
