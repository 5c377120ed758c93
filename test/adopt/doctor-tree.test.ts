import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { collectFacts, examine, type Finding, planInit, writeFiles } from '../../src/adopt/index.ts';
import { runProgram } from '../../src/cli/program.ts';
import { ACTION, type Adopter, adopter, printed } from './repository.ts';

const CONFIG = '.countersign/config.yml';
const CALLER = '.github/workflows/countersign.yml';
const FORM = '.github/ISSUE_TEMPLATE/packet.yml';
const OWNERS = '.github/CODEOWNERS';

let site: Adopter;
beforeEach(async () => {
  site = adopter();
  const options = { repo: site.dir, approvers: ['alice'], repository: null, action: ACTION, checkout: '/' };
  const { root, plan } = await planInit(options);
  await writeFiles(root, plan);
  site.commit();
});
afterEach(() => site.remove());

const probe = () => Promise.resolve(null);

async function doctor(more: Partial<Parameters<typeof collectFacts>[0]> = {}): Promise<Finding[]> {
  return examine(await collectFacts({ repo: site.dir, repository: null, env: {}, checkout: '/', probe, ...more }));
}

/** What does not hold, but for GitHub, which is not asked here. */
const amiss = (found: Finding[]): string[] =>
  [
    ...new Set(
      found
        .filter(({ level, code }) => level !== 'ok' && code !== 'github')
        .map(({ code, level }) => `${code} ${level}`),
    ),
  ].toSorted();

const edit = (path: string, change: (text: string) => string) => () => {
  const text = site.read(path);
  expect(change(text)).not.toBe(text);
  site.write(path, change(text));
};
const remove = (path: string) => () => rmSync(join(site.dir, path));
const replace = (path: string, from: string | RegExp, to: string) => edit(path, (text) => text.replace(from, to));

