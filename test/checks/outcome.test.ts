import { describe, expect, it } from '@jest/globals';
import type { HeadFacts } from '../../src/checks/index.ts';
import { decide } from '../../src/policy/index.ts';
import { CONFIG } from '../policy/facts.ts';
import { accomplished, afterRun, C1, check, decisionFacts, happened, review, saying, scene } from './scene.ts';

/** A proposal that needs no approval: nothing but the outcome stands between it and the gate. */
const free = (packet: Parameters<typeof decisionFacts>[1] = {}): HeadFacts => {
  const change = { ...packet, packet: { approval: { required: false }, ...packet?.packet } };
  const config = { ...CONFIG, approvals: { ...CONFIG.approvals, required: false } };
  const facts = { ...decisionFacts('proposal', change), config };
  return afterRun({ ...scene('proposal', change), decision: { ok: true, decision: decide(facts) } });
};

describe('an outcome', () => {
  const ran = free();
  const accepted = saying(ran, review(101, 'ann', 40));
  it('is wanted though no approval was', () => {
    expect(check(ran, 'approval').conclusion).toBe('success');
    expect(check(ran, 'gate').conclusion).toBe('action_required');
    expect(check(accepted, 'gate').conclusion).toBe('success');
  });
  it.each(['force_pushed', 'closed', 'reopened', 'base_changed'] as const)('does not outlive %s', (kind) => {
    const later = saying(accepted, happened(kind, 45));
    expect(check(later, 'outcome').conclusion).toBe('action_required');
    expect(check(saying(later, review(102, 'bob', 50)), 'gate').conclusion).toBe('success');
    const rejected = saying(ran, review(101, 'ann', 40, 'changes_requested'), happened(kind, 45));
    expect(check(saying(rejected, review(102, 'bob', 50)), 'outcome').conclusion).toBe('failure');
  });
  it('is not wanted where the packet says so and nothing is on the branch', () => {
    expect(check(free({ packet: { outcome_required: false } }), 'gate').conclusion).toBe('success');
    const { issue, evidence } = accomplished('published');
    const published = { ...accomplished('published'), timeline: [review(100, 'ann', 10)] };
    if (!issue?.packet.ok || !evidence) throw new Error('the scene is incomplete');
    const packet = { ...issue.packet.packet, outcome_required: false };
    const asks = { ...published, issue: { ...issue, packet: { ...issue.packet, packet } } };
    expect(check(asks, 'outcome').conclusion).toBe('action_required');
  });
  it('still is a rejection where none is wanted', () =>
    expect(
      check(saying(free({ packet: { outcome_required: false } }), review(101, 'bob', 40, 'changes_requested')), 'gate')
        .conclusion,
    ).toBe('failure'));
  it('is not taken from a login that an engine has', () => {
    const config = { ...CONFIG, approvals: { approvers: { users: ['codex'] } } };
    const decision = decide({ ...decisionFacts('proposal', { packet: { approval: { required: false } } }), config });
    const facts = { ...ran, decision: { ok: true as const, decision }, permissions: { 70: 'write' as const } };
    const by = (login: string): HeadFacts =>
      saying(facts, review(101, { id: 70, login, type: 'User' }, 40, 'approved', C1));
    expect(check(by('codex'), 'outcome').conclusion).toBe('action_required');
  });
});
