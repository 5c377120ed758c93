import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyPack } from '../../src/evidence/index.ts';
import { requiredApproval } from '../../src/policy/index.ts';
import { decidePacket, type RunResult } from '../../src/run/index.ts';
import { type Ground, ground, packet, RIGHT } from './repository.ts';

const SCRIPT = { 'scripts/play.yml': JSON.stringify({ steps: [{ write: { path: 'src/add.mjs', content: RIGHT } }] }) };
const WRONG = {
  'scripts/bad.yml': JSON.stringify({
    steps: [{ write: { path: 'src/add.mjs', content: 'export const add = 1;\n' } }],
  }),
};
const needs = (script: string): string =>
  packet({ engine: { id: 'fake', script }, approval: { required: true, max_attempts: 2 } });

let here: Ground;
beforeEach(() => {
  here = ground({ ...SCRIPT, ...WRONG });
});
afterEach(() => here.remove());
const codes = (result: RunResult): string[] => result.blockers.map((b) => b.code).toSorted();

/** An approval by alice of exactly what would run now, in a file. */
async function approve(text: string, nonce = 'nonce-0001'): Promise<string> {
  const packetFile = join(here.root, 'wanted.md');
  writeFileSync(packetFile, text);
  const decision = await decidePacket({ packetFile, repo: here.repo, env: here.env });
  const at = Date.now();
  const approval = {
    schema: 'countersign/approval/v1',
    event: 'approval.granted',
    ...requiredApproval(decision.facts)?.bound,
    actor: { id: 0, login: 'alice' },
    source: 'local',
    at: new Date(at - 1000).toISOString(),
    expires_at: new Date(at + 3_600_000).toISOString(),
    nonce,
  };
  const file = join(here.root, `${nonce}.json`);
  writeFileSync(file, JSON.stringify({ schema: 'countersign/approvals/v1', approvals: [approval] }));
  return file;
}

const verified = async (result: RunResult): Promise<string[]> =>
  (await verifyPack(result.pack ?? '', {})).errors.map((e) => `${e.at}: ${e.message}`);

describe('an approval on this machine', () => {
  it('is asked for, lets one passing run through, and is consumed by it', async () => {
    const text = needs('scripts/play.yml');
    expect(codes(await here.run(text))).toEqual(['approval_missing']);
    const approvalsFile = await approve(text);
    const first = await here.run(text, { approvalsFile });
    expect(first.status).toBe('pass');
    expect(await verified(first)).toEqual([]);
    const second = await here.run(text, { approvalsFile });
    expect(codes(second)).toEqual(['approval_consumed']);
    expect(await verified(second)).toEqual([]);
  });

  it('is given back by a run that fails, until its attempts are used up', async () => {
    const text = needs('scripts/bad.yml');
    const approvalsFile = await approve(text);
    for (const expected of ['verification_failed', 'verification_failed', 'approval_consumed'])
      expect(codes(await here.run(text, { approvalsFile }))).toEqual([expected]);
  });

  it('serves one of two runs that start at the same moment', async () => {
    const text = needs('scripts/play.yml');
    const approvalsFile = await approve(text);
    const both = await Promise.all([here.run(text, { approvalsFile }), here.run(text, { approvalsFile })]);
    expect(both.map((r) => r.status).toSorted()).toEqual(['blocked', 'pass']);
    expect(both.flatMap(codes)).toEqual(['approval_consumed']);
    for (const result of both) expect(await verified(result)).toEqual([]);
  });

  it('counts for nothing once the packet is another', async () => {
    const approvalsFile = await approve(needs('scripts/play.yml'));
    expect(codes(await here.run(needs('scripts/bad.yml'), { approvalsFile }))).toEqual(['approval_stale']);
  });
});
