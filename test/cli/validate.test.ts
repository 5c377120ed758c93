import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { terminal } from '../../src/cli/output.ts';
import { runProgram } from '../../src/cli/program.ts';
import type { ValidateResult } from '../../src/cli/validate.ts';
import { fixture } from '../packet/packets.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
let folder: string;
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The real command line as a process: what only a process shows. */
function countersign(args: string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    input,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  return { status, stdout, stderr };
}

/** The same program and output in this process: everything but the start of Node. */
async function here(args: string[]) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') =>
    ({ isTTY: false, write: (text: string) => (written[name] += text) }) as unknown as NodeJS.WriteStream;
  const status = await runProgram(args, terminal(stream('stdout'), stream('stderr'), false));
  return { status, ...written };
}
const json = async (args: string[]) => {
  const { status, stdout } = await here([...args, '--json']);
  return { status, result: JSON.parse(stdout) as ValidateResult };
};

describe('validate', () => {
  it('a valid and eligible packet', async () => {
    const path = file('good.md', fixture('packet-example.md'));
    expect(await json(['validate', path])).toEqual({
      status: 0,
      result: {
        ok: true,
        packets: [
          {
            file: path,
            ok: true,
            eligible: true,
            missing: [],
            unknown_constraints: [],
            packet_id: 'limit-retries',
            digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
            errors: [],
          },
        ],
      },
    });
  });

  it('a valid packet that is not eligible exits 0 too', async () => {
    const path = file('wild.md', fixture('packet-04-external-gen-executor-hook.md'));
    const { status, result } = await json(['validate', path]);
    expect(status).toBe(0);
    expect(result.packets[0]).toMatchObject({ ok: true, eligible: false, missing: expect.arrayContaining(['target']) });
    expect(result.packets[0]?.missing).toHaveLength(8);
  });

  it('standard input is the same packet', async () => {
    const path = file('good.md', fixture('packet-example.md'));
    const named = await json(['validate', path]);
    const piped = countersign(['validate', '-', '--json'], fixture('packet-example.md'));
    expect((JSON.parse(piped.stdout) as ValidateResult).packets).toEqual(
      named.result.packets.map((p) => ({ ...p, file: '-' })),
    );
  });

  it('several files: all are reported, one that is invalid makes it exit 3', async () => {
    const good = file('good.md', fixture('packet-example.md'));
    const bad = file('bad.md', '---\npacket_id: X\nallowed_paths: [../x]\n---\n');
    const { status, result } = await json(['validate', good, bad]);
    expect(status).toBe(3);
    expect(result.ok).toBe(false);
    expect(result.packets.map((p) => p.ok)).toEqual([true, false]);
    expect(result.packets[1]?.errors).toMatchObject([
      { code: 'contract_invalid', at: '/title', rule: 'required', line: 1 },
      { code: 'contract_invalid', at: '/packet_id', rule: 'pattern', line: 2, column: 12 },
      { code: 'contract_invalid', at: '/allowed_paths/0', rule: 'path_parent', line: 3, column: 17 },
    ]);
    for (const error of result.packets[1]?.errors ?? [])
      expect(Object.keys(error)).toEqual(expect.arrayContaining(['code', 'message', 'at', 'line', 'fix']));
  });

  it('packets are looked at in each other’s company', async () => {
    const [a, b] = [
      file('a.md', '---\npacket_id: aaa\ntitle: A\ndepends_on: [bbb]\n---\n'),
      file('b.md', '---\npacket_id: bbb\ntitle: B\ndepends_on:\n  - aaa\n---\n'),
    ];
    const { status, result } = await json(['validate', a, b, a]);
    expect(status).toBe(3);
    expect(result.packets.map((p) => p.errors.map((e) => `${e.rule} ${e.line}:${e.column}`))).toEqual([
      ['dependency_cycle 4:14'],
      ['dependency_cycle 5:5'],
      ['packet_id_twice 2:12', 'dependency_cycle 4:14'],
    ]);
  });

  it('a packet as its canonical JSON', async () => {
    const path = file('packet.json', '{"body":"","packet_id":"one-two","title":"t"}');
    expect(await json(['validate', path])).toMatchObject({
      status: 0,
      result: { packets: [{ packet_id: 'one-two' }] },
    });
    const bad = file('bad.json', '{\n  "body": "no line feed",\n  "packet_id": "one-two",\n  "title": "t\\u200b"\n}');
    expect((await json(['validate', bad])).result.packets[0]?.errors).toMatchObject([
      { rule: 'body_form', line: 2, column: 11 },
      { rule: 'unsafe_character', line: 4 },
    ]);
  });

  it('other documents by their schema id', async () => {
    const good = file('config.yml', 'schema: countersign/config/v1\n');
    const bad = file('bad.yml', 'schema: countersign/config/v1\nengines:\n  fake: { enabled: maybe }\n');
    const { status, result } = await json(['validate', good, bad]);
    expect(status).toBe(3);
    expect(result.documents).toMatchObject([
      { file: good, ok: true, schema: 'countersign/config/v1', errors: [] },
      { file: bad, ok: false, errors: [{ at: '/engines/fake/enabled', line: 3, column: 20 }] },
    ]);
    expect(result.packets).toEqual([]);
  });

  it.each([
    ['without a schema', 'x.yml', 'a: 1\n', 'schema_unknown'],
    ['of an unknown schema', 'x.yml', 'schema: countersign/config/v9\n', 'schema_unknown'],
    ['of a schema named like a member of every object', 'x.json', '{"schema": "constructor"}', 'schema_unknown'],
    ['with a duplicate key', 'x.json', '{"schema": "a", "schema": "b"}', 'duplicate_key'],
    ['that is no JSON', 'x.json', '{', 'json_syntax'],
    ['with an alias', 'x.yml', 'schema: &a x\n', 'yaml_anchor'],
  ])('a document %s', async (_what, name, text, rule) => {
    const { status, result } = await json(['validate', file(name, text)]);
    expect(status).toBe(3);
    expect(result.documents?.[0]?.errors.map((e) => e.rule)).toEqual([rule]);
  });

  it('a file that is not there, and a folder', async () => {
    mkdirSync(join(folder, 'sub'), { recursive: true });
    const good = file('good.md', fixture('packet-example.md'));
    const { status, result } = await json(['validate', join(folder, 'none.md'), join(folder, 'sub'), good]);
    expect(status).toBe(3);
    expect(result).toMatchObject({
      ok: false,
      errors: [
        { code: 'usage', at: join(folder, 'none.md') },
        { code: 'usage', at: join(folder, 'sub') },
      ],
      packets: [{ ok: true }],
    });
  });

  it('bytes that are no text, and a file without end', async () => {
    const path = file('bin.md', new Uint8Array([0x2d, 0x2d, 0x2d, 0x0a, 0xff, 0xfe]));
    expect((await json(['validate', path])).result.packets[0]?.errors).toMatchObject([{ rule: 'encoding' }]);
    expect((await json(['validate', '/dev/zero'])).result.packets[0]?.errors).toMatchObject([
      { rule: 'file_too_large' },
    ]);
  });
});

