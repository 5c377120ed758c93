/** A thread that hashes files beside the main one; see parallel.ts. It starts while the main thread still lists folders, and is then told the paths. */
import { parentPort } from 'node:worker_threads';
import { hashShare, type Share } from './share.ts';

parentPort?.once('message', (share: Share) => {
  hashShare(share);
  // Its end takes longer than telling that the work is done.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of our own, not a window
  parentPort?.postMessage(null);
});
