import { describe, expect, it } from '@jest/globals';
import type { Approval, Config } from '../../src/contracts/index.ts';
import { approvalState, decide, type Facts } from '../../src/policy/index.ts';
import { CONFIG, factsOf, fromFile, grant, packetOf, reviewed, wideFacts, withPacket } from '../policy/facts.ts';

/** Approval row of 6-attacks.md: who approves, how often, and from where. */
type Given = Facts['approvals'];
const people = (change: NonNullable<Config['approvals']>): Config => ({ ...CONFIG, approvals: change });
const asked = factsOf(packetOf({ approval: { required: true } }));
const two = withPacket(asked, { approval: { required: true, min: 2 } });
const by = (login: string, id: number, change: Partial<Approval> = {}): Partial<Approval> => ({
  actor: { id, login },
  nonce: `nonce-of-${login}-${id}`,
  ...change,
});
const state = (facts: Facts, approvals: Given): [string, string[]] => {
  const { status, codes } = approvalState({ ...facts, approvals });
  return [status, codes];
};
const listed = { ...asked, config: people({ approvers: { users: ['ann', 'bob'] } }) };
const wide = wideFacts();
const deleted: Facts = {
  ...wide,
  config: wide.config && { ...wide.config, approvals: { approvers: { users: ['ghost'] } } },
  approvals: [reviewed(wide, { actor: { id: 0, login: 'ghost' } })],
};

describe('who may approve', () => {
  it('anybody named, from a file, where the configuration names nobody', () => {
    expect(state(asked, [fromFile(asked, by('whoever', 0))])).toEqual(['granted', []]);
  });
  it.each<[who: string, facts: Facts, approvals: Given, codes: string[]]>([
    ['somebody who is not listed', listed, [fromFile(listed, by('mallory', 9))], ['approval_missing']],
    [
      'somebody listed by the packet alone',
      withPacket(listed, { approval: { required: true, approvers: { users: ['mallory'] } } }),
      [fromFile(listed, by('mallory', 9))],
      ['approval_missing'],
    ],
    ['a bot', asked, [fromFile(asked, by('helper[bot]', 3))], ['approval_missing']],
    ['a bot, on a list or not', listed, [fromFile(listed, by('ann[bot]', 3))], ['approval_missing']],
    ['the engine', asked, [fromFile(asked, by('codex', 3))], ['approval_missing']],
    [
      'the author, by login',
      { ...listed, author: { id: 0, login: 'Ann' } },
      [fromFile(listed, by('ann', 0))],
      ['approval_missing'],
    ],
    [
      'the author under a new login',
      { ...wide, author: { id: 7, login: 'old-name' } },
      [reviewed(wide)],
      ['approval_missing'],
    ],
    ['a user who was deleted', deleted, deleted.approvals, ['approval_missing']],
    [
      'a team, whose members nobody can read',
      { ...asked, config: people({ approvers: { teams: ['acme/owners'] } }) },
      [fromFile(asked, by('ann', 1))],
      ['approval_missing'],
    ],
    [
      'a review where the configuration names nobody',
      { ...wide, config: { ...CONFIG, approvals: {} } },
      wide.approvals,
      ['approval_missing'],
    ],
  ])('not %s', (_, facts, approvals, codes) => {
    const rebound = approvals.map((a) => ({ ...a, document: grantFor(facts, a.document) }));
    expect(state(facts, rebound)).toEqual(['requested', codes]);
  });
  it('says that teams count as nobody', () => {
    const facts = { ...asked, config: people({ approvers: { teams: ['acme/owners'] } }) };
    expect(approvalState(facts).reason).toMatch(/acme\/owners count as nobody/);
  });
  it('letter case is no disguise, in either direction', () => {
    expect(state(listed, [fromFile(listed, by('ANN', 0))])).toEqual(['granted', []]);
  });
});

/** Rebinds an approval to facts, so that only the person is at fault. */
const grantFor = (facts: Facts, was: Approval): Approval =>
  grant({ ...facts, approvals: [] }, { actor: was.actor, source: was.source, nonce: was.nonce });

const pair = (a: Partial<Approval>, b: Partial<Approval>): Given => [fromFile(two, a), fromFile(two, b)];

