import { describe, expect, it } from '@jest/globals';
import type { Approval } from '../../src/contracts/index.ts';
import { approvalState, deadlines, decide, type Facts } from '../../src/policy/index.ts';
import { CONFIG, factsOf, fromFile, packetOf, wideFacts, withPacket } from '../policy/facts.ts';

/** Approval row of 6-attacks.md: expired, revived, used twice. The facts' time is the later of the real clock and SOURCE_DATE_EPOCH. */
const asked = factsOf(packetOf({ approval: { required: true } }));
const at = (now: string, change: Partial<Approval> = {}, facts: Facts = asked): string[] =>
  approvalState({ ...facts, now, approvals: [fromFile(facts, change)] }).codes;
const TERM = { at: '2026-06-01T00:00:00.000Z', expires_at: '2026-06-01T06:00:00.000Z' };

describe('the term of an approval', () => {
  it.each([
    ['before it begins', '2026-05-31T23:59:59.999Z', ['approval_missing']],
    ['when it begins', '2026-06-01T00:00:00.000Z', []],
    ['just before it ends', '2026-06-01T05:59:59.999Z', []],
    ['when it ends', '2026-06-01T06:00:00.000Z', ['approval_expired']],
    ['long after', '2030-01-01T00:00:00.000Z', ['approval_expired']],
  ])('%s', (_, now, codes) => {
    expect(at(now, TERM)).toEqual(codes);
  });

  it('is cut to what configuration and packet allow, whatever the approval says of itself', () => {
    const long = { at: '2026-06-01T00:00:00.000Z', expires_at: '2036-06-01T00:00:00.000Z' };
    expect(at('2026-06-01T23:59:59.000Z', long)).toEqual([]);
    expect(at('2026-06-02T00:00:00.000Z', long)).toEqual(['approval_expired']);
    const hour = { ...asked, config: { ...CONFIG, approvals: { expires_after: '1h' } } };
    expect(at('2026-06-01T01:00:00.000Z', long, hour)).toEqual(['approval_expired']);
    const packet = withPacket(asked, { approval: { required: true, expires_after: '30m' } });
    expect(at('2026-06-01T00:30:00.000Z', long, packet)).toEqual(['approval_expired']);
    const longer = withPacket(asked, { approval: { required: true, expires_after: '365d' } });
    expect(at('2026-06-02T00:00:00.000Z', long, longer)).toEqual(['approval_expired']);
  });

  it('cannot be lengthened by dating it into the future', () => {
    expect(
      at('2026-06-01T12:00:00.000Z', { at: '2026-06-03T00:00:00.000Z', expires_at: '2026-06-04T00:00:00.000Z' }),
    ).toEqual(['approval_missing']);
  });
});

describe('SOURCE_DATE_EPOCH in the past', () => {
  it('revives nothing: every moment that the decision depends on is named to whoever sets the clock', () => {
    const facts = { ...asked, approvals: [fromFile(asked, TERM)] };
    expect(deadlines(facts)).toEqual(['2026-06-01T00:00:00.000Z', '2026-06-01T06:00:00.000Z']);
    const short = { ...facts, config: { ...CONFIG, approvals: { expires_after: '1h' } } };
    expect(deadlines(short)).toEqual(['2026-06-01T00:00:00.000Z', '2026-06-01T01:00:00.000Z']);
  });

  it('names those of admissions and stage records too', () => {
    const wide = wideFacts();
    const [record, ...records] = wide.stage_records;
    const expiring = { ...record!, document: { ...record!.document!, expires_at: '2026-08-08T00:00:00.000Z' } };
    expect(deadlines({ ...wide, stage_records: [expiring, ...records] })).toEqual(
      expect.arrayContaining(['2026-01-01T00:00:00.000Z', '2026-08-08T00:00:00.000Z', '2026-12-01T00:00:00.000Z']),
    );
  });

  it('between two neighbouring deadlines the decision is the same, so a frozen clock changes nothing', () => {
    const facts = { ...asked, approvals: [fromFile(asked, TERM)] };
    const gates = (now: string) => decide({ ...facts, now }).gates;
    expect(gates('2026-06-01T00:00:01.000Z')).toEqual(gates('2026-06-01T05:59:59.000Z'));
    expect(gates('2026-06-01T06:00:00.000Z')).toEqual(gates('2031-01-01T00:00:00.000Z'));
  });
});

const granted = { ...asked, approvals: [fromFile(asked)] };
const failed = (count: number): string[] =>
  approvalState({ ...granted, attempts: [{ nonce: 'nonce-0001', count }] }).codes;

describe('an approval is used once', () => {
  it('not after it was consumed or while another run holds it', () => {
    expect(approvalState({ ...granted, consumed_nonces: ['nonce-0001'] }).codes).toEqual(['approval_consumed']);
  });
  it('not after it failed as often as it may', () => {
    expect([0, 1, 2, 3, 4].map(failed)).toEqual([[], [], [], ['approval_consumed'], ['approval_consumed']]);
  });
  it('adds up attempts that were counted in two places', () => {
    const attempts = [1, 2].map((count) => ({ nonce: 'nonce-0001', count }));
    expect(approvalState({ ...granted, attempts }).codes).toEqual(['approval_consumed']);
  });
  it('another’s use is not its own', () => {
    expect(
      approvalState({ ...granted, consumed_nonces: ['nonce-0002'], attempts: [{ nonce: 'nonce-0002', count: 9 }] })
        .codes,
    ).toEqual([]);
  });
  it('the latest decision of a person counts: an older, fresh-looking one does not stand in for a used one', () => {
    const approvals = [
      fromFile(asked, { at: '2026-06-01T10:00:00.000Z', nonce: 'nonce-old' }),
      fromFile(asked, { nonce: 'nonce-new' }),
    ];
    expect(approvalState({ ...asked, approvals, consumed_nonces: ['nonce-new'] }).codes).toEqual(['approval_consumed']);
    expect(approvalState({ ...asked, approvals }).counted.map((a) => a.nonce)).toEqual(['nonce-new']);
  });
  it('a later decision about another packet does not take the place of the one about this', () => {
    const other = withPacket(asked, { title: 'Another packet' });
    const approvals = [
      fromFile(asked, { at: '2026-06-01T10:00:00.000Z', nonce: 'nonce-this' }),
      fromFile(other, { at: '2026-06-01T11:00:00.000Z', nonce: 'nonce-other' }),
    ];
    expect(approvalState({ ...asked, approvals }).counted.map((a) => a.nonce)).toEqual(['nonce-this']);
  });
});
