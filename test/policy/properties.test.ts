import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonicalText, digestOf, GATES, TIERS, validateDecision } from '../../src/contracts/index.ts';
import { decide, type Facts, nextFacts } from '../../src/policy/index.ts';
import { broken, CONFIG, digest, factsOf, packetOf, REPOSITORY, wideFacts, withPacket } from './facts.ts';

const wide = wideFacts();

/** Each takes something away that the wide case stands on, or adds something that speaks against it. */
const HARM: readonly ((facts: Facts) => Facts)[] = [
  (f) => ({ ...f, config: null }),
  (f) => ({ ...f, admissions: [] }),
  ...[0, 1, 2, 3].map(
    (n) =>
      (f: Facts): Facts => ({ ...f, admissions: f.admissions.toSpliced(n, 1) }),
  ),
  (f) => ({ ...f, admissions: f.admissions.map((a) => ({ ...a, document: null })) }),
  (f) => ({ ...f, admissions: [...f.admissions, broken('x', null)] }),
  ...[0, 1, 2, 3].map(
    (n) =>
      (f: Facts): Facts => ({ ...f, stage_records: f.stage_records.toSpliced(n, 1) }),
  ),
  (f) => ({ ...f, stage_records: f.stage_records.map((r) => ({ ...r, recomputed: null })) }),
  (f) => ({ ...f, engines: [] }),
  (f) => ({ ...f, engine_source: null }),
  (f) => ({ ...f, repository_name: null }),
  (f) => ({ ...f, approvals: [] }),
  (f) => ({ ...f, approvals: f.approvals.map((a) => ({ ...a, from: 'ticket' as const })) }),
  (f) => ({ ...f, consumed_nonces: ['nonce-0001'] }),
  (f) => ({ ...f, attempts: [{ nonce: 'nonce-0001', count: 3 }] }),
  (f) => ({ ...f, author: { id: 7, login: 'somebody' } }),
  (f) => ({ ...f, base: null }),
  (f) => ({ ...f, head: null }),
  (f) => ({ ...f, repository: null }),
  (f) => ({
    ...f,
    repository: f.repository && { ...f.repository, sandbox: { available: false, problem: null, fix: null } },
  }),
  (f) => ({
    ...f,
    repository: f.repository && { ...f.repository, evidence: { writable: false, room: false, problem: null } },
  }),
  (f) => ({
    ...f,
    repository: f.repository && { ...f.repository, status: { ...REPOSITORY.status, staged: { count: 1, paths: [] } } },
  }),
  (f) => ({ ...f, provider: null }),
  (f) => ({ ...f, policy: { files: ['a.rego'], evaluation: null } }),
  (f) => ({ ...f, now: '2030-01-01T00:00:00.000Z' }),
  (f) => ({ ...f, now: '2020-01-01T00:00:00.000Z' }),
  (f) => ({ ...f, selection: { explicit: [{ from: 'flag', id: 'fake' }], argv: null } }),
  (f) => ({ ...f, selection: { explicit: [], argv: ['x'] } }),
  (f) => ({ ...f, protected: { ...f.protected, sha: 'f'.repeat(40) as Facts['protected']['sha'] } }),
  (f) => ({ ...f, packet: { ...f.packet, digest: digest('x') } }),
];

/** Every member of the packet that a run needs, taken away. */
const PACKET_HARM = (
  [
    'risk_class',
    'target',
    'allowed_paths',
    'forbidden_paths',
    'forbidden_actions',
    'mutation_mode',
    'verification_commands',
    'approval',
  ] as const
).map((field) => (f: Facts): Facts => {
  const { [field]: _, ...rest } = f.packet.document;
  return { ...f, packet: { document: rest, digest: digestOf(rest) } };
});

const anyFacts = fc
  .record({
    harm: fc.subarray([...HARM, ...PACKET_HARM]),
    base: fc.constantFrom(wide, factsOf(), factsOf(packetOf({ engine: { id: 'command' } }), { config: CONFIG })),
  })
  .map(({ harm, base }) => harm.reduce((facts, change) => change(facts), base));

