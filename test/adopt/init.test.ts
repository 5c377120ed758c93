import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planInit, writeFiles } from '../../src/adopt/index.ts';
import { runProgram } from '../../src/cli/program.ts';
import { issueFormDefinition, parsePacket, readYaml } from '../../src/packet/index.ts';
import { parseAdmission, parseConfig } from '../../src/policy/index.ts';
import { decidePacket } from '../../src/run/index.ts';
import { ACTION, type Adopter, adopter, COMMIT, printed } from './repository.ts';

let site: Adopter;
beforeEach(() => {
  site = adopter();
});
afterEach(() => site.remove());

interface Result {
  ok: boolean;
  written: boolean;
  files: { path: string; state: string; why: string }[];
  errors?: { at: string }[];
}

async function init(...args: string[]) {
  const seen = printed();
  const code = await runProgram(['init', '--repo', site.dir, '--action', ACTION, ...args], seen.out);
  return { code, ...seen, result: seen.documents[0] as Result };
}

const states = ({ files }: Result) => [...new Set(files.map(({ state }) => state))];
const stateOf = ({ files }: Result, path: string) => files.find((file) => file.path === path)?.state;
const calling = (text: string) => {
  const reading = readYaml(text);
  if (!reading.ok) throw new Error(JSON.stringify(reading.errors));
  return reading.value as { jobs: { packet: { uses: string } } };
};

const all = () => site.git('ls-files', '-o', '-z').split('\0').filter(Boolean).toSorted();

describe('what is written', () => {
  it('is shown and not written where nobody can be asked', async () => {
    const { code, notes, results } = await init('--approver', 'alice');
    expect(code).toBe(2);
    expect(results).toEqual(['nothing was written (--yes writes without asking)']);
    expect(notes.join('\n')).toContain('+++ b/.countersign/config.yml');
    expect(all()).toEqual([]);
  });

  it('is written with --yes, and changes nothing the second time', async () => {
    const first = await init('--yes', '--json', '--approver', 'alice', '--approver', 'Bob');
    expect(first).toMatchObject({ code: 0, result: { ok: true, written: true } });
    expect(states(first.result)).toEqual(['create']);
    expect(all()).toEqual(first.result.files.map(({ path }) => path).toSorted());
    expect(site.read('.github/CODEOWNERS')).toContain('/.countersign/ @alice @Bob\n/.github/ @alice @Bob\n');
    site.commit();
    const second = await init('--yes', '--json');
    expect(second).toMatchObject({ code: 0, result: { ok: true, written: false } });
    expect(states(second.result)).toEqual(['unchanged']);
    expect(site.git('status', '--porcelain')).toBe('');
  });

  it('is asked for on a terminal', () => {
    const main = join(import.meta.dirname, '../../src/cli/main.ts');
    const line = `'${process.execPath}' '${main}' init --repo '${site.dir}' --action ${ACTION}`;
    const typed = (input: string) =>
      spawnSync('script', ['-qec', line, '/dev/null'], { input, encoding: 'utf8', timeout: 30_000 });
    const no = typed('n\n');
    expect([no.status, all()]).toEqual([2, []]);
    expect(no.stdout).toContain('Write this? [y/N]');
    expect(typed('y\n').status).toBe(0);
    expect(all()).toContain('.countersign/config.yml');
  });

  it('keeps to its contracts', async () => {
    await init('--yes', '--approver', 'alice', '--approver', '1e3');
    const config = parseConfig(site.read('.countersign/config.yml'), 'config');
    expect(config).toMatchObject({ ok: true, config: { approvals: { approvers: { users: ['alice', '1e3'] } } } });
    expect(site.read('.github/ISSUE_TEMPLATE/packet.yml')).toBe(issueFormDefinition());
    const packet = parsePacket(site.read('.countersign/first-packet/packet.md'));
    expect(packet).toMatchObject({ ok: true, packet: { target: { repository: 'acme/site', base_ref: 'main' } } });
    for (const name of ['source', 'model', 'target']) {
      const text = site.read(`.countersign/admissions/${name}.json.example`);
      const { problem, document } = parseAdmission(`.countersign/admissions/${name}.json`, text);
      expect(problem).toBeNull();
      // Whoever only renames it has admitted nothing.
      expect(document).toMatchObject({ status: 'not_admitted', allowed_mutation_modes: [] });
    }
    expect(readdirSync(join(site.dir, '.countersign/admissions')).filter((name) => name.endsWith('.json'))).toEqual([]);
  });

  it('lets the first packet through every gate once it is committed', async () => {
    await init('--yes', '--json');
    site.commit();
    const decision = await decidePacket({
      packetFile: join(site.dir, '.countersign/first-packet/packet.md'),
      repo: site.dir,
      argv: null,
      env: process.env,
      probe: false,
    });
    expect(decision.missing_gates).toEqual([]);
    expect(decision).toMatchObject({ selected_engine: 'fake', allowed_mutation_mode: 'copied-fixture' });
  });

  it('names the workflow as this repository calls it itself', async () => {
    await init('--yes', '--json');
    const own = calling(readFileSync(join(import.meta.dirname, '../../.github/workflows/countersign.yml'), 'utf8'));
    const written = calling(site.read('.github/workflows/countersign.yml'));
    expect(written.jobs.packet.uses).toBe(`countersign/countersign/.github/workflows/packet.yml@${COMMIT}`);
    written.jobs.packet.uses = own.jobs.packet.uses;
    expect(written).toEqual(own);
  });
});

