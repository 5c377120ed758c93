import { approvalRules, endOf } from './approval-rules.ts';
import { settingsOf } from './settings.ts';
import type { Facts } from './types.ts';

/**
 * The moments on which a decision depends: when approvals, admissions and stage records begin and end. A run whose clock stands still
 * (`SOURCE_DATE_EPOCH`) may keep its own time only while none of them lies between that and the real time.
 */
export function deadlines(facts: Omit<Facts, 'now'>): string[] {
  const packet = facts.packet.document;
  const rules = approvalRules({ packet, settings: settingsOf(facts.config), mode: packet.mutation_mode ?? null });
  const moments = [
    ...facts.approvals.flatMap(({ document }) => [document.at, endOf(document, rules)]),
    ...facts.admissions.flatMap(({ document }) =>
      document && document.kind !== 'provider-decision' ? [document.admitted_at, document.expires_at] : [],
    ),
    ...facts.stage_records.map(({ document }) => document?.expires_at),
  ];
  return [...new Set(moments.filter((moment) => moment !== undefined))].toSorted();
}
