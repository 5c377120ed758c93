import { digestOf, type Digest, type RunId, type RunIdentity } from '../contracts/index.ts';

const hex16 = (digest: Digest): string => digest.slice('sha256:'.length, 'sha256:'.length + 16);

/** `run-` and the first 16 hex digits of the digest of what makes this run this one (2-contracts.md, Run artifacts). */
export const runIdOf = (identity: RunIdentity): RunId => `run-${hex16(digestOf(identity))}`;

/** How a file of a pack is cited: `ev-`, the 16 hex digits of its run, and its place in the manifest (docs/adr/0050). */
export const evidenceId = (runId: RunId, seq: number): string => `ev-${runId.slice('run-'.length)}-${seq}`;