describe('what is there already', () => {
  it('is kept where somebody edited it, and brought up to date where nobody did', async () => {
    await init('--yes', '--approver', 'alice');
    site.write('.countersign/config.yml', `${site.read('.countersign/config.yml')}forbidden_paths: [infra/]\n`);
    site.write('.countersign/ruleset.json', '{}\n');
    const next = 'b'.repeat(40);
    const { result, code } = await init(
      '--yes',
      '--json',
      '--approver',
      'carol',
      '--action',
      `fork/countersign@${next}`,
    );
    expect(code).toBe(0);
    expect(stateOf(result, '.countersign/config.yml')).toBe('kept');
    expect(stateOf(result, '.countersign/ruleset.json')).toBe('kept');
    expect(stateOf(result, '.github/workflows/countersign.yml')).toBe('update');
    expect(stateOf(result, '.github/CODEOWNERS')).toBe('update');
    expect(site.read('.countersign/config.yml')).toContain('users: [alice]');
    expect(site.read('.github/workflows/countersign.yml')).toContain(
      `fork/countersign/.github/workflows/packet.yml@${next}`,
    );
    expect(site.read('.github/CODEOWNERS')).toContain('/.countersign/ @carol\n');
  });

  it('moves an edited workflow to another commit and touches nothing else of it', async () => {
    await init('--yes');
    const path = '.github/workflows/countersign.yml';
    const edited = `${site.read(path)}    with:\n      sign: sigstore\n`;
    site.write(path, edited);
    expect(stateOf((await init('--yes', '--json')).result, path)).toBe('kept');
    const next = 'c'.repeat(40);
    const { result } = await init('--yes', '--json', '--action', `countersign/countersign@${next}`);
    expect(stateOf(result, path)).toBe('update');
    expect(site.read(path)).toBe(edited.replace(COMMIT, next));
  });

  it.each([
    ['.github/CODEOWNERS', '*.js @dora', '/.countersign/ @alice\n/.github/ @alice\n'],
    ['docs/CODEOWNERS', '# ours\n', '/.countersign/ @alice\n/.github/ @alice\n/docs/CODEOWNERS @alice\n'],
  ])('gets our lines at the end of %s, between markers', async (path, before, lines) => {
    site.write(path, before);
    await init('--yes', '--approver', 'alice');
    const text = site.read(path);
    expect(text.startsWith(before)).toBe(true);
    expect(text).toContain(`\n${lines}# countersign: end\n`);
    expect(existsSync(join(site.dir, '.github/CODEOWNERS'))).toBe(path === '.github/CODEOWNERS');
    site.write(path, text.replace('@alice', '@alice @dora'));
    const again = await init('--yes', '--json', '--approver', 'carol');
    expect(stateOf(again.result, path)).toBe('kept');
  });

  it('names no owners while nobody is named', async () => {
    const { result } = await init('--yes', '--json');
    expect(stateOf(result, '.github/CODEOWNERS')).toBe('left out');
    expect(existsSync(join(site.dir, '.github/CODEOWNERS'))).toBe(false);
    const later = await init('--yes', '--json', '--approver', 'alice');
    expect(stateOf(later.result, '.countersign/config.yml')).toBe('update');
    expect(site.read('.countersign/config.yml')).toContain('users: [alice]');
  });

  it('is never overwritten when it changed in the meantime', async () => {
    const options = { repo: site.dir, approvers: [], repository: null, action: ACTION, checkout: site.dir };
    const { root, plan } = await planInit(options);
    site.write('.github/workflows/countersign.yml', 'mine\n');
    await expect(writeFiles(root, plan)).rejects.toThrow(/changed while you were asked/);
    expect(site.read('.github/workflows/countersign.yml')).toBe('mine\n');
    expect(all().filter((path) => path.endsWith('.new'))).toEqual([]);
  });
});

