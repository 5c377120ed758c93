import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dist } from '../../src/build/dist.ts';
import { parsePacket } from '../../src/packet/index.ts';
import { runPacket } from '../../src/run/index.ts';
import { openTwin, type Twin, type TwinRepository } from '../twin/index.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Every block of docs/adopt.md that a reader types, in order. */
const BLOCKS = [...readFileSync(join(ROOT, 'docs/adopt.md'), 'utf8').matchAll(/^```sh\n(.*?)^```$/gms)].map(
  ([, block = '']) => block,
);

let folder: string;
let twin: Twin;
let site: TwinRepository;
let env: Record<string, string>;

/** One block, as typed: each line must do. Returns what it printed. */
function type(block: string): Promise<string> {
  const shell = spawn('bash', ['-e', '-o', 'pipefail', '-c', block], {
    cwd: join(folder, 'site'),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  shell.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  shell.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve, reject) => {
    shell.on('error', reject);
    shell.on('close', (code) => (code === 0 ? resolve(said) : reject(new Error(`${block}exit ${code}:\n${said}`))));
  });
}

const blockWith = (word: string): string => {
  const found = BLOCKS.filter((block) => block.includes(word));
  expect(found.length).toBe(1);
  return found[0] ?? '';
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'page-'));
  twin = await openTwin({ folder: join(folder, 'twin') });
  site = twin.repository('acme/site', { files: { 'README.md': '# site\n' }, labels: [] });
  site.collaborator('root', 'admin');
  site.collaborator('alice', 'write');
  twin.repository('countersign/countersign', { files: Object.fromEntries(await dist(ROOT)) });
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  copyFileSync(join(import.meta.dirname, 'gh.mjs'), join(bin, 'gh'));
  writeFileSync(
    join(folder, 'gitconfig'),
    `[user]\n name = root\n email = root@example.invalid\n[url "file://${twin.remotes}/"]\n insteadOf = https://github.com/\n[init]\n defaultBranch = main\n`,
  );
  env = {
    PATH: `${bin}:${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`,
    HOME: folder,
    GIT_CONFIG_GLOBAL: join(folder, 'gitconfig'),
    GITHUB_API_URL: twin.apiUrl,
    GH_API: twin.apiUrl,
    GH_REPO: 'acme/site',
    GH_TOKEN_OF_TEST: twin.token({ actor: 'root' }),
    GH_LOG: join(folder, 'gh.log'),
    GH_PACK: join(folder, 'pack'),
  };
  execFileSync('git', ['clone', '-q', 'https://github.com/acme/site', join(folder, 'site')], { env });
}, 300_000);
afterAll(async () => {
  await twin.close();
  rmSync(folder, { recursive: true, force: true });
});

it('every block of docs/adopt.md does what the page says, typed in order', async () => {
  const order: string[] = [];
  const typed = async (word: string): Promise<string> => {
    const block = blockWith(word);
    order.push(block);
    return await type(block);
  };

  await typed('git clone');
  expect(site.git('show', 'main:.github/workflows/countersign.yml')).toContain(
    `uses: countersign/countersign/.github/workflows/packet.yml@${execFileSync('git', ['rev-parse', 'HEAD'], { cwd: join(folder, 'countersign'), encoding: 'utf8' }).trim()} # v`,
  );

  await typed('gh label create');
  const asked = readFileSync(join(folder, 'gh.log'), 'utf8');
  expect(asked).toContain('"default_workflow_permissions=read","-F","can_approve_pull_request_reviews=true"');
  site.settings.actions.defaultWorkflowPermissions = 'read';
  site.settings.actions.canApprovePullRequests = true;
  await typed('/rulesets');

  // Exit 0, and the one warning that the page speaks of.
  const said = await typed('doctor');
  expect(
    said
      .split('\n')
      .filter((line) => /^[✗?!] /.test(line))
      .join('\n'),
  ).toMatch(/^! workflow_files: whoever may push workflow files can forge a check of the Actions app[^\n]*$/);

  await typed('gh issue create');
  const issue = site.issue(1);
  expect(issue).toMatchObject({ title: 'The first packet', labels: [{ name: 'packet' }] });
  const packet = parsePacket(String(issue['body']));
  expect(packet).toMatchObject({ ok: true, packet: { target: { repository: 'acme/site', base_ref: 'main' } } });

  // What the Action does in between is test/runner's; here the same packet runs on this machine, on the same base.
  writeFileSync(join(folder, 'packet.md'), String(issue['body']));
  const result = await runPacket({
    packetFile: join(folder, 'packet.md'),
    repo: join(folder, 'site'),
    argv: null,
    env: process.env,
    out: join(folder, 'packs'),
  });
  expect(result).toMatchObject({ status: 'pass', blockers: [] });
  execFileSync('cp', ['-r', String(result.pack), join(folder, 'pack')]);

  expect(await typed('gh run download')).toContain('verified sha256:');
  await typed('git apply');
  expect(existsSync(join(folder, 'site/COUNTERSIGN.md'))).toBe(true);
  expect(order).toEqual(BLOCKS);
  twin.expectNoViolations();
}, 300_000);
