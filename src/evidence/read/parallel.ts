import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { InternalError, scriptFile } from '../../contracts/index.ts';
import type { Hashed } from '../hashing.ts';
import { HEX, hashShare, type Share, type Source } from './share.ts';

/** Below this a second thread costs more than it gives (4-facts.md: hashing runs at over 1 GB/s; a thread starts in about 30 ms). */
export const WORTH_A_THREAD = { bytes: 48 << 20, files: 2000 };
const MAX_THREADS = 4;

/** Threads that wait for work. */
export interface HashingThreads {
  /** Sets them to work on `count` files; this thread is free for something else. */
  start(source: Source, count: number): void;
  /** Joins in until everything is hashed; the results are in the order of the work. Must be called once after `start`, or the threads stay. */
  finish(): Promise<Hashed[]>;
}

/** Starts threads where the guess of how much there is to hash makes that pay; they come up while this one goes on. */
export function hashingThreads(guess: { bytes: number; files: number }): HashingThreads {
  const worth = guess.bytes >= WORTH_A_THREAD.bytes || guess.files >= WORTH_A_THREAD.files;
  const threads = worth ? Math.min(MAX_THREADS, availableParallelism()) - 1 : 0;
  const script = threads > 0 ? scriptFile(import.meta.url, 'hash-worker') : '';
  const workers = Array.from({ length: threads }, () => new Worker(script));
  const ends = workers.map(
    (worker) =>
      new Promise<void>((resolve, reject) => {
        worker.once('error', (cause) => reject(new InternalError('a hashing thread failed', { cause })));
        worker.once('message', () => resolve());
        worker.once('exit', () => reject(new InternalError('a hashing thread ended before its work')));
      }),
  );
  let share: Share | null = null;
  return {
    start: (source, count) => {
      share = {
        source,
        next: new Int32Array(new SharedArrayBuffer(4)),
        sizes: new Float64Array(new SharedArrayBuffer(8 * count)),
        digests: new Uint8Array(new SharedArrayBuffer(HEX * count)),
      };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of our own, not a window
      for (const worker of workers) worker.postMessage(share);
    },
    finish: async () => {
      if (share === null) throw new InternalError('the hashing threads were given nothing to do');
      hashShare(share);
      await Promise.all(ends);
      return hashed(share);
    },
  };
}

function hashed({ sizes, digests }: Share): Hashed[] {
  const hex = Buffer.from(digests.buffer).toString('latin1');
  return Array.from(sizes, (size, index) =>
    size < 0 ? UNREADABLE : { size, sha256: hex.slice(index * HEX, (index + 1) * HEX) },
  );
}

const UNREADABLE: Hashed = { error: 'not a readable regular file' };
