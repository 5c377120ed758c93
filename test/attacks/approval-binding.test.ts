import { describe, expect, it } from '@jest/globals';
import type { Approval } from '../../src/contracts/index.ts';
import { approvalState, decide, type Facts, requiredApproval } from '../../src/policy/index.ts';
import {
  CONFIG,
  digest,
  factsOf,
  fromFile,
  grant,
  MODEL,
  packetOf,
  record,
  reviewed,
  sha,
  wideFacts,
  withPacket,
} from '../policy/facts.ts';

/** Approval row of 6-attacks.md, as far as no GitHub is needed: an approval of something else than what would run. */
const asked = withPacket(factsOf(), { approval: { required: true } });
const approved: Facts = { ...asked, approvals: [fromFile(asked)] };
const codes = (facts: Facts): string[] => decide(facts).gates.find((gate) => gate.id === 'approval')?.codes ?? [];
const wide = wideFacts();

describe('an approval is bound to exactly what will run', () => {
  it('grants that', () => {
    expect(codes(approved)).toEqual([]);
    expect(decide(approved)).toMatchObject({ approval_status: 'granted', selected_engine: 'fake' });
  });

  it.each<[member: string, Partial<Approval>]>([
    ['packet_digest', { packet_digest: digest('x') }],
    ['base_sha', { base_sha: sha('f') }],
    ['head_sha', { head_sha: sha('f') }],
    ['scope_digest', { scope_digest: digest('x') }],
    ['mode', { mode: 'none' }],
    ['engine', { engine: 'command' }],
    ['argv_digest', { argv_digest: digest('x') }],
    ['protected_sha', { protected_sha: sha('f') }],
    ['admission_digests', { admission_digests: [digest('x')] }],
  ])('is stale when it was given for another %s', (member, change) => {
    const facts = { ...asked, approvals: [fromFile(asked, change)] };
    expect(codes(facts)).toEqual(['approval_stale']);
    expect(approvalState(facts).reason).toContain(member);
  });

  it.each<[what: string, facts: Facts]>([
    ['the packet is edited after reading', withPacket(approved, { title: 'Something else' })],
    ['the packet asks for another path', withPacket(approved, { allowed_paths: ['src/', 'lib/'] })],
    ['the packet asks for another limit', withPacket(approved, { limits: { changed_files: 6 } })],
    ['the base moves', { ...approved, base: { ...approved.base!, sha: sha('f') } }],
    ['a push moves the head', { ...wide, head: sha('f') }],
    ['the head is not known', { ...wide, head: null }],
    ['the protected configuration moves', { ...approved, protected: { ...approved.protected, sha: sha('f') } }],
    ['on GitHub the rules change', { ...approved, protected: { ...approved.protected, rules: sha('f') } }],
    ['the configuration forbids more', { ...approved, config: { ...CONFIG, forbidden_paths: ['src/a.js'] } }],
    [
      'an admission is recorded anew',
      {
        ...wide,
        admissions: wide.admissions.map((a) =>
          a.document?.id === 'gpt' ? record({ ...MODEL, approval_source: 'another review' }) : a,
        ),
      },
    ],
  ])('is stale when %s', (_, facts) => {
    expect(codes(facts)).toEqual(['approval_stale']);
  });

  it('is stale for another argv, and names the one that it was given for', () => {
    const command = factsOf(packetOf({ engine: { id: 'command' }, approval: { required: true } }), { config: CONFIG });
    const facts = { ...command, approvals: [fromFile(command)] };
    expect(codes(facts)).toEqual([]);
    expect(codes({ ...facts, selection: { explicit: [], argv: ['./other.sh'] } })).toEqual(['approval_stale']);
  });

  it('is stale for another engine and another mode, each with a digest of its own', () => {
    const command = withPacket({ ...asked, config: CONFIG }, { engine: { id: 'command' } });
    const none = withPacket(asked, { mutation_mode: 'none' });
    expect(codes({ ...command, approvals: approved.approvals })).toEqual(['approval_stale']);
    expect(codes({ ...none, approvals: approved.approvals })).toEqual(['approval_stale']);
    const digests = [asked, command, none].map((facts) => requiredApproval(facts)?.approval_digest);
    expect(new Set(digests).size).toBe(3);
  });

  it('names the digest of the bound part and nothing that a person adds', () => {
    const one = requiredApproval(asked);
    expect(one?.sentence).toBe(`/approve limit-retries ${one?.approval_digest}`);
    expect(requiredApproval({ ...asked, approvals: [fromFile(asked, { nonce: 'another-nonce' })] })).toEqual(one);
  });

  it('cannot be given for a packet that does not say what it would do', () => {
    const facts = withPacket(asked, {});
    const { mutation_mode: _, ...rest } = facts.packet.document;
    const open: Facts = { ...facts, packet: { ...facts.packet, document: rest } };
    expect(requiredApproval(open)).toBe(null);
    expect(approvalState({ ...open, approvals: [fromFile(asked)] }).codes).toEqual(['approval_stale']);
  });

  it('of a review counts for the wide mode only on the head that was reviewed', () => {
    expect(codes(wide)).toEqual([]);
    expect(codes({ ...wide, approvals: [reviewed(wide, { head_sha: null })] })).toEqual(['approval_stale']);
    expect(grant(wide).head_sha).toBe(wide.head);
  });
});