describe('what a repository holds', () => {
  it('is as it should be after init', async () => {
    expect(amiss(await doctor())).toEqual([]);
  });

  it.each<[string, () => void, string[]]>([
    ['no configuration', remove(CONFIG), ['config problem']],
    ['an invalid configuration', edit(CONFIG, (text) => `${text}surprise: true\n`), ['config problem']],
    ['nobody named', replace(CONFIG, 'users: [alice]', 'users: []'), ['approvers warning']],
    ['no workflow', remove(CALLER), ['caller problem']],
    [
      'a workflow that calls something else',
      replace(CALLER, /uses: .*/, 'uses: o/n/.github/workflows/x.yml@v1'),
      ['caller problem', 'pins warning'],
    ],
    ['a workflow that is no YAML', edit(CALLER, () => 'a: [\n'), ['caller problem', 'pins unknown']],
    ['a tag instead of a commit', replace(CALLER, /@[0-9a-f]{40}/, '@v1'), ['caller_pin problem', 'pins warning']],
    ['a branch instead of a commit', replace(CALLER, /@[0-9a-f]{40}/, '@main'), ['caller_pin problem', 'pins warning']],
    ['an event that is missing', replace(CALLER, '  merge_group:\n', ''), ['caller problem']],
    ['a type that is missing', replace(CALLER, 'dismissed]', 'edited]'), ['caller problem']],
    ['types that GitHub chooses', replace(CALLER, '    types: [created, edited, deleted]\n', ''), ['caller problem']],
    ['another name than it follows', replace(CALLER, 'name: Countersign\n', 'name: Packets\n'), ['caller problem']],
    ['a permission that is missing', replace(CALLER, /\n {6}id-token: write.*/, ''), ['caller_permissions problem']],
    [
      'a permission too many',
      replace(CALLER, '      checks: write', '      packages: write\n      checks: write'),
      ['caller_permissions warning'],
    ],
    [
      'all permissions',
      replace(CALLER, /permissions:\n(?: {6}.*\n)+/, 'permissions: write-all\n'),
      ['caller_permissions problem', 'caller_permissions warning'],
    ],
    [
      'permissions for every job',
      replace(CALLER, 'permissions: {}', 'permissions: { contents: write }'),
      ['caller_permissions warning'],
    ],
    ['no form', remove(FORM), ['issue_form warning']],
    [
      'a form of another version',
      replace(FORM, 'placeholder: limit-retries', 'placeholder: other'),
      ['issue_form warning'],
    ],
    ['a form without the label', replace(FORM, '  - packet\n', '  - other\n'), ['issue_form problem']],
    ['no owners', remove(OWNERS), ['codeowners warning']],
    ['owners that a later line takes away', edit(OWNERS, (text) => `${text}*.yml\n`), ['codeowners warning']],
    ['owners of something else', replace(OWNERS, '/.countersign/', '/docs/'), ['codeowners warning']],
    [
      'another workflow with a tag',
      () => site.write('.github/workflows/ci.yml', 'jobs: { a: { steps: [{ uses: actions/checkout@v5 }] } }\n'),
      ['pins warning'],
    ],
  ])('%s', async (_name, change, expected) => {
    change();
    site.commit();
    expect(amiss(await doctor())).toEqual(expected);
  });

  it.each([
    ['*', true],
    ['/.countersign/', false],
    ['.github/', false],
    ['/.github/workflows/*', false],
    ['* @a\n/.countersign/config.yml', false],
    ['config.yml @a\n/.github/**/*.yml @a', true],
    ['/.countersign/* @a\n.github/ @a', true],
    ['/* @a', false],
    ['**/config.yml @a\n/.github/** @a', true],
    ['.* @a', true],
    ['*.yml @a # who', true],
    ['*.yml # @a', false],
    ['* @a\n*a*a*a*a*a*a*a*a*a*a*a*a', false],
  ])("owners by GitHub's patterns: %s", async (lines, owned) => {
    site.write(OWNERS, `${lines === '*' ? '* @a' : lines}\n`);
    site.commit();
    expect(amiss(await doctor())).toEqual(owned ? [] : ['codeowners warning']);
  });

  it('counts only on the branch that counts', async () => {
    edit(CONFIG, (text) => `${text}forbidden_paths: [infra/]\n`)();
    expect(amiss(await doctor())).toEqual(['default_branch warning']);
    site.git('rm', '-q', '--cached', CALLER, CONFIG);
    site.git('commit', '-qm', 'gone');
    expect(amiss(await doctor())).toEqual(['default_branch problem']);
  });

  it('says that it is of another commit than this program', async () => {
    site.git('remote', 'set-url', 'origin', 'https://github.com/countersign/countersign');
    expect(amiss(await doctor({ checkout: site.dir }))).toEqual(['caller_pin warning']);
  });

  it('says what this machine lacks', async () => {
    const found = await doctor({ probe: () => Promise.resolve({ message: 'no bubblewrap', fix: 'install it' }) });
    expect(found).toContainEqual({
      code: 'sandbox',
      level: 'problem',
      message: 'no bubblewrap',
      at: 'this machine',
      fix: 'install it',
    });
  });
});

const run = async (...args: string[]) => {
  const seen = printed();
  return { code: await runProgram(['doctor', '--repo', site.dir, ...args], seen.out), ...seen };
};

describe('the command', () => {
  const { GITHUB_TOKEN, GH_TOKEN } = process.env;
  beforeEach(() => {
    delete process.env.GITHUB_TOKEN;
    delete process.env.GH_TOKEN;
  });
  afterEach(() => {
    if (GITHUB_TOKEN !== undefined) process.env.GITHUB_TOKEN = GITHUB_TOKEN;
    if (GH_TOKEN !== undefined) process.env.GH_TOKEN = GH_TOKEN;
  });

  it('ends with how many findings there are of each kind', async () => {
    remove(CALLER)();
    site.commit();
    const { results } = await run();
    const [last = ''] = results.join('\n').split('\n').slice(-1);
    expect(last).toMatch(/^[1-9]\d* fine, [1-9]\d* to fix, (?:\d+ warnings, )?[1-9]\d* unknown$/);
  });

  it('exits 2 where something cannot be told, 1 where there is a problem, 3 where there is no repository', async () => {
    const untold = await run('--json');
    expect([untold.code, (untold.documents[0] as { ok: boolean }).ok]).toEqual([2, false]);
    remove(CALLER)();
    site.commit();
    const wrong = await run();
    expect(wrong.code).toBe(1);
    expect(wrong.results.join('\n')).toMatch(/✗ caller: .*\n {4}Run countersign init/);
    rmSync(join(site.dir, '.git'), { recursive: true });
    expect((await run()).code).toBe(3);
  });
});
