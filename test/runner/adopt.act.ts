import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTwin, type Twin, type TwinRepository } from '../twin/index.ts';
import { EXPORT, ROOT, STAND_INS } from './places.ts';
import { Runner } from './runner.ts';

/** What docs/adopt.md tells a maintainer to type, in its own words. */
const BLOCKS = [...readFileSync(join(ROOT, 'docs/adopt.md'), 'utf8').matchAll(/^```sh\n(.*?)^```$/gms)].map(
  ([, block]) => block ?? '',
);

let folder: string;
let twin: Twin;
let site: TwinRepository;
let runner: Runner;

function filesBelow(root: string): Record<string, Uint8Array> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(root.length + 1), readFileSync(path)];
    }),
  );
}

/** Types a block into a shell in the maintainer's clone, as them. The twin lives in this process: nothing may wait in the way of it. */
async function type(block: string): Promise<{ code: number | null; text: string }> {
  const token = twin.token({ actor: 'maud', label: 'the maintainer' });
  const settings = {
    [`url.${twin.url}/.insteadOf`]: 'https://github.com/',
    [`http.${twin.url}/.extraHeader`]: `Authorization: Basic ${Buffer.from(`maud:${token}`).toString('base64')}`,
    'user.name': 'Maud',
    'user.email': 'maud@example.invalid',
  };
  const git = Object.entries(settings).flatMap(([key, value], n) => [
    [`GIT_CONFIG_KEY_${n}`, key],
    [`GIT_CONFIG_VALUE_${n}`, value],
  ]);
  return await new Promise((done) => {
    const child = execFile(
      '/bin/bash',
      ['--norc', '-euo', 'pipefail', '-c', block],
      {
        cwd: join(folder, 'site'),
        env: {
          ...Object.fromEntries(git),
          GIT_CONFIG_COUNT: String(git.length / 2),
          PATH: `${join(folder, 'bin')}:${join(ROOT, 'node_modules/node/bin')}:/usr/local/bin:/usr/bin:/bin`,
          HOME: join(folder, 'home'),
          TMPDIR: join(folder, 'tmp'),
          GH_TOKEN: token,
          GITHUB_API_URL: twin.apiUrl,
        },
      },
      (_, stdout, stderr) => done({ code: child.exitCode, text: stdout + stderr }),
    );
    child.stdin?.end();
  });
}

const block = (word: string): string => {
  const [found, ...more] = BLOCKS.filter((text) => text.includes(word));
  if (found === undefined || more.length > 0) throw new Error(`docs/adopt.md has no block, or several, with ${word}`);
  return found;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'adopt-'));
  for (const name of ['bin', 'home', 'tmp']) mkdirSync(join(folder, name));
  const gh = join(folder, 'bin/gh');
  writeFileSync(gh, `#!/bin/sh\nexec node ${join(STAND_INS, 'gh/gh.mjs')} "$@"\n`);
  chmodSync(gh, 0o755);
  twin = await openTwin({ folder: join(folder, 'twin') });
  twin.repository('countersign/countersign', { files: filesBelow(EXPORT), visibility: 'public' });
  site = twin.repository('acme/site', { files: { 'README.md': '# Site\n' }, labels: [] });
  site.collaborator('maud', 'admin');
  site.collaborator('alice', 'write');
  runner = new Runner({ twin, repository: site, folder: join(folder, 'runs') });
  mkdirSync(join(folder, 'site'));
  const { code, text } = await type('git clone --quiet https://github.com/acme/site .');
  if (code !== 0) throw new Error(text);
});
afterAll(async () => {
  await twin.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('docs/adopt.md, typed as it stands into a repository with nothing but a README', () => {
  it('writes the files', async () => {
    expect(await type(block('init --yes'))).toMatchObject({ code: 0 });
    const files = site.git('ls-tree', '-r', '--name-only', 'main').split('\n');
    expect(files).toContain('.github/workflows/countersign.yml');
    expect(site.git('show', 'main:.github/workflows/countersign.yml')).toMatch(/packet\.yml@[0-9a-f]{40}/);
  });

  it('makes the settings', async () => {
    expect(await type(block('gh label create'))).toEqual({ code: 0, text: '' });
    expect(await type(block('/rulesets'))).toEqual({ code: 0, text: '' });
  });

  it('has a doctor who finds nothing but what the page says is usual', async () => {
    const { code, text } = await type(block(' doctor'));
    expect([code, text]).toEqual([0, expect.anything()]);
  });

  it('goes from an issue to a proposal', async () => {
    expect(await type(block('gh issue create'))).toEqual({ code: 0, text: '' });
    const runs = await runner.settle();
    const whole = runs.find(({ jobs }) => jobs.has('publish'));
    expect([...(whole?.jobs.values() ?? [])].map(({ id, result }) => `${id} ${result}`)).toEqual(
      ['validate', 'open', 'run', 'sealed', 'publish', 'gate', 'result'].map((id) => `${id} success`),
    );
    const [branch = ''] = site.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/packet').split('\n');
    const checks = site
      .checkRuns(site.tip(branch) ?? '')
      .map(({ name, conclusion }) => `${String(name)} ${String(conclusion)}`);
    expect(checks).toEqual(expect.arrayContaining(['countersign/contract success', 'countersign/evidence success']));
  });

  it('believes nothing: the evidence verifies, and the proposal applies', async () => {
    const verified = await type(block('gh run download'));
    expect(verified).toEqual({ code: 0, text: expect.stringMatching(/^verified sha256:/) });
    expect(await type(block('git apply'))).toEqual({
      code: 0,
      text: expect.stringContaining('Take the first proposal'),
    });
    twin.expectNoViolations();
  });
});
