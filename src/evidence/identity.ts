import { digestOf, digestOfBytes, type Digest, type RunId, type RunIdentity } from '../contracts/index.ts';

const hex16 = (digest: Digest): string => digest.slice('sha256:'.length, 'sha256:'.length + 16);

/** `run-` and the first 16 hex digits of the digest of what makes this run this one (2-contracts.md, Run artifacts). */
export const runIdOf = (identity: RunIdentity): RunId => `run-${hex16(digestOf(identity))}`;

/**
 * `ev-` and 16 hex digits over run, path and content: the same bytes in another run or place have another id (docs/adr/0050). The digest is that of
 * `{path, run_id, sha256}`; its canonical form is written out here because a large pack needs ten thousand of them.
 */
export const evidenceId = (runId: RunId, path: string, sha256: string): string =>
  `ev-${hex16(digestOfBytes(`{"path":${JSON.stringify(path)},"run_id":"${runId}","sha256":"${sha256}"}`))}`;
