import { afterEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../src/contracts/index.ts';
import { verifyPack } from '../../src/evidence/index.ts';
import { CONFIG, type Ground, ground, packet, RIGHT } from './repository.ts';

const FIX = { write: { path: 'src/add.mjs', content: RIGHT } };
const script = (...steps: object[]): Record<string, string> => ({ 'scripts/play.yml': JSON.stringify({ steps }) });
const FAKE = { engine: { id: 'fake', script: 'scripts/play.yml' } };

/** Every entry below a folder with what can be seen of it: kind, mode, times, content. */
function snapshot(folder: string): string {
  const lines = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const stat = lstatSync(path);
    const content = stat.isFile()
      ? createHash('sha256').update(readFileSync(path)).digest('hex')
      : stat.isSymbolicLink()
        ? readlinkSync(path)
        : '';
    return `${path} ${stat.mode} ${stat.mtimeMs} ${stat.ctimeMs} ${content}`;
  });
  return lines.toSorted().join('\n');
}

let here: Ground;
const open = (files: Record<string, string>): Ground => {
  here = ground(files);
  return here;
};
const report = (pack: string | null): Report =>
  JSON.parse(readFileSync(join(pack ?? '', 'report.json'), 'utf8')) as Report;
const codes = (result: { blockers: { code: string }[] }): string[] => result.blockers.map((b) => b.code).toSorted();
afterEach(() => here.remove());

describe('the repository', () => {
  it('is the same before and after, times and all, whatever the engine tries', async () => {
    open({
      ...script(FIX, {
        spawn: { argv: ['sh', '-c', 'cd /workspace; git commit -am x; rm -rf .git; echo > ../escaped'] },
      }),
    });
    const before = snapshot(here.repo);
    const result = await here.run(packet(FAKE));
    expect(snapshot(here.repo)).toBe(before);
    expect(existsSync(join(here.root, 'escaped'))).toBe(false);
    expect(result.pack).not.toBeNull();
  });

  it('refuses an output folder inside it', async () => {
    open(script(FIX));
    await expect(here.run(packet(FAKE), { out: join(here.repo, 'packs') })).rejects.toMatchObject({
      name: 'UserError',
    });
    expect(existsSync(join(here.repo, 'packs'))).toBe(false);
  });

  it.each([
    ['after a change', [FIX]],
    [
      'after paths longer than the kernel takes',
      [
        {
          spawn: {
            argv: ['bash', '-c', 'for i in $(seq 30); do mkdir -p $(printf "d%.0s" {1..200}); cd d*; done; echo > x'],
          },
        },
      ],
    ],
    ['after folders that nobody may enter', [{ spawn: { argv: ['sh', '-c', 'mkdir -p a/b; chmod 0 a/b a'] } }]],
  ])('leaves no working copy behind %s', async (_what, steps) => {
    open(script(...steps));
    const tmp = join(here.root, 'tmp');
    mkdirSync(tmp);
    await here.run(packet(FAKE), { env: { ...here.env, TMPDIR: tmp } });
    expect(readdirSync(tmp)).toEqual([]);
  });
});

describe('a frozen clock', () => {
  it('gives the same bytes twice', async () => {
    open(script(FIX, { print: { text: 'hello\n' } }));
    const env = { ...here.env, SOURCE_DATE_EPOCH: '1700000000' };
    const first = await here.run(packet(FAKE), { env, out: join(here.root, 'one') });
    const second = await here.run(packet(FAKE), { env, out: join(here.root, 'two') });
    expect(first.status).toBe('pass');
    expect(second.pack_digest).toBe(first.pack_digest);
    expect(second.run_id).toBe(first.run_id);
  });

  it('is refused where it is no number', async () => {
    open(script(FIX));
    const env = { ...here.env, SOURCE_DATE_EPOCH: 'yesterday' };
    await expect(here.run(packet(FAKE), { env })).rejects.toMatchObject({ name: 'UserError' });
  });
});

