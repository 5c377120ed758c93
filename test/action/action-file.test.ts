import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';

interface Step {
  name: string;
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  shell?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}
interface ActionFile {
  name: string;
  description: string;
  author: string;
  branding: { icon: string; color: string };
  inputs: Record<string, { description: string; required: boolean; default?: string }>;
  outputs: Record<string, { description: string; value: string }>;
  runs: { using: string; steps: Step[] };
}
const ACTION = load(readFileSync('action.yml', 'utf8')) as ActionFile;
const { steps } = ACTION.runs;
const source = (file: string): string => readFileSync(`src/action/${file}`, 'utf8');

/** The names in the first column of a page's table. */
const named = (part: string): string[] =>
  [...(part.match(/^\| `.*? \|/gm) ?? [])].flatMap((row) =>
    [...row.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name ?? ''),
  );

describe('action.yml', () => {
  it('is a described composite action with a face', () => {
    expect(ACTION).toMatchObject({ name: 'Countersign', runs: { using: 'composite' } });
    expect(ACTION.branding).toEqual({ icon: expect.stringMatching(/./), color: expect.stringMatching(/./) });
    for (const { description } of [...Object.values(ACTION.inputs), ...Object.values(ACTION.outputs)])
      expect(description).toMatch(/^[A-Z`].{10,}\.$/s);
    for (const { name } of steps) expect(name).toMatch(/./);
  });
  it('hands every input over as environment, and reads each of them', () => {
    const { env = {} } = steps.find(({ id }) => id === 'main') ?? {};
    const variables = Object.keys(ACTION.inputs).map((name) => `INPUT_${name.toUpperCase().replaceAll('-', '_')}`);
    expect(Object.keys(env).toSorted()).toEqual([...variables, 'ACTION'].toSorted());
    for (const name of Object.keys(ACTION.inputs)) {
      expect(env[`INPUT_${name.toUpperCase().replaceAll('-', '_')}`]).toBe(`\${{ inputs.${name} }}`);
      expect(source('inputs.ts')).toMatch(new RegExp(`(?:given|checked)\\(\\s*'${name}'`));
    }
  });
  it('has no output that no step sets, and sets all that the contract names', () => {
    const set = [...source('outputs.ts').matchAll(/^ {4}'?([a-z-]+)'?: /gm)].map(([, name]) => name);
    const values = Object.entries(ACTION.outputs).map(([name, { value }]) => {
      const [, step, output] =
        /^\$\{\{ steps\.(main|upload)\.outputs\.([a-z-]+)(?: \|\| (?:'[^']*'|steps\.again\.outputs\.\2))? \}\}$/.exec(
          value,
        ) ?? [];
      return { name, step, output };
    });
    for (const { name, output } of values) expect(output).toBe(name);
    expect(set).toEqual(expect.arrayContaining(values.flatMap(({ step, name }) => (step === 'main' ? [name] : []))));
    expect(Object.keys(ACTION.outputs)).toEqual(
      expect.arrayContaining(
        'status run-id packet-id packet-digest pack-digest blockers artifact-id artifact-digest result-tree'.split(' '),
      ),
    );
  });
  it('is documented, input by input and output by output', () => {
    const page = readFileSync('docs/reference/action.md', 'utf8');
    const [, inputs = '', outputs = ''] = /## Inputs\n(.*)## Outputs\n(.*)## Exit codes/s.exec(page) ?? [];
    expect(named(inputs).toSorted()).toEqual(Object.keys(ACTION.inputs).toSorted());
    expect(named(outputs).toSorted()).toEqual(Object.keys(ACTION.outputs).toSorted());
  });
  it('ends with a step without outputs, in every case: a composite would leak those of its last one', () =>
    expect(steps.at(-1)).toEqual({ name: 'Done', if: 'always()', shell: 'bash', run: 'true' }));
  it('puts nothing into a shell', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });
  it('uploads what was sealed in every case, by a pinned action', () => {
    const upload = steps.find(({ id }) => id === 'upload');
    expect(upload?.if).toMatch(/^always\(\) && /);
    expect(upload?.uses).toMatch(/^actions\/upload-artifact@[0-9a-f]{40}$/);
    expect(upload?.with).toMatchObject({ 'if-no-files-found': 'error', 'include-hidden-files': true });
    // The same under another name, and what that ends with counts.
    const again = steps.find(({ id }) => id === 'again');
    expect(again).toEqual({
      ...upload,
      name: again?.name,
      id: 'again',
      if: `${upload?.if} && steps.upload.outcome != 'success'`,
      'continue-on-error': undefined,
      with: { ...upload?.with, name: `${String(upload?.with?.['name'])}-again` },
    });
  });
  it('has shell scripts that bash can read', () => {
    const scripts = steps.filter(({ run }) => run !== undefined);
    expect(scripts.map(({ shell }) => shell)).toEqual(scripts.map(() => 'bash'));
    for (const { run = '' } of scripts) execFileSync('bash', ['--norc', '-n', '-c', run]);
  });
  it.each([
    ['v18.20.0', 3],
    ['v20.0.0', 0],
    ['v24.9.0', 0],
  ])('takes Node %s for what it is', (version, code) => {
    const run = steps.find(({ id }) => id === 'main')?.run ?? '';
    const node = `node() { case "$1" in -p) echo ${version.slice(1).split('.')[0]} ;; --version) echo ${version} ;; esac; }\n`;
    const script = `${node}${run.replace('exec node', 'echo started')}`;
    let status = 0;
    let said = '';
    try {
      said = execFileSync('bash', ['--norc', '-e', '-o', 'pipefail', '-c', script], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH },
      });
    } catch (error) {
      ({ status, stdout: said } = error as { status: number; stdout: string });
    }
    expect(status).toBe(code);
    expect(said).toContain(code === 0 ? 'started' : `this is ${version}`);
  });
});

