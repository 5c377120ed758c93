import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readLibrary, select } from '../../src/scenarios/index.ts';
import { closePlaces, environmentOf, openPlaces, type Places } from '../../src/scenarios/places.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Writes a fresh bundle: what is committed may be older than the code under test, and esbuild wants to be outside of jest. */
const BUILD = `
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dist } from ${JSON.stringify(join(ROOT, 'src/build/dist.ts'))};
for (const [path, content] of await dist(${JSON.stringify(ROOT)})) {
  const file = join(process.argv[1], path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}`;

let product = '';
const cli = (): string => join(product, 'dist/cli.js');
beforeAll(() => {
  product = mkdtempSync(join(tmpdir(), 'product-'));
  execFileSync(process.execPath, ['--input-type=module', '-e', BUILD, product], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
});
afterAll(() => rmSync(product, { recursive: true, force: true }));

const countersign = (...argv: string[]): { status: number | null; json: unknown } => {
  const { status, stdout } = spawnSync(process.execPath, [cli(), ...argv, '--json'], { encoding: 'utf8' });
  return { status, json: JSON.parse(stdout) as unknown };
};

describe('the bundled product', () => {
  it('plays a scenario and keeps its pack', () => {
    const out = join(product, 'packs');
    const { status, json } = countersign('scenarios', 'run', 'matrix/no-diff', '--out', out);
    expect(json).toEqual({
      ok: true,
      results: [{ id: 'matrix/no-diff', ok: true, status: 'fail', blockers: ['no_diff'], differences: [] }],
    });
    expect(status).toBe(0);
    const [run = ''] = readdirSync(join(out, 'matrix/no-diff')).filter((name) => /^run-[0-9a-f]{16}$/.test(name));
    expect(countersign('verify', join(out, 'matrix/no-diff', run))).toMatchObject({ status: 0, json: { ok: true } });
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], {
      cwd: join(out, 'matrix/no-diff', run),
    });
  });

  it('lists all scenarios', async () => {
    const { status, json } = countersign('scenarios', 'list');
    const ids = (json as { scenarios: { id: string }[] }).scenarios.map(({ id }) => id);
    expect(ids).toEqual((await readLibrary()).map(({ id }) => id));
    expect(status).toBe(0);
  });

  it.each([
    [['run', 'nosuch'], 'SELECTOR'],
    [['run', 'matrix/missing-event', '--engine', 'command'], '--engine'],
    [[], 'scenarios'],
  ])('refuses scenarios %j: it would prove nothing', (argv, at) => {
    expect(countersign('scenarios', ...argv)).toMatchObject({
      status: 3,
      json: { ok: false, errors: [{ code: 'usage', at }] },
    });
  });
});

/** Whether the engine of a run whose working copies lie below `tmp` has written `file` yet. Folders of the run come and go while we look: then not yet. */
function wrote(tmp: string, file: string): boolean {
  try {
    return readdirSync(tmp, { recursive: true, encoding: 'utf8' }).some((path) => path.endsWith(`/workspace/${file}`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

describe('a run that is told to end', () => {
  let places: Places;
  afterAll(async () => await closePlaces(places));

  it('kills the tree, seals its pack and exits 1', async () => {
    const [lane] = select(await readLibrary(), 'ends/cancelled').lanes;
    if (!lane) throw new Error('no such scenario');
    places = await openPlaces(lane, 'mark-of-the-dist-test', undefined);
    const child = spawn(
      process.execPath,
      [cli(), 'run', places.packetFile, '--repo', places.repo, '--out', places.out, '--json'],
      { env: { ...environmentOf(lane, places, process.env) }, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const ended = once(child, 'close');
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    while (child.exitCode === null && !wrote(places.tmp, 'src/begun.js')) await pause(20);
    child.kill('SIGTERM');
    expect(await ended).toEqual([1, null]);
    const result = JSON.parse(text) as {
      status: string;
      pack: string;
      pack_digest: string;
      blockers: { code: string }[];
    };
    expect(result.status).toBe('fail');
    expect(result.blockers.map(({ code }) => code)).toEqual(['cancelled']);
    expect(readdirSync(places.tmp)).toEqual([]);
    expect(existsSync(result.pack)).toBe(true);
    expect(countersign('verify', result.pack, '--expect', result.pack_digest)).toMatchObject({
      status: 0,
      json: { ok: true },
    });
  });
});
