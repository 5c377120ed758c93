import { type Approvals, digestOfBytes, InternalError, type Scenario, validateApprovals } from '../contracts/index.ts';
import type { Bound } from '../policy/index.ts';

type Stated = NonNullable<Scenario['approvals']>;

const MINUTE = 60_000;
const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * The approvals file of a scenario: each person decides on exactly what would run (`bound`), a minute before `now` (ms since the epoch), for an hour;
 * what the scenario states differently stays. Throws an InternalError where that is no approvals document.
 */
export function approvalsOf(stated: Stated, bound: Bound, now: number): Approvals {
  const approvals = stated.map(({ event, login, with: different }, index) => ({
    schema: 'countersign/approval/v1',
    event,
    ...bound,
    actor: { id: 0, login },
    source: 'local',
    at: iso(now - MINUTE),
    expires_at: iso(now + 59 * MINUTE),
    // One person, one decision, one nonce; and a fresh one for each play of the scenario.
    nonce: digestOfBytes(`${index} ${login} ${now}`).slice(7, 39),
    ...different,
  }));
  const result = validateApprovals({ schema: 'countersign/approvals/v1', approvals });
  if (!result.ok) {
    throw new InternalError(
      `approvals of the scenario: ${result.errors.map((e) => `${e.at} ${e.message}`).join('; ')}`,
    );
  }
  return result.value;
}