describe('decide', () => {
  it('lets the wide case run: everything below takes something from it', () => {
    expect(decide(wide)).toMatchObject({
      selected_engine: 'codex',
      allowed_mutation_mode: 'owned-noncritical-repo',
      missing_gates: [],
      reasons: [],
    });
  });

  it.each([...HARM, ...PACKET_HARM].map((change, index) => [index, change] as const))(
    'blocks when any single fact is gone (%i)',
    (_, change) => {
      const decision = decide(change(wide));
      expect(decision.missing_gates).not.toEqual([]);
      expect(decision).toMatchObject({ selected_engine: 'none', allowed_mutation_mode: 'none' });
    },
  );

  it('gives the same bytes for the same facts, whatever the order of their members', () => {
    const shuffled = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(shuffled)
        : value !== null && typeof value === 'object'
          ? Object.fromEntries(
              Object.entries(value)
                .toReversed()
                .map(([k, v]) => [k, shuffled(v)]),
            )
          : value;
    fc.assert(
      fc.property(anyFacts, (facts) => {
        expect(canonicalText(decide(shuffled(structuredClone(facts)) as Facts))).toBe(canonicalText(decide(facts)));
      }),
      { numRuns: 40 },
    );
  });

  it('does not change its facts, and keeps to its own contract', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const before = canonicalText(facts);
        const decision = decide(facts);
        expect(canonicalText(facts)).toBe(before);
        expect(validateDecision(structuredClone(decision))).toMatchObject({ ok: true });
        const { decision_id, ...rest } = decision;
        expect(decision_id).toBe(digestOf(rest));
      }),
      { numRuns: 40 },
    );
  });

  it('stays blocked whatever else goes missing: no harm mends another', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...HARM, ...PACKET_HARM], { minLength: 1 }), (harm) => {
        const decision = decide(harm.reduce((facts, change) => change(facts), wide));
        expect(decision.selected_engine).toBe('none');
        expect(decision.missing_gates).not.toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('evaluates no tier behind one that blocks, and every tier before', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { gates } = decide(facts);
        expect(gates.map((g) => g.id)).toEqual(GATES.map((g) => g.id));
        const blocking = TIERS.findIndex((tier) => gates.some((g) => g.tier === tier && g.state === 'missing'));
        for (const gate of gates) {
          const behind = blocking !== -1 && TIERS.indexOf(gate.tier) > blocking;
          expect(gate.state === 'not_evaluated' || !behind).toBe(true);
          expect(gate.codes.length > 0).toBe(gate.state === 'missing');
        }
      }),
      { numRuns: 40 },
    );
  });

  it('asks for the facts of a tier only when everything before has passed', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const open = { ...facts, repository: null, provider: null };
        const decision = decide(open);
        const tier = nextFacts(decision);
        const early = decision.gates.some(
          (g) => (g.tier === 'document' || g.tier === 'configuration') && g.state === 'missing',
        );
        expect(tier).toBe(early ? null : 'repository');
      }),
      { numRuns: 40 },
    );
    expect(nextFacts(decide({ ...wide, provider: null }))).toBe('provider');
    expect(nextFacts(decide({ ...factsOf(), provider: null }))).toBe(null);
  });

  it('never reads what an engine claims: facts hold no member for it', () => {
    const claims = { recommendation: 'run', report: { status: 'pass' }, reviewer: { verdict: 'approved' } };
    const plain = decide(withPacket(wide, { approval: { required: true } }));
    expect(validateDecision({ ...plain, facts: { ...plain.facts, ...claims } }).ok).toBe(false);
    expect(decide({ ...wide, ...claims }).gates).toEqual(decide(wide).gates);
  });

  it('denies every engine that was not asked for, whatever it could do', () => {
    const { denied_engines } = decide(wide);
    expect(denied_engines.map((d) => d.engine)).toEqual(['fake', 'command', 'extra']);
    for (const { reasons } of denied_engines) expect(reasons[0]).toMatch(/codex was asked for/);
    expect(denied_engines[1]?.codes).toContain('stage_not_allowed');
    expect(decide({ ...wide, approvals: [] }).denied_engines.find((d) => d.engine === 'codex')).toMatchObject({
      codes: ['approval_missing'],
    });
  });

  it('says whom each missing gate escalates to', () => {
    const decision = decide({ ...wide, engine_source: null, approvals: [] });
    expect(decision.escalation_path).toEqual([
      { gate: 'source', to: 'security' },
      { gate: 'approval', to: 'maintainer' },
    ]);
    expect(decision.reasons).toHaveLength(2);
  });

  it('judges an engine that was not asked for by nothing that was seen of the one that was', () => {
    const facts = withPacket(wide, { engine: { id: 'command' } });
    const codex = decide(facts).denied_engines.find(({ engine }) => engine === 'codex');
    expect(codex?.reasons.join('\n')).toMatch(/source: .*nobody looked/);
  });
});
