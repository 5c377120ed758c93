/** A thread that hashes files beside the main one; see parallel.ts. It starts while the main thread still lists folders, and is then told the paths. */
import { parentPort } from 'node:worker_threads';
import { hashShare, type Share } from './share.ts';

parentPort?.once('message', (share: Share) => hashShare(share));
