import { describe, expect, it } from '@jest/globals';
import { type Code, CODES, validateApprovals } from '../../src/contracts/index.ts';
import { decide, exitCode, explainDecision, gateFindings, runStatus } from '../../src/policy/index.ts';
import { factsOf, fromFile, NOW, packetOf, sha, wideFacts, withPacket } from './facts.ts';

const found = (...codes: Code[]) => codes.map((code) => ({ code }));

describe('the status of a run', () => {
  it.each<[title: string, codes: Code[], gated: boolean, status: string, exit: number]>([
    ['nothing found', [], false, 'pass', 0],
    ['a fail', ['verification_failed'], false, 'fail', 1],
    ['a block', ['reviewer_rejected'], false, 'blocked', 2],
    ['a fail outweighs a block', ['timeout', 'no_diff'], false, 'fail', 1],
    ['a gate outweighs everything', ['artifact_write_failure'], true, 'blocked', 2],
    ['a crash', ['internal_error'], false, 'fail', 70],
  ])('%s', (_, codes, gated, status, exit) => {
    const result = runStatus(found(...codes), gated);
    expect([result, exitCode(result, found(...codes))]).toEqual([status, exit]);
  });
  it('of one finding is what the table says, for every code', () => {
    for (const code of Object.keys(CODES) as Code[]) expect(runStatus(found(code), false)).toBe(CODES[code].status);
  });
});

describe('missing gates as findings', () => {
  it('are one for each code, with the gate and what would satisfy it', () => {
    const decision = decide(factsOf(packetOf({ allowed_paths: [], verification_commands: [] })));
    expect(gateFindings(decision)).toEqual([
      {
        code: 'scope_incomplete',
        at: 'gate:scope',
        message: 'the packet lacks allowed_paths',
        fix: 'Add allowed_paths to the packet.',
      },
      {
        code: 'missing_test_command',
        at: 'gate:scope',
        message: 'verification is required and no command is given',
        fix: 'Add verification_commands to the packet.',
      },
    ]);
    expect(gateFindings(decide(factsOf()))).toEqual([]);
  });
});

describe('an approval that is missing for several reasons', () => {
  it('has one finding for each, about the decisions that it is about', () => {
    const facts = factsOf(packetOf({ approval: { required: true } }));
    const stale = fromFile(facts, { actor: { id: 1, login: 'ann' }, base_sha: sha('f') });
    const old = fromFile(facts, { actor: { id: 2, login: 'bob' }, nonce: 'nonce-0002', expires_at: NOW });
    const decision = decide({ ...facts, approvals: [stale, old] });
    const found = gateFindings(decision).map(({ code, message }) => [code, message]);
    expect(found).toEqual([
      ['approval_expired', expect.stringMatching(/^0 of 1 approvals count; bob: expired at \S+$/)],
      ['approval_stale', expect.stringMatching(/^0 of 1 approvals count; ann: was given for another base_sha$/)],
    ]);
    const gate = decision.gates.find(({ id }) => id === 'approval');
    expect(gate?.reason).toMatch(/^0 of 1 approvals count; ann: was given .*; bob: expired/);
  });
});

describe('the explanation', () => {
  it('shows every gate, why, and what would satisfy it', () => {
    const decision = decide({ ...wideFacts(), engine_source: null, approvals: [] });
    const text = explainDecision(decision);
    for (const gate of decision.gates) expect(text).toContain(gate.id);
    for (const gate of decision.gates.filter((g) => g.satisfied_by !== null))
      expect(text).toContain(`→ ${gate.satisfied_by}`);
    expect(text).toMatch(/^BLOCKED {2}engine codex · mode owned-noncritical-repo \(stage 5\) · risk low$/m);
    expect(text).toMatch(/\/approve limit-retries sha256:[0-9a-f]{64}$/m);
    expect(explainDecision(decide(factsOf()))).toMatch(/^ELIGIBLE {2}engine fake/m);
  });
  it('holds, on a laptop, the file that --approvals takes: it grants once login and nonce are filled in', () => {
    const facts = factsOf(packetOf({ approval: { required: true } }));
    const text = explainDecision(decide(facts));
    const [line = ''] = /^ {3}\{"schema".*$/m.exec(text) ?? [];
    expect(validateApprovals(JSON.parse(line)).ok).toBe(false);
    const filled = line.replace('YOUR LOGIN', 'ann').replace(/EIGHT [A-Z ,]+/, 'nonce-0001');
    const read = validateApprovals(JSON.parse(filled));
    expect(read.ok).toBe(true);
    const [document] = read.ok ? read.value.approvals : [];
    const given = { from: 'file' as const, document: document!, signature_verified: false };
    expect(decide({ ...facts, approvals: [given] }).approval_status).toBe('granted');
    const wide = decide({ ...wideFacts(), approvals: [] });
    expect(explainDecision(wide)).not.toContain('--approvals');
  });
  it('does not let a name of somebody else’s act on the terminal', () => {
    const facts = withPacket(factsOf(), {});
    const dirty = {
      ...facts.repository!,
      status: { ...facts.repository!.status, untracked: { count: 1, paths: ['\u001b[2Jx\n::set-env::\u202e'] } },
    };
    const text = explainDecision(decide({ ...facts, repository: dirty }));
    expect(text).toContain('<U+001B>[2Jx<U+000A>::set-env::<U+202E>');
    expect(text).not.toMatch(/^::/m);
  });
});
