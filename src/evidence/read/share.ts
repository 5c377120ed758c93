import { BLOCK, hashFile } from '../hashing.ts';

/** Work that threads share: every thread takes the next path until there is none left. */
export interface Share {
  folder: string;
  paths: readonly string[];
  /** One counter: the next index to take. */
  next: Int32Array<SharedArrayBuffer>;
  /** Per path: its size in bytes, or -1 where it cannot be hashed. */
  sizes: Float64Array<SharedArrayBuffer>;
  /** Per path: 64 hex digits of SHA-256 as ASCII. */
  digests: Uint8Array<SharedArrayBuffer>;
}

/** Digits of a digest. */
export const HEX = 64;

/** Paths are taken in runs of this many, so that the counter is no bottleneck on small files. */
const RUN = 16;

/** Hashes until nothing is left. Synchronous: a thread has nothing else to do. */
export function hashShare(share: Share): void {
  const buffer = Buffer.allocUnsafe(BLOCK);
  const { paths, next, sizes } = share;
  const digests = Buffer.from(share.digests.buffer);
  // Few large files are taken one by one, so that no thread ends up with the last sixteen.
  const run = paths.length > 1000 ? RUN : 1;
  for (let from = Atomics.add(next, 0, run); from < paths.length; from = Atomics.add(next, 0, run)) {
    for (let index = from; index < Math.min(from + run, paths.length); index++) {
      const result = hashFile(`${share.folder}/${paths[index] ?? ''}`, buffer);
      sizes[index] = 'error' in result ? -1 : result.size;
      if ('sha256' in result) digests.write(result.sha256, index * HEX, 'latin1');
    }
  }
}
