import { expect, it } from '@jest/globals';
import type { AdmissionSource } from '../../src/contracts/index.ts';
import { decide } from '../../src/policy/index.ts';
import { digest, record, SOURCE, wideFacts } from './facts.ts';

/** 7-ladder.md: an update needs the applicable fixtures and the licence review again before it counts; both ids stay. */
const wide = wideFacts();
const PACK = digest('fixtures of the new version');
function sourceGate(
  update: AdmissionSource['update'] | undefined,
  verified = [PACK],
  previousKept = true,
): string | undefined {
  const current: AdmissionSource = { ...SOURCE, previous_id: 'codex-0', ...(update ? { update } : {}) };
  const others = wide.admissions.filter((a) => a.document?.id !== SOURCE.id);
  const previous = previousKept ? [record({ ...SOURCE, id: 'codex-0' })] : [];
  const facts = { ...wide, verified_packs: verified, admissions: [record(current), ...previous, ...others] };
  return decide(facts).gates.find((gate) => gate.id === 'source')?.reason;
}
const reviewedAt = (licence_reviewed_at: string): AdmissionSource['update'] => ({
  fixtures: [PACK],
  licence_reviewed_at,
});
const AFTER = reviewedAt('2026-02-01T00:00:00.000Z');

it('opens once fixtures were verified again and the licence was reviewed again', () => {
  expect(sourceGate(AFTER)).toMatch(/is admitted/);
});
it.each<[title: string, reason: string | undefined, said: RegExp]>([
  ['there is no record of the update', sourceGate(undefined), /without a record of fixtures/],
  ['nobody verified the fixtures again', sourceGate(AFTER, []), /nobody has verified/],
  ['other packs were verified', sourceGate(AFTER, [digest('others')]), /nobody has verified/],
  ['the licence review is older', sourceGate(reviewedAt('2025-12-31T00:00:00.000Z')), /older than the update/],
  ['the previous record is gone', sourceGate(AFTER, [PACK], false), /record is gone/],
])('stays closed while %s', (_, reason, said) => {
  expect(reason).toMatch(said);
});
