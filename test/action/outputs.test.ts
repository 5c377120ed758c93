import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { annotate, say, setOutputs, summarize } from '../../src/action/outputs.ts';
import { outputsOf, printed } from './step.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outputs-'));
  for (const name of ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY']) {
    process.env[name] = join(folder, name);
    writeFileSync(join(folder, name), '');
  }
});
afterEach(() => {
  delete process.env.GITHUB_OUTPUT;
  delete process.env.GITHUB_STEP_SUMMARY;
  rmSync(folder, { recursive: true });
});
const written = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('outputs', () => {
  it('are all set on every path', () => {
    setOutputs({ status: 'error', exitCode: 70 });
    expect(outputsOf(written('GITHUB_OUTPUT'))).toEqual({
      status: 'error',
      'run-id': '',
      'packet-id': '',
      'packet-digest': '',
      'pack-digest': '',
      blockers: '[]',
      'result-tree': '',
      next: 'none',
      issue: '',
      pull: '',
      'body-digest': '',
      started: 'unstarted',
      pack: '',
      'artifact-name': '',
    });
  });
  it('hold what was said, whatever it holds', () => {
    const hostile = 'x\nghadelimiter\nstatus<<EOF\npass\nEOF\n';
    setOutputs({ status: 'fail', exitCode: 1, blockers: [hostile], packetId: hostile, issue: 7, started: true });
    expect(outputsOf(written('GITHUB_OUTPUT'))).toMatchObject({
      status: 'fail',
      blockers: JSON.stringify([hostile]),
      'packet-id': hostile,
      issue: '7',
      started: 'started',
    });
  });
});

/** What a runner takes for a command: `::name` first on a line after blanks, `##[name` anywhere in it (actions/runner, ActionCommand.cs). */
const isCommand = (line: string): boolean => /^\s*::/.test(line) || line.includes('##[');

describe('the log', () => {
  it.each([
    '::set-output name=status::pass',
    '  ::add-mask::x',
    '\u00a0::stop-commands::t',
    'x\n::error::y',
    'x\r::error::y',
    'x\u2028::error::y',
    'a ##[error]x',
    '##[add-mask]x',
    '\u001b[2K::debug::x',
    '\ufeff::debug::x',
  ])('shows %j and holds no command', async (text) => {
    const log = await printed(() => say(text));
    expect(log.split(/\r\n|[\n\r\u2028\u2029\u0085]/).filter(isCommand)).toEqual([]);
    expect(log.split('\n')).toHaveLength(2);
  });
  it('points at a line, with everything escaped that could begin another command or property', async () => {
    const message = 'a,b:c%0A\n::set-env name=X::y';
    const log = await printed(() =>
      annotate([{ path: 'src/a,line=9::x.ts', line: 3, level: 'failure', title: 'x::y\n', message }]),
    );
    const lines = log.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^::error title=x%3A%3Ay\\u\{a\},file=src\/a%2Cline=9%3A%3Ax\.ts,line=3::a,b:c%250A\\u\{a\}::set-env/,
    );
  });
  it('points at ten lines at most', async () => {
    const many = Array.from({ length: 30 }, (_, n) => ({
      path: 'a',
      line: n + 1,
      level: 'warning' as const,
      title: 't',
      message: 'm',
    }));
    expect((await printed(() => annotate(many))).trimEnd().split('\n')).toHaveLength(10);
  });
});

describe('the summary', () => {
  it('is appended, below 1 MiB', () => {
    summarize('# One\n');
    summarize(`# Two\n${'…\n'.repeat(500_000)}`);
    const text = written('GITHUB_STEP_SUMMARY');
    expect(text.startsWith('# One\n')).toBe(true);
    expect(Buffer.byteLength(text)).toBeLessThan(1 << 20);
    expect(text).toContain('… cut');
  });
  it('takes nothing else with it where it cannot be written', async () => {
    process.env.GITHUB_STEP_SUMMARY = join(folder, 'nowhere', 'x');
    expect(await printed(() => summarize('# One\n'))).toContain('The summary could not be written');
  });
});
