import type { Approval } from '../contracts/index.ts';
import type { Facts } from '../policy/index.ts';
import { useOf } from './runs.ts';
import type { RunRecord } from './types.ts';

/**
 * The facts of a decision with people's decisions in them. With `by` as they were for that run: judged by the time at which it started, and by what earlier
 * runs had used up, since its own pass is what consumed the approval.
 */
export function withApprovals(
  facts: Facts,
  approvals: readonly Approval[],
  records: readonly RunRecord[],
  by: { startedAt: string; record: RunRecord } | null = null,
): Facts {
  const before = by === null ? records : records.filter(({ sealedAt }) => sealedAt < by.record.sealedAt);
  const used = useOf(approvals, before);
  return {
    ...facts,
    now: by === null ? facts.now : by.startedAt,
    approvals: approvals.map((document) => ({ from: 'github', document, signature_verified: false })),
    consumed_nonces: used.consumed,
    attempts: used.attempts,
  };
}