describe('for people', () => {
  it('each error stands at its place with a fix, and nothing that a terminal obeys gets through', async () => {
    const path = file(
      'bad.md',
      '---\npacket_id: ok-id\ntitle: "\\e]0;owned\\a"\nallowed_paths: ["\u001b[2J/../x"]\n---\n',
    );
    const { status, stdout, stderr } = await here(['validate', path]);
    expect(status).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/bad\.md:4:18: U\+001B escape is not allowed/);
    expect(stderr).not.toContain('\u001b');
    expect(stderr).not.toContain('\u0007');
  });

  it('quiet when all is well, and says what an ineligible packet lacks', async () => {
    const path = file('wild.md', fixture('packet-04-external-gen-executor-hook.md'));
    const { stdout, stderr } = await here(['validate', path]);
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toMatchObject([
      expect.stringMatching(/^valid /),
      expect.stringMatching(/lacks risk_class, target/),
      expect.stringMatching(/unknown constraints/),
      '',
    ]);
  });
});

describe('the command line', () => {
  it.each([
    ['no command', []],
    ['an unknown command', ['valdiate']],
    ['an unknown option', ['validate', '--frob', 'x']],
    ['no file', ['validate']],
  ])('%s: exit 3 with a fix, in words and as JSON', async (_what, args) => {
    const people = await here(args);
    expect(people).toMatchObject({ status: 3, stdout: '' });
    expect(people.stderr).toMatch(/--help/);
    const { status, stdout } = await here([...args, '--json']);
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      errors: [{ code: 'usage', message: expect.stringMatching(/./), fix: expect.stringMatching(/--help/) }],
    });
  });

  it('--help and --version go to standard output and exit 0', async () => {
    expect(await here(['--version'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
    expect(await here(['validate', '--help'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/Usage: countersign validate/),
      stderr: '',
    });
    expect(JSON.parse((await here(['validate', '--help', '--json'])).stdout)).toMatchObject({
      help: expect.stringMatching(/--json/),
    });
  });

  it('an output that nobody reads any more is no defect', async () => {
    const path = file('good.md', fixture('packet-example.md'));
    const run = spawnSync('sh', ['-c', '"$0" "$1" validate "$2" --json | true', process.execPath, MAIN, path], {
      encoding: 'utf8',
    });
    expect(run).toMatchObject({ status: 0, stderr: '' });
  });
});
