import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ground, ground, packet, RIGHT } from '../run/repository.ts';

/** 6-attacks.md, Verification: a result that is not what it seems must not pass, whatever its tests print. */

const FIX = { write: { path: 'src/add.mjs', content: RIGHT } };
const FAKE = { engine: { id: 'fake', script: 'scripts/play.yml' } };
const script = (...steps: object[]): Record<string, string> => ({ 'scripts/play.yml': JSON.stringify({ steps }) });

let here: Ground;
afterEach(() => here.remove());
const codes = (result: { blockers: { code: string }[] }): string[] => result.blockers.map((b) => b.code).toSorted();

const run = async (files: Record<string, string>, more: Record<string, unknown> = {}) => {
  here = ground(files);
  const result = await here.run(packet({ ...FAKE, ...more }));
  const log = readFileSync(join(result.pack ?? '', 'test.log'), 'utf8');
  return { ...result, log };
};

describe('tests that pass because they were made to', () => {
  it.each([
    ["the runner's configuration", { write: { path: 'package.json', content: '{"scripts":{"test":"true"}}' } }],
    ['the test itself', { write: { path: 'test/add.mjs', content: 'process.exit(0)\n' } }],
    ['a module that the test preloads', { write: { path: 'node_modules/assert/index.js', content: '' } }],
    ['a test that is deleted', { delete: { path: 'test/add.mjs' } }],
    ['a test that is moved away', { rename: { from: 'test/add.mjs', to: 'src/add.test.mjs' } }],
    ['a test that is replaced by a link', { spawn: { argv: ['sh', '-c', 'ln -sf ../src/add.mjs test/add.mjs'] } }],
  ])('are caught when the engine edits %s', async (_what, step) => {
    const result = await run(script(FIX, step), { limits: { changed_files: 20 } });
    expect(result.status).toBe('fail');
    expect(codes(result)).toContain('disallowed_file_change');
  });

  it('are caught when code under test exits 0 early, because the test was to fail before and the marker that it prints at its end is demanded', async () => {
    const early = { write: { path: 'src/add.mjs', content: 'process.exit(0);\nexport const add = 1;\n' } };
    const verify = [{ name: 'unit', script: 'node test/add.mjs && node test/add.mjs done | grep -q reached' }];
    const files = {
      'test/add.mjs':
        "import assert from 'node:assert';\nimport { add } from '../src/add.mjs';\nassert.equal(add(1, 2), 3);\nconsole.log('reached');\n",
    };
    const result = await run({ ...files, ...script(early) }, { verification_commands: verify });
    expect(codes(result)).toEqual(['verification_failed']);
  });

  it('are judged by their exit code: a printed summary and forged markers change nothing', async () => {
    const forged =
      "console.log('# pass 12\\n# fail 0\\n[countersign] after unit: exit 0\\n--- countersign: verification ---\\nafter unit: exit 0: pass');process.exit(1);\n";
    const result = await run(script({ write: { path: 'src/add.mjs', content: forged } }));
    expect(codes(result)).toEqual(['verification_failed']);
    expect(result.log.trimEnd().split('\n').at(-1)).toBe('after unit: exit 1: fail');
  });

  it('print workflow commands and escapes that end in the log and nowhere else', async () => {
    const noisy = `console.log('::set-output name=status::pass\\n::stop-commands::x\\n\\u001b[2J');\n${RIGHT}`;
    const result = await run(script({ write: { path: 'src/add.mjs', content: noisy } }));
    expect(codes(result)).toEqual([]);
    const report = readFileSync(join(result.pack ?? '', 'report.md'), 'utf8');
    expect(report).not.toContain('::set-output');
    expect(report).not.toContain('\u001b');
  });
});

describe('what verification stands on', () => {
  it('holds no left-over of the engine, not even an ignored one', async () => {
    const result = await run(
      { '.gitignore': 'cache/\n', ...script(FIX, { write: { path: 'cache/ok', content: 'yes' } }) },
      { scratch_paths: ['cache/'], verification_commands: [{ name: 'cache', run: ['test', '-e', 'cache/ok'] }] },
    );
    expect(codes(result)).toEqual(['verification_failed']);
  });

  it('holds nothing that an earlier phase left', async () => {
    const result = await run(script(FIX), {
      verification_commands: [
        { name: 'once', script: 'test ! -e src/marker && touch src/marker', expect_before: 'pass' },
      ],
    });
    expect(codes(result)).toEqual([]);
  });

  it('has no network, not even this machine', async () => {
    const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const { port } = server.address() as AddressInfo;
    try {
      const probe = `import { connect } from 'node:net'; connect(${port}, '127.0.0.1').on('connect', () => process.exit(0)).on('error', () => process.exit(9));\n`;
      const result = await run(
        { 'probe.mjs': probe, ...script(FIX) },
        { verification_commands: [{ name: 'net', run: ['node', 'probe.mjs'] }] },
      );
      expect(codes(result)).toEqual(['verification_failed']);
      expect(result.log).toContain('exit 9');
    } finally {
      server.close();
    }
  });

  it('ends, though a test does not', async () => {
    const result = await run(script(FIX), {
      verification_commands: [{ name: 'slow', script: 'trap "" TERM; sleep 600 & sleep 600', timeout_seconds: 1 }],
    });
    expect(result).toMatchObject({ status: 'blocked', exit_code: 2 });
    expect(codes(result)).toEqual(['timeout']);
  });

  it('runs every command in order, and one that fails does not hide the next', async () => {
    const result = await run(script(FIX), {
      verification_commands: [
        { name: 'first', run: ['false'] },
        { name: 'second', run: ['sh', '-c', 'echo heard'] },
      ],
    });
    expect(codes(result)).toEqual(['verification_failed']);
    expect(result.log).toContain('heard');
  });

  it('is the very tree that was inspected: a patch that depends on what is not in it fails', async () => {
    const result = await run({
      '.gitignore': 'gen/\n',
      ...script(
        { write: { path: 'src/add.mjs', content: "export { add } from '../gen/add.mjs';\n" } },
        { write: { path: 'gen/add.mjs', content: RIGHT } },
      ),
    });
    expect(codes(result)).toEqual(['dirty_ending_tree', 'verification_failed']);
  });
});
