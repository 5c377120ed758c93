import { digestOf, type RunIdentity } from '../contracts/index.ts';
import { engineById } from '../engines/index.ts';
import type { Admission } from './admit.ts';
import type { Clock } from './clock.ts';
import type { Environment } from './types.ts';

/** What makes this run this one; `run_id` is its digest (2-contracts.md, Run artifacts). */
export function identityOf(
  { decision, facts, packetDigest, argv }: Admission,
  clock: Clock,
  env: Environment,
): RunIdentity {
  const engine = decision.requested_engine === null ? null : engineById(decision.requested_engine);
  const { id, version } = engine?.descriptor ?? { id: decision.requested_engine, version: null };
  return {
    packet_digest: packetDigest,
    decision_id: decision.decision_id,
    base_commit: facts.base?.sha ?? null,
    engine_digest: id === null ? null : digestOf({ id, version, argv: [...argv] }),
    run_started_at: clock.now(),
    ci_run: env.GITHUB_RUN_ID ?? null,
    ci_attempt: env.GITHUB_RUN_ATTEMPT ?? null,
    nonce: clock.nonce,
  };
}
