import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Approval, Sha } from '../../src/contracts/index.ts';
import { verifyPack } from '../../src/evidence/index.ts';
import { requiredApproval, waitsForApproval } from '../../src/policy/index.ts';
import { decidePacket, type Hosted, type RunResult } from '../../src/run/index.ts';
import { CONFIG, type Ground, ground, packet, RIGHT } from './repository.ts';

const PACKET_FILE = '.countersign/packets/issue-12-fix-add.md';
const OWNED = `${CONFIG}repository: { class: disposable }\napprovals: { approvers: { users: [alice] } }\n`;
const SCRIPT = JSON.stringify({ steps: [{ write: { path: 'src/add.mjs', content: RIGHT } }] });
const PACKET = packet({ engine: { id: 'fake', script: 'play.yml' }, mutation_mode: 'sandbox-repo' });

let here: Ground;
/** Commits on main, then on the packet branch what `open` commits there, and leaves main checked out. */
beforeEach(() => {
  here = ground({ 'play.yml': SCRIPT, '.countersign/config.yml': OWNED });
  here.git('checkout', '-qb', 'packet/fix-add-12');
  here.commit({ [PACKET_FILE]: PACKET });
  here.git('checkout', '-q', 'main');
});
afterEach(() => here.remove());

const sha = (ref: string): Sha =>
  execFileSync('git', ['rev-parse', ref], { cwd: here.repo, encoding: 'utf8' }).trim() as Sha;
const hosted = (more: Partial<Hosted> = {}): Hosted => ({
  repository: 'acme/sum',
  author: { id: 7, login: 'carol' },
  head: { ref: 'refs/heads/packet/fix-add-12', sha: sha('packet/fix-add-12') },
  protected: { ref: 'refs/heads/main', sha: sha('main') },
  approvals: [],
  consumed: [],
  attempts: [],
  ...more,
});
const options = (more: Partial<Hosted> = {}) => ({
  packetFile: PACKET_FILE,
  repo: here.repo,
  out: here.out,
  env: here.env,
  hosted: hosted(more),
});
const codes = (result: RunResult): string[] => result.blockers.map((b) => b.code).toSorted();

async function approval(login = 'alice', more: Partial<Approval> = {}): Promise<Approval> {
  const decision = await decidePacket(options());
  const request = requiredApproval(decision.facts);
  if (!request) throw new Error('nothing is asked for');
  return {
    schema: 'countersign/approval/v1',
    event: 'approval.granted',
    ...request.bound,
    actor: { id: 1, login },
    source: 'review',
    at: decision.facts.now,
    expires_at: '2099-01-01T00:00:00.000Z',
    nonce: 'review-100',
    ...more,
  };
}

describe('a run on GitHub', () => {
  it('stands on the head of the packet branch, the rules of the default branch and a review', async () => {
    const decision = await decidePacket(options());
    expect(waitsForApproval(decision)).toBe(true);
    const given = await approval();
    expect(given).toMatchObject({ base_sha: sha('packet/fix-add-12'), head_sha: sha('packet/fix-add-12') });
    const result = await here.run('', options({ approvals: [given] }));
    expect(codes(result)).toEqual([]);
    expect(result.status).toBe('pass');
    const { facts } = here.decision(result);
    expect(facts).toMatchObject({ surface: 'github', repository_name: 'acme/sum', author: { login: 'carol' } });
    const listed = execFileSync(
      'bash',
      ['-c', `git ls-tree -r -z --full-tree main .countersign | grep -zv $'\\t\\.countersign/packets/' | sha256sum`],
      { cwd: here.repo, encoding: 'utf8' },
    );
    expect(facts.protected.rules).toBe(listed.slice(0, 64));
    expect(await verifyPack(result.pack ?? '', { repo: here.repo })).toMatchObject({ ok: true });
  });

  it('goes on when the default branch moves and its rules do not, merged packets included', async () => {
    const given = await approval();
    here.commit({ 'README.md': 'moved\n', '.countersign/packets/issue-1-other.md': 'merged\n' });
    expect(codes(await here.run('', options({ approvals: [given] })))).toEqual([]);
    here.commit({ '.countersign/config.yml': `${OWNED}forbidden_paths: [docs/]\n` });
    expect(codes(await here.run('', options({ approvals: [given] })))).toEqual(['approval_stale']);
  });

  it('takes its rules from the default branch, never from the packet branch', async () => {
    here.git('checkout', '-q', 'packet/fix-add-12');
    here.commit({ '.countersign/config.yml': CONFIG.replace('[2, 3]', '[2, 3, 4]') });
    here.git('checkout', '-q', 'main');
    const decision = await decidePacket(options());
    expect(decision.missing_gates).toEqual(['approval']);
    expect(decision.facts.config?.approvals?.approvers?.users).toEqual(['alice']);
  });

  it.each<[string, Partial<Hosted>, string[]]>([
    ['used before', { consumed: ['review-100'] }, ['approval_consumed']],
    ['tried too often', { attempts: [{ nonce: 'review-100', count: 3 }] }, ['approval_consumed']],
    ["the author's own", { author: { id: 1, login: 'alice' } }, ['approval_missing']],
    ['for another head', { head: { ref: 'refs/heads/main', sha: '' as Sha } }, ['approval_stale']],
  ])('is blocked where the approval is %s', async (_, more, expected) => {
    const given = await approval();
    if (more.head) {
      here.git('checkout', '-q', 'packet/fix-add-12');
      here.commit({ 'README.md': 'a push\n' });
      here.git('checkout', '-q', 'main');
    }
    const { head: __, ...rest } = more;
    expect(codes(await here.run('', options({ approvals: [given], ...rest })))).toEqual(expected);
  });

  it.each<[string, Partial<Approval>]>([
    ['says it is local', { source: 'local' }],
    ['says it is a ticket', { source: 'ticket' }],
    ["is a stranger's", { actor: { id: 9, login: 'mallory' } }],
    ["is a bot's", { actor: { id: 9, login: 'alice[bot]' } }],
  ])('is blocked where the approval %s', async (_, more) => {
    const given = await approval('alice', more);
    expect(codes(await here.run('', options({ approvals: [given] })))).toEqual(['approval_missing']);
  });

  it('needs no folder of this machine for single use, and counts no file there', async () => {
    const given = await approval();
    const first = await here.run('', options({ approvals: [given] }));
    const second = await here.run('', options({ approvals: [given] }));
    expect([first.status, second.status]).toEqual(['pass', 'pass']);
  });

  it('refuses an argv, a packet that is not in the head, and a head that is not here', async () => {
    await expect(here.run('', { ...options(), argv: ['sh'] })).rejects.toMatchObject({ errors: [{ at: '--' }] });
    await expect(here.run('', { ...options(), packetFile: 'none.md' })).rejects.toMatchObject({
      errors: [{ at: 'none.md' }],
    });
    const head = { ref: 'refs/heads/packet/x', sha: 'f'.repeat(40) as Sha };
    await expect(here.run('', options({ head }))).rejects.toMatchObject({ errors: [{ at: head.ref }] });
  });
});
