/** A thread that hashes files beside the main one; see parallel.ts for what the shared arrays hold. */
import { workerData } from 'node:worker_threads';
import { hashShare, type Share } from './share.ts';

hashShare(workerData as Share);
