import { createHash } from 'node:crypto';
import { BLOCK, type Hashed, hashFile, whole256 } from '../hashing.ts';
import { eachBlock, type Part } from './part.ts';

/** Where the bytes are: files of a folder by their paths, or parts of an archive that is open. */
export type Source = { folder: string; paths: readonly string[] } | { descriptor: number; parts: PackedParts };

/** Parts as threads can share them: `at`, `stored`, `size` and 1 where deflated, one after the other. */
export type PackedParts = Float64Array<SharedArrayBuffer>;

/** Work that threads share: every thread takes the next file until there is none left. */
export interface Share {
  source: Source;
  /** One counter: the next index to take. */
  next: Int32Array<SharedArrayBuffer>;
  /** Per file: its size in bytes, or -1 where it cannot be hashed. */
  sizes: Float64Array<SharedArrayBuffer>;
  /** Per file: 64 hex digits of SHA-256 as ASCII. */
  digests: Uint8Array<SharedArrayBuffer>;
}

/** Digits of a digest. */
export const HEX = 64;

const NONE = ' '.repeat(HEX);

/** Files are taken in runs of this many, so that the counter is no bottleneck on small ones. */
const RUN = 16;

export function packParts(parts: readonly Part[]): PackedParts {
  const packed = new Float64Array(new SharedArrayBuffer(8 * 4 * parts.length));
  let next = 0;
  for (const { at, stored, size, deflated } of parts) {
    packed[next++] = at;
    packed[next++] = stored;
    packed[next++] = size;
    packed[next++] = deflated ? 1 : 0;
  }
  return packed;
}

function partAt(packed: PackedParts, index: number): Part {
  const from = 4 * index;
  return {
    at: packed[from] ?? 0,
    stored: packed[from + 1] ?? 0,
    size: packed[from + 2] ?? 0,
    deflated: packed[from + 3] === 1,
  };
}

/** Hashes until nothing is left. Synchronous: a thread has nothing else to do. */
export function hashShare({ source, next, sizes, digests }: Share): void {
  const buffer = Buffer.allocUnsafe(BLOCK);
  const hex = Buffer.from(digests.buffer);
  // Few large files are taken one by one, so that no thread ends up with the last sixteen.
  const run = sizes.length > 1000 ? RUN : 1;
  for (let from = Atomics.add(next, 0, run); from < sizes.length; from = Atomics.add(next, 0, run)) {
    let found = '';
    for (let index = from; index < Math.min(from + run, sizes.length); index++) {
      const result =
        'paths' in source
          ? hashFile(`${source.folder}/${source.paths[index] ?? ''}`, buffer)
          : hashPart(source.descriptor, partAt(source.parts, index), buffer);
      sizes[index] = 'error' in result ? -1 : result.size;
      found += 'error' in result ? NONE : result.sha256;
    }
    hex.write(found, from * HEX, 'latin1');
  }
}

function hashPart(descriptor: number, part: Part, buffer: Buffer): Hashed {
  let sha256 = '';
  try {
    if (part.deflated || part.size <= BLOCK)
      eachBlock(descriptor, part, buffer, (block) => {
        sha256 = whole256(block);
      });
    else {
      const hash = createHash('sha256');
      eachBlock(descriptor, part, buffer, (block) => hash.update(block));
      sha256 = hash.digest('hex');
    }
    return { size: part.size, sha256 };
  } catch (error) {
    return { error: (error as Error).message };
  }
}
