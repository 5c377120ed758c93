import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { verifyPack } from '../../src/evidence/index.ts';
import { putTogether, takeApart } from '../evidence/forge.ts';
import { data, repatched, set } from '../evidence/forgeries/edits.ts';
import { EVENTS } from '../evidence/forgeries/events.ts';
import { MEMBERS } from '../evidence/forgeries/members.ts';
import { REPORT } from '../evidence/forgeries/report.ts';
import { type RealPacks, realPacks } from '../evidence/real-packs.ts';

describe('a pack that was edited, every digest of it recomputed', () => {
  let packs: RealPacks;
  beforeAll(async () => {
    packs = await realPacks();
  });
  afterAll(() => packs.here.remove());
  const forged = (): string => join(packs.here.root, 'forged');

  it.each(['pass', 'fail', 'blocked'] as const)('is accepted when nothing was edited: %s', async (base) => {
    expect((await verifyPack(packs[base], { repo: packs.here.repo })).errors).toEqual([]);
    for (const rederive of [false, true]) {
      putTogether(takeApart(packs[base]), forged(), { rederive });
      expect((await verifyPack(forged())).errors).toEqual([]);
    }
  });

  it.each([...REPORT, ...EVENTS, ...MEMBERS])('is refused: %s (%s, told %s)', async (_what, base, told, edit) => {
    const parts = takeApart(packs[base]);
    edit(parts);
    putTogether(parts, forged(), { rederive: told === 'everywhere' });
    const { ok, errors } = await verifyPack(forged());
    expect(ok).toBe(false);
    expect(errors).not.toHaveLength(0);
    for (const { code, message, at, fix } of errors) {
      expect(code).toMatch(/^(?:evidence_(?:invalid|missing|stale)|telemetry_in_pack)$/);
      expect([message, at, fix].map((text) => text.length > 0)).toEqual([true, true, true]);
    }
  });

  it.each([
    ['telemetry in the trace', 'telemetry_in_pack'],
    ['a file written before the run', 'evidence_stale'],
    ['a file written after the run', 'evidence_stale'],
    ['the stage', 'evidence_invalid'],
  ])('has the code of its kind: %s', async (name, code) => {
    const [, base, told, edit] = [...EVENTS, ...MEMBERS].find(([what]) => what === name) ?? [];
    const parts = takeApart(packs[base ?? 'pass']);
    edit?.(parts);
    putTogether(parts, forged(), { rederive: told === 'everywhere' });
    expect((await verifyPack(forged())).errors.map((error) => error.code)).toContain(code);
  });

  it('is refused by its pinned digest when somebody made a consistent one of their own', async () => {
    const { pack_digest: digest } = await verifyPack(packs.pass);
    const other = await verifyPack(packs.fail, { expect: digest ?? '' });
    expect(other.errors.map((e) => e.at)).toEqual(['SHA256SUMS']);
  });

  it('is refused by the repository when the result is another tree, or a line of an old file another one', async () => {
    const otherTree = takeApart(packs.pass);
    set(data(otherTree, 'git.diff.checked'), { result_tree: '5'.repeat(40) });
    const otherLine = takeApart(packs.pass);
    repatched(otherLine, (text) => text.replace('a + b', 'a * b'));
    for (const parts of [otherTree, otherLine]) {
      putTogether(parts, forged(), { rederive: true });
      // From the pack alone nobody can tell: the base is not in it (docs/verify.md).
      expect((await verifyPack(forged())).ok).toBe(true);
      const { errors } = await verifyPack(forged(), { repo: packs.here.repo });
      expect(errors.map((e) => e.at)).toEqual(['report.json#/result_tree']);
    }
  });
});