describe('setup', () => {
  const setup = {
    commands: [{ name: 'install', script: 'mkdir -p deps && cp package.json deps/made && ls deps' }],
    outputs: ['deps/'],
    inputs: ['package.json'],
  };
  const verify = { verification_commands: [{ name: 'deps', script: 'cmp deps/made package.json && ! touch deps/x' }] };
  const files = { '.gitignore': 'deps/\n', 'package.json': '{}\n' };

  it('gives its outputs read-only to engine and verification, and records their digest', async () => {
    open({
      ...files,
      ...script(FIX, { spawn: { argv: ['sh', '-c', 'cat deps/made; touch deps/x || echo read-only'] } }),
    });
    const result = await here.run(packet({ ...FAKE, setup, ...verify }));
    expect(codes(result)).toEqual([]);
    expect(readFileSync(join(result.pack ?? '', 'backend/stdout.log'), 'utf8')).toContain('{}\nread-only');
    const inputs = JSON.parse(readFileSync(join(result.pack ?? '', 'inputs.json'), 'utf8')) as {
      setup_outputs: { path: string }[];
    };
    expect(inputs.setup_outputs.map((o) => o.path)).toEqual(['deps/']);
  });

  it('runs again on the result where the patch touches one of its inputs', async () => {
    open({ ...files, ...script({ write: { path: 'package.json', content: '{"a":1}\n' } }) });
    const result = await here.run(packet({ ...FAKE, allowed_paths: ['package.json'], setup, ...verify }));
    expect(codes(result)).toEqual([]);
  });

  it.each([
    ['a command that fails', { ...setup, commands: [{ name: 'bad', run: ['false'] }] }],
    ['an output that was not made', { ...setup, outputs: ['other/'] }],
    ['an output that git does not ignore', { ...setup, commands: [{ name: 'src', run: ['true'] }], outputs: ['src/'] }],
  ])('fails the run for %s, before the engine starts', async (_what, broken) => {
    open({ ...files, ...script(FIX) });
    const result = await here.run(packet({ ...FAKE, setup: broken }));
    expect(result).toMatchObject({ status: 'fail', exit_code: 1 });
    expect(codes(result)).toEqual(['setup_failed']);
    expect(report(result.pack).backend_process_started).toBe(false);
  });

  it('says in its log what the relay refused', async () => {
    const network = ['127.0.0.1:9'];
    const request = `require('http').get('http://elsewhere.example:8080/', (answer) => answer.resume())`;
    open({
      ...files,
      ...script(FIX),
      '.countersign/config.yml': `schema: countersign/config/v1\npermissions: { network: ${JSON.stringify(network)} }\n`,
    });
    const asks = { ...setup, network, commands: [{ name: 'asks', run: ['node', '-e', request] }, ...setup.commands] };
    const result = await here.run(packet({ ...FAKE, setup: asks }));
    expect(codes(result)).toEqual([]);
    expect(readFileSync(join(result.pack ?? '', 'backend/setup.log'), 'utf8')).toContain(
      '[countersign] the relay refused "elsewhere.example:8080": not_listed',
    );
  });
});

describe('expected evidence', () => {
  const expects = { evidence_expectations: [{ path: 'out/shot.txt', required: true }], scratch_paths: ['out/'] };

  it('is collected from scratch and is no part of the patch', async () => {
    open(script(FIX, { write: { path: 'out/shot.txt', content: 'seen\n' } }));
    const result = await here.run(packet({ ...FAKE, ...expects }));
    expect(codes(result)).toEqual([]);
    expect(readFileSync(join(result.pack ?? '', 'expected/out/shot.txt'), 'utf8')).toBe('seen\n');
    expect(report(result.pack).changed_files?.map((f) => f.path)).toEqual(['src/add.mjs']);
  });

  it.each([
    ['missing', []],
    ['a link', [{ symlink: { path: 'out/shot.txt', target: '/etc/passwd' } }]],
    ['behind a linked folder', [{ symlink: { path: 'out', target: '/etc' } }]],
    ['a fifo', [{ spawn: { argv: ['sh', '-c', 'mkdir out; mkfifo out/shot.txt'] } }]],
  ])('is missing when it is %s', async (_what, steps) => {
    open(script(FIX, ...steps));
    const result = await here.run(packet({ ...FAKE, ...expects }));
    expect(codes(result)).toContain('evidence_missing');
    expect(existsSync(join(result.pack ?? '', 'expected/out/shot.txt'))).toBe(false);
  });
});

