import { askedOf, decisive, type HeadFacts, readDecisions, withApprovals } from '../checks/index.ts';
import { EXIT } from '../contracts/index.ts';
import { decide, waitsForApproval } from '../policy/index.ts';
import type { Hosted } from '../run/index.ts';
import { hintOf } from './event.ts';
import type { Result } from './outputs.ts';
import type { Runner } from './runner.ts';

/** A run may start, and what it is told; or why none starts now, and what follows instead. */
export type Permitted =
  | { kind: 'run'; hosted: Hosted }
  | { kind: 'not'; why: string; result: Pick<Result, 'status' | 'exitCode' | 'next' | 'packDigest'> };

export const not = (
  why: string,
  status: Result['status'],
  more: Pick<Result, 'next' | 'packDigest'> = {},
): Extract<Permitted, { kind: 'not' }> => ({ kind: 'not', why, result: { status, exitCode: EXIT.pass, ...more } });

/**
 * Whether a run starts now. One passing run is all that a head gets: whoever asks again publishes it, if that is still to be done. Where nothing but people's yes is missing it waits for
 * them. A review or comment starts one only where it brings a yes that counts and that no run has seen: anybody may write those, and must not start engines or use up attempts by
 * that (6-attacks.md, Trigger).
 */
export function permitted(facts: HeadFacts, hosted: Hosted, runner: Runner): Permitted {
  const last = decisive(facts.records);
  if (last?.status === 'pass')
    return not('A run of this head has passed already.', 'none', { next: 'publish', packDigest: last.packDigest });
  // Whoever re-runs a job may write here, whatever the event once was.
  const { asks } = hintOf(runner.eventName, runner.event);
  const isByAnybody = asks === 'decision' && runner.attempt === 1;
  const asked = askedOf(facts);
  if (asked === null || !facts.decision.ok)
    return isByAnybody ? not('Nothing can be approved yet.', 'waiting') : { kind: 'run', hosted };
  const approvals = readDecisions(facts, asked);
  const decided = withApprovals(facts.decision.decision.facts, approvals, facts.records);
  const decision = decide(decided);
  if (waitsForApproval(decision))
    return not('Nothing but an approval is missing: the run starts when it is there.', 'waiting');
  const isNew = approvals.some(
    ({ event, at }) => event === 'approval.granted' && facts.records.every(({ sealedAt }) => sealedAt < at),
  );
  if (isByAnybody && !(decision.approval_status === 'granted' && isNew))
    return not('What was said starts no run: it is no approval that counts, or a run has seen it.', 'waiting');
  return {
    kind: 'run',
    hosted: { ...hosted, approvals, consumed: decided.consumed_nonces, attempts: decided.attempts },
  };
}
