import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { InternalError, scriptFile } from '../../contracts/index.ts';
import { hashShare, type Share } from './share.ts';

/** Below this a second thread costs more than it gives (4-facts.md: a thread starts in about 20 ms; hashing runs at over 1 GB/s). */
const WORTH_A_THREAD = { bytes: 24 << 20, files: 1500 };
const MAX_THREADS = 4;

export type HashedPaths = { path: string; size: number; sha256: string | null }[];

/**
 * Hashes files of a folder, on a second thread and more where that pays. `bytes` is a guess of their total size.
 * @returns in the order of `paths`; `sha256` is null where a path is no readable regular file.
 */
export async function hashPaths(folder: string, paths: readonly string[], bytes: number): Promise<HashedPaths> {
  const share: Share = {
    folder,
    paths,
    next: new Int32Array(new SharedArrayBuffer(4)),
    sizes: new Float64Array(new SharedArrayBuffer(8 * paths.length)),
    digests: new Uint8Array(new SharedArrayBuffer(32 * paths.length)),
    ended: new Int32Array(new SharedArrayBuffer(4)),
  };
  const worth = bytes >= WORTH_A_THREAD.bytes || paths.length >= WORTH_A_THREAD.files;
  const threads = worth ? Math.min(MAX_THREADS, availableParallelism(), paths.length) - 1 : 0;
  const script = threads > 0 ? scriptFile(import.meta.url, 'hash-worker') : '';
  const workers = Array.from({ length: Math.max(0, threads) }, () => new Worker(script, { workerData: share }));
  const ends = workers.map(
    (worker) =>
      new Promise<void>((resolve, reject) => {
        worker.once('error', (cause) => reject(new InternalError('a hashing thread failed', { cause })));
        worker.once('exit', () => resolve());
      }),
  );
  // Let the threads start before this one is busy: their start needs this event loop once.
  if (workers.length > 0)
    await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('online', resolve))));
  hashShare(share);
  await Promise.all(ends);
  return paths.map((path, index) => {
    const size = share.sizes[index] ?? -1;
    const digest = Buffer.from(share.digests.subarray(index * 32, index * 32 + 32)).toString('hex');
    return { path, size: Math.max(size, 0), sha256: size < 0 ? null : digest };
  });
}