describe('the end of a run', () => {
  it('is cancelled by a signal, the tree is killed, and the pack is sealed', async () => {
    open(script(FIX, { sleep: { seconds: 600, ignore_sigterm: true } }));
    const abort = new AbortController();
    const progress = (line: string): void => {
      if (line.startsWith('running')) setTimeout(() => abort.abort(), 300);
    };
    const result = await here.run(packet(FAKE), { signal: abort.signal, progress });
    expect(result).toMatchObject({ status: 'fail', exit_code: 1 });
    expect(codes(result)).toContain('cancelled');
    expect(existsSync(join(result.pack ?? '', 'SHA256SUMS'))).toBe(true);
  });

  it('is a timeout when the engine is too slow, and verification does not run', async () => {
    open(script(FIX, { sleep: { seconds: 600, ignore_sigterm: true } }));
    const result = await here.run(packet({ ...FAKE, limits: { timeout_seconds: 1 } }));
    expect(result).toMatchObject({ status: 'blocked', exit_code: 2 });
    expect(codes(result)).toEqual(['timeout']);
    expect(report(result.pack)).toMatchObject({ backend_termination: 'timeout', verification: [] });
  });

  it('is a timeout when a command is slower than it may be, and the fix names the limit that was met', async () => {
    open(script(FIX));
    const slow = { name: 'slow', run: ['sleep', '600'], timeout_seconds: 1 };
    const result = await here.run(packet({ ...FAKE, verification_commands: [slow] }));
    expect(result).toMatchObject({
      status: 'blocked',
      blockers: [{ code: 'timeout', at: '/verification_commands/0' }],
    });
    expect(result.blockers[0]?.fix).toContain('Raise its timeout_seconds');
  });

  it('is an internal error with a pack when the harness breaks', async () => {
    open(script(FIX));
    // A working folder that vanishes under the run is nothing that a gate could have seen.
    const tmp = join(here.root, 'tmp');
    mkdirSync(tmp);
    const progress = (line: string): void => {
      if (line !== 'copying the base') return;
      for (const name of readdirSync(tmp))
        if (name.startsWith('countersign-')) writeFileSync(join(tmp, name, 'engine'), '');
    };
    const result = await here.run(packet(FAKE), { env: { ...here.env, TMPDIR: tmp }, progress });
    expect(result).toMatchObject({ status: 'fail', exit_code: 70 });
    expect(codes(result)).toContain('internal_error');
    expect(existsSync(join(result.pack ?? '', 'SHA256SUMS'))).toBe(true);
  });

  it('is an internal error with a pack, and no path of this machine in it, when the repository cannot be looked at', async () => {
    open(script(FIX));
    writeFileSync(join(here.repo, '.git/index'), 'no index at all');
    const result = await here.run(packet(FAKE));
    expect(result).toMatchObject({ status: 'fail', exit_code: 70 });
    expect(codes(result)).toEqual(['internal_error']);
    expect(readFileSync(join(result.pack ?? '', 'report.json'), 'utf8')).not.toContain(here.root);
    expect((await verifyPack(result.pack ?? '', {})).errors).toEqual([]);
  });

  it.each([
    ['commands', {}, { verification_commands: [{ name: 'ok', run: ['true'] }] }],
    [
      'a rationale instead',
      { '.countersign/config.yml': `${CONFIG}allow_no_verification: true\n` },
      { verification_commands: null, no_verification_rationale: 'nothing to test' },
    ],
  ])('finds an engine that is not deterministic where the packet demands it, with %s', async (_what, files, more) => {
    open(files);
    const text = packet({ engine: { id: 'command' }, constraints: { deterministic: true }, ...more });
    const same = await here.run(text, { argv: ['sh', '-c', 'echo same > src/id.txt'] });
    expect(codes(same)).toEqual([]);
    const other = await here.run(text, { argv: ['sh', '-c', 'cat /proc/sys/kernel/random/uuid > src/id.txt'] });
    expect(codes(other)).toEqual(['nondeterministic']);
    for (const { pack } of [same, other]) expect((await verifyPack(pack ?? '', {})).errors).toEqual([]);
  });

  it('starts no engine in mode none, and verifies the base', async () => {
    open(script(FIX));
    const result = await here.run(
      packet({ ...FAKE, mutation_mode: 'none', verification_commands: [{ name: 'ok', run: ['true'] }] }),
    );
    expect(codes(result)).toEqual([]);
    expect(report(result.pack)).toMatchObject({ status: 'pass', backend_process_started: false, changed_files: null });
  });
});

describe('what was stopped', () => {
  it('before its first change is a timeout and nothing else', async () => {
    open(script({ sleep: { seconds: 600 } }));
    const result = await here.run(packet({ ...FAKE, limits: { timeout_seconds: 1 } }));
    expect(result).toMatchObject({ status: 'blocked', exit_code: 2 });
    expect(codes(result)).toEqual(['timeout']);
    expect((await verifyPack(result.pack ?? '', {})).errors).toEqual([]);
  });

  it('because of its output says so where the log ends', async () => {
    open(script(FIX, { print: { text: 'x'.repeat(1000), repeat: 1000 } }));
    const result = await here.run(packet({ ...FAKE, limits: { output_bytes: 5000 } }));
    expect(codes(result)).toEqual(['output_limit']);
    const log = readFileSync(join(result.pack ?? '', 'backend/stdout.log'), 'utf8');
    expect(log).toContain(`${'x'.repeat(100)}\n[countersign: output cut here`);
  });
});
