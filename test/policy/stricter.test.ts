import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type Config, digestOf, type Packet } from '../../src/contracts/index.ts';
import { decide } from '../../src/policy/index.ts';
import { CONFIG, reviewed, wideFacts, withPacket } from './facts.ts';

const wide = wideFacts();
type Own = NonNullable<Packet['approval']>;

const STRICT: Config = {
  ...CONFIG,
  approvals: { required: true, approvers: { users: ['ann', 'bob'] }, min: 1, expires_after: '2h', max_attempts: 2 },
};
const some = { nil: undefined };
const anyApproval = fc
  .record({
    required: fc.boolean(),
    approvers: fc.option(fc.record({ users: fc.subarray(['ann', 'bob', 'cem', 'mallory']) }), some),
    min: fc.option(fc.integer({ min: 1, max: 3 }), some),
    expires_after: fc.option(fc.constantFrom('1s', '30m', '24h', '365d'), some),
    max_attempts: fc.option(fc.integer({ min: 1, max: 9 }), some),
  })
  .map((own) => Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)) as unknown as Own);

interface Given {
  logins: string[];
  hours: number;
  failed: number;
}
/** Whether these people's approvals, `hours` old and with so many failed attempts, let a packet with these rules run. */
function granted(own: Own, { logins, hours, failed }: Given): boolean {
  const facts = withPacket({ ...wide, config: STRICT }, { approval: own });
  const at = new Date(Date.parse(facts.now) - hours * 3_600_000).toISOString();
  const approvals = logins.map((login, id) =>
    reviewed(facts, {
      actor: { id: id + 1, login },
      at,
      expires_at: '2026-08-01T00:00:00.000Z',
      nonce: `nonce-000${id}`,
    }),
  );
  const attempts = approvals.map(({ document }) => ({ nonce: document.nonce, count: failed }));
  return decide({ ...facts, approvals, attempts }).approval_status === 'granted';
}
const anyGiven = fc.record({
  logins: fc.subarray(['ann', 'bob', 'cem', 'mallory']),
  hours: fc.integer({ min: 0, max: 4 }),
  failed: fc.integer({ min: 0, max: 3 }),
});

it('does not let a packet be laxer than the configuration', () => {
  fc.assert(
    fc.property(anyApproval, anyGiven, (own, given) => {
      expect(granted(own, given) && !granted({ required: false }, given)).toBe(false);
    }),
    { numRuns: 100 },
  );
});

it('lets a packet be stricter in every member', () => {
  const given = { logins: ['ann'], hours: 1, failed: 1 };
  expect(granted({ required: true }, given)).toBe(true);
  const stricter: Own[] = [
    { required: true, approvers: { users: ['bob'] } },
    { required: true, approvers: { teams: ['acme/owners'] } },
    { required: true, min: 2 },
    { required: true, expires_after: '30m' },
    { required: true, max_attempts: 1 },
  ];
  for (const own of stricter) expect({ own, granted: granted(own, given) }).toEqual({ own, granted: false });
});

it('binds the rules to the packet: other rules, another digest', () => {
  const one = withPacket(wide, { approval: { required: true } });
  const two = withPacket(wide, { approval: { required: true, min: 2 } });
  expect(one.packet.digest).not.toBe(two.packet.digest);
  expect(one.packet.digest).toBe(digestOf(one.packet.document));
});
