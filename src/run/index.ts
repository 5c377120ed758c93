/** The run room: from a packet to a decision, and to a sealed pack. */
export { rulesDigest as rulesOf } from './protected-ref.ts';
export { decidePacket } from './decide.ts';
export { runPacket } from './pipeline.ts';
export type { Environment, Hosted, RequestOptions, RunBlocker, RunOptions, RunResult } from './types.ts';