describe('two people are two people', () => {
  it('grants', () => {
    expect(state(two, pair(by('ann', 1), by('bob', 2)))).toEqual(['granted', []]);
  });
  it.each<[how: string, Given]>([
    ['the same person twice', pair(by('ann', 1), by('ann', 1, { nonce: 'nonce-second' }))],
    ['one login in two letter cases', pair(by('ann', 0), by('Ann', 0))],
    ['one account under two logins', pair(by('ann', 1), by('ann-2', 1))],
    ['one account, renamed: login of one, id of the other', pair(by('ann', 1), by('ann', 2))],
    ['one approval, copied', pair(by('ann', 1), by('ann', 1))],
  ])('not %s', (_, approvals) => {
    expect(state(two, approvals)).toEqual(['requested', ['approval_missing']]);
  });
  it('not two that share a nonce: single use would count once for both', () => {
    expect(state(two, pair(by('ann', 1, { nonce: 'nonce-same' }), by('bob', 2, { nonce: 'nonce-same' })))).toEqual([
      'requested',
      ['approval_consumed'],
    ]);
  });
  it('high risk asks for two whatever packet and configuration say', () => {
    const high = factsOf(packetOf({ risk_class: 'high', approval: { required: false, min: 1 } }));
    expect(state(high, [fromFile(high)])).toEqual(['requested', ['approval_missing']]);
  });
});

const denied = (change: Partial<Approval>): Partial<Approval> => ({ event: 'approval.denied', ...change });

describe('a denial', () => {
  it.each<[how: string, Given]>([
    ['alone', [fromFile(asked, denied(by('ann', 1)))]],
    [
      'before a grant by the same person',
      [
        fromFile(asked, denied(by('ann', 1, { at: '2026-06-01T08:00:00.000Z' }))),
        fromFile(asked, by('ann', 1, { nonce: 'nonce-later' })),
      ],
    ],
    [
      'after a grant',
      [
        fromFile(asked, by('ann', 1)),
        fromFile(asked, denied(by('ann', 1, { at: '2026-06-01T11:30:00.000Z', nonce: 'nonce-later' }))),
      ],
    ],
    [
      'beside grants by others',
      [fromFile(asked, by('bob', 2)), fromFile(asked, by('cem', 3)), fromFile(asked, denied(by('ann', 1)))],
    ],
    [
      'that has expired',
      [
        fromFile(asked, by('bob', 2)),
        fromFile(
          asked,
          denied(by('ann', 1, { at: '2026-01-01T00:00:00.000Z', expires_at: '2026-01-02T00:00:00.000Z' })),
        ),
      ],
    ],
    [
      'of another base',
      [
        fromFile(asked, by('bob', 2)),
        fromFile(asked, denied(by('ann', 1, { base_sha: 'f'.repeat(40) as Approval['base_sha'] }))),
      ],
    ],
  ])('is final: %s', (_, approvals) => {
    expect(state(asked, approvals)).toEqual(['denied', ['approval_denied']]);
    expect(decide({ ...asked, approvals }).selected_engine).toBe('none');
  });
  it('counts even where nobody had to be asked', () => {
    const free = factsOf();
    const decision = decide({ ...free, approvals: [fromFile(free, denied(by('ann', 1)))] });
    expect(decision).toMatchObject({ approval_required: true, approval_status: 'denied', missing_gates: ['approval'] });
  });
  it('ends with the packet digest', () => {
    const edited = withPacket(asked, { title: 'Another title' });
    expect(state(edited, [fromFile(asked, denied(by('ann', 1))), fromFile(edited, by('bob', 2))])).toEqual([
      'granted',
      [],
    ]);
  });
  it('by somebody who is not entitled stops nobody', () => {
    expect(state(listed, [fromFile(listed, denied(by('mallory', 9))), fromFile(listed, by('ann', 1))])).toEqual([
      'granted',
      [],
    ]);
  });
});

describe('where an approval comes from', () => {
  const sandbox = factsOf(packetOf({ mutation_mode: 'sandbox-repo' }));
  const owned = withPacket({ ...wide, surface: 'local', head: null }, {});
  it('a file counts for local runs up to sandbox-repo', () => {
    expect(state(sandbox, [fromFile(sandbox)])).toEqual(['granted', []]);
    expect(state(owned, [fromFile(owned)])).toEqual(['requested', ['approval_missing']]);
  });
  it.each<[what: string, facts: Facts, given: Given[number]]>([
    ['a file on GitHub', { ...asked, surface: 'github' }, fromFile({ ...asked, surface: 'github' })],
    ['a file that claims to be a review', asked, { ...fromFile(asked), document: grant(asked, { source: 'review' }) }],
    ['a file that claims to be a ticket', asked, { ...fromFile(asked), document: grant(asked, { source: 'ticket' }) }],
    ['a review that claims to be local', wide, { ...reviewed(wide), document: grant(wide, { source: 'local' }) }],
    [
      'a ticket whose signature nobody verified',
      wide,
      { from: 'ticket', document: grant(wide, { source: 'ticket' }), signature_verified: false },
    ],
  ])('%s does not count', (_, facts, given) => {
    expect(state(facts, [given])).toEqual(['requested', ['approval_missing']]);
  });
  it('a verified ticket counts', () => {
    expect(
      state(wide, [{ from: 'ticket', document: grant(wide, { source: 'ticket' }), signature_verified: true }]),
    ).toEqual(['granted', []]);
  });
});