describe('bubblewrap', () => {
  const script = steps.find(({ name }) => name === 'Make bubblewrap available')?.run ?? '';
  /** The step where these commands are there, as an ordinary user; gives what it did. */
  function done({ commands, restricted }: { commands: Record<string, string>; restricted: string | null }): string[] {
    const folder = mkdtempSync(join(tmpdir(), 'bubblewrap-'));
    try {
      const file = join(folder, 'restricted');
      if (restricted !== null) writeFileSync(file, restricted);
      const all = { sudo: 'shift; "$@"', env: 'shift; "$@"', id: 'echo 1000', cat: 'exec /bin/cat "$@"', ...commands };
      for (const [name, body] of Object.entries(all))
        writeFileSync(
          join(folder, name),
          `#!/bin/bash\nif [ ${name} != cat ] && [ ${name} != id ]; then echo "${name} $*" >>${folder}/did; fi\n${body}\n`,
          {
            mode: 0o755,
          },
        );
      writeFileSync(join(folder, 'did'), '');
      const text = script.replace('/proc/sys/kernel/apparmor_restrict_unprivileged_userns', file);
      execFileSync('/bin/bash', ['--norc', '-e', '-o', 'pipefail', '-c', text], { env: { PATH: folder } });
      return readFileSync(join(folder, 'did'), 'utf8')
        .trimEnd()
        .split('\n')
        .filter((line) => !/^(?:sudo|env) /.test(line));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const WORKS = 'bwrap --unshare-user --unshare-net --ro-bind / / true';
  const PROFILE = ['tee /etc/apparmor.d/countersign-bwrap', 'apparmor_parser -r /etc/apparmor.d/countersign-bwrap'];
  const INSTALL = 'apt-get install -y -qq --no-install-recommends bubblewrap';
  const apparmor = { tee: '/bin/cat >/dev/null', apparmor_parser: '' };

  it('that works is left alone', () =>
    expect(done({ commands: { bwrap: '', 'apt-get': '', ...apparmor }, restricted: '1\n' })).toEqual([WORKS]));
  it('that AppArmor keeps from user namespaces gets a profile of its own', () =>
    expect(done({ commands: { bwrap: 'exit 1', 'apt-get': '', ...apparmor }, restricted: '1\n' })).toEqual([
      WORKS,
      ...PROFILE,
    ]));
  it.each(['0\n', null])('that does not work for another reason changes nothing (%j)', (restricted) =>
    expect(done({ commands: { bwrap: 'exit 1', ...apparmor }, restricted })).toEqual([WORKS]),
  );
  it('that is not there is installed, after an update where the first try fails', () => {
    expect(done({ commands: { 'apt-get': '' }, restricted: null })).toEqual([INSTALL]);
    expect(done({ commands: { 'apt-get': '[ "$1" = update ]' }, restricted: null })).toEqual([
      INSTALL,
      'apt-get update -qq',
      INSTALL,
    ]);
  });
  it('that cannot be had stops nothing: the run is blocked and says why', () =>
    expect(
      done({ commands: { sudo: 'exit 1', bwrap: 'exit 1', 'apt-get': '', ...apparmor }, restricted: '1\n' }),
    ).toEqual([WORKS]));
});
