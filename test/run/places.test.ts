import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyPack } from '../../src/evidence/index.ts';
import { type Ground, ground, packet, RIGHT } from './repository.ts';

const SCRIPT = JSON.stringify({ steps: [{ write: { path: 'src/add.mjs', content: RIGHT } }] });
const FAKE = { engine: { id: 'fake', script: 'scripts/play.yml' } };

let here: Ground;
beforeEach(() => {
  here = ground({ 'scripts/play.yml': SCRIPT });
});
afterEach(() => here.remove());

describe('the folders of a run', () => {
  it.each([
    ['packs in the repository', () => ({ out: join(here.repo, 'packs') })],
    ['packs in a folder of it that begins with two dots', () => ({ out: join(here.repo, '..packs') })],
    ['packs in its git directory', () => ({ out: join(here.repo, '.git/packs') })],
    ['working copies in it', () => ({ env: { ...here.env, TMPDIR: here.repo } })],
    [
      'a folder for working copies that is not there',
      () => ({ env: { ...here.env, TMPDIR: join(here.root, 'none') } }),
    ],
  ])('are refused for %s, and nothing is left there', async (_what, more) => {
    const before = readdirSync(here.repo);
    await expect(here.run(packet(FAKE), more())).rejects.toMatchObject({ name: 'UserError' });
    expect(readdirSync(here.repo)).toEqual(before);
  });

  it('need no state where no approval is used', async () => {
    const env = { ...here.env, HOME: '/proc/nobody', XDG_STATE_HOME: '/proc/nobody/state' };
    expect(await here.run(packet(FAKE), { env })).toMatchObject({ status: 'pass', blockers: [] });
    expect(existsSync(join(here.root, 'state'))).toBe(false);
  });

  it('name every blocker where not even a pack can be written', async () => {
    writeFileSync(join(here.root, 'file'), '');
    const result = await here.run(packet({ ...FAKE, risk_class: null }), { out: join(here.root, 'file/packs') });
    expect(result).toMatchObject({ status: 'blocked', exit_code: 2, pack: null, pack_digest: null });
    expect(result.blockers.map(({ code }) => code)).toEqual(['scope_incomplete', 'artifact_write_failure']);
  });
});

describe('the protected ref', () => {
  it.each([
    ['a link', () => here.link('../elsewhere.yml', '.countersign/config.yml')],
    ['a folder', () => here.replace('.countersign/config.yml', { '.countersign/config.yml/x': 'x' })],
    [
      'not UTF-8',
      () =>
        here.replace('.countersign/config.yml', { '.countersign/config.yml': Buffer.from('schema: \xff\n', 'latin1') }),
    ],
  ])('is refused with a configuration that is %s: no defaults take its place', async (_what, make) => {
    make();
    await expect(here.run(packet(FAKE))).rejects.toMatchObject({
      name: 'UserError',
      errors: [{ code: 'contract_invalid', at: 'refs/heads/main:.countersign/config.yml' }],
    });
  });

  it('is a branch, never a tag', async () => {
    here.git('tag', 'v1');
    await expect(here.run(packet(FAKE), { protectedRef: 'refs/tags/v1' })).rejects.toMatchObject({ name: 'UserError' });
    expect(await here.run(packet(FAKE), { protectedRef: 'refs/heads/main' })).toMatchObject({ status: 'pass' });
  });

  it('may hold records that cannot be read: they are facts for their gates', async () => {
    here.commit({
      '.countersign/admissions/large.json': ' '.repeat((1 << 20) + 1),
      '.countersign/stages/command/1.json': Buffer.from('"\xff"', 'latin1'),
    });
    const result = await here.run(packet(FAKE));
    expect(result).toMatchObject({ status: 'pass' });
    const { facts } = here.decision(result);
    expect(facts.admissions).toMatchObject([{ document: null, problem: { kind: null } }]);
    expect(facts.stage_records).toMatchObject([{ document: null, problem: expect.stringContaining('UTF-8') }]);
    expect((await verifyPack(result.pack ?? '', {})).errors).toEqual([]);
  });
});

describe('a base', () => {
  it('may hold names that are not UTF-8', async () => {
    mkdirSync(join(here.repo, 'src'), { recursive: true });
    writeFileSync(Buffer.concat([Buffer.from(`${here.repo}/src/b`), Buffer.from([0xff])]), 'x\n');
    here.commit({});
    const result = await here.run(packet(FAKE));
    expect(result).toMatchObject({ status: 'pass', blockers: [] });
    expect((await verifyPack(result.pack ?? '', { repo: here.repo })).errors).toEqual([]);
  });
});