describe('refused, and nothing written', () => {
  it.each([
    ['a link in place of a folder', () => symlinkSync('/tmp', join(site.dir, '.github'))],
    [
      'a link in place of a file',
      () => (
        mkdirSync(join(site.dir, '.countersign')),
        symlinkSync('/etc/hostname', join(site.dir, '.countersign/config.yml'))
      ),
    ],
    ['a folder in place of a file', () => mkdirSync(join(site.dir, '.countersign/config.yml'), { recursive: true })],
    ['a file in place of a folder', () => writeFileSync(join(site.dir, '.countersign'), '')],
    [
      'what is not UTF-8',
      () => (
        mkdirSync(join(site.dir, '.countersign')),
        writeFileSync(join(site.dir, '.countersign/config.yml'), Buffer.from([0xff]))
      ),
    ],
  ])('%s', async (_name, prepare) => {
    prepare();
    const before = all();
    const { code, result } = await init('--yes', '--json');
    expect([code, result.ok]).toEqual([3, false]);
    expect(all()).toEqual(before);
  });

  it.each([
    ['a bot as approver', ['--approver', 'app[bot]'], '--approver'],
    ['an approver that would be YAML', ['--approver', 'a]}, x: {y'], '--approver'],
    ['a branch instead of a commit', ['--action', 'o/n@main'], '--action'],
    ['a short commit', ['--action', 'o/n@abcdef0'], '--action'],
    ['no repository', ['--repository', 'a b'], 'repository'],
  ])('%s', async (_name, args, at) => {
    const { code, result } = await init('--yes', '--json', ...args);
    expect([code, result.errors?.[0]?.at]).toEqual([3, at]);
    expect(all()).toEqual([]);
  });

  it('a program that cannot say which commit it is of', async () => {
    const options = { repo: site.dir, approvers: [], repository: null, action: null, checkout: '/' };
    await expect(planInit(options)).rejects.toThrow(/nobody can say which commit/);
    site.git('commit', '--allow-empty', '-qm', 'x');
    const { adoption } = await planInit({ ...options, checkout: site.dir });
    expect(adoption.pin).toMatchObject({ repository: 'acme/site', commit: site.git('rev-parse', 'HEAD').trim() });
  });
});

const own = (path: string): string => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');

describe('this repository', () => {
  it('has the configuration and the rules that it gives to others', async () => {
    await init('--yes');
    for (const path of ['.countersign/config.yml', '.countersign/ruleset.json', '.github/ISSUE_TEMPLATE/packet.yml'])
      expect(own(path)).toBe(site.read(path));
  });
});
