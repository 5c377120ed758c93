import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../src/contracts/index.ts';
import { readLibrary, select } from '../../src/scenarios/index.ts';
import { mergePatch } from '../../src/scenarios/merge-patch.ts';
import { watch } from '../../src/scenarios/outside.ts';
import { pathOfLength } from '../../src/scenarios/places.ts';
import { processesWith } from '../../src/scenarios/processes.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'parts-'));
});
afterEach(async () => await rm(root, { recursive: true, force: true }));

describe('mergePatch', () => {
  // RFC 7396, Appendix A.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j gives %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });
});

describe('a library', () => {
  it.each([
    ['an id that is not its path', { 'a.yml': 'schema: countersign/scenario/v1\nid: b\n' }, /its id must be its path/],
    ['a parent that is not there', { 'a.yml': 'id: a\nextends: nowhere\n' }, /extends "nowhere"/],
    ['a chain that goes round', { 'a.yml': 'id: a\nextends: b\n', 'b.yml': 'id: b\nextends: a\n' }, /leads back/],
    ['a scenario that breaks the contract', { 'a.yml': 'schema: countersign/scenario/v1\nid: a\n' }, /\/expect/],
    ['YAML that is refused elsewhere too', { 'a.yml': 'id: a\nid: a\n' }, /scenario a: /],
  ])('is refused for %s', async (_name, files, message) => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
    await expect(readLibrary(root)).rejects.toThrow(message);
  });
});

describe('select', () => {
  it('takes an id, the folders it begins with, and all', async () => {
    const library = await readLibrary();
    const ids = (selector: string, engine?: string): string[] =>
      select(library, selector, engine).lanes.map(({ scenario }) => scenario.id);
    expect(ids('matrix/no-diff')).toEqual(['matrix/no-diff']);
    expect(ids('matrix')).toHaveLength(13);
    expect(ids('matrix')[0]).toBe('matrix/baseline');
    expect(ids('all')).toHaveLength(library.length);
    expect(ids('matrix', 'fake')).toHaveLength(12);
    expect(ids('matrix/provider-unavailable', 'command')).toEqual(['matrix/provider-unavailable']);
  });
  it.each([
    ['matr', undefined],
    ['matrix/', undefined],
    ['nothing', undefined],
    ['matrix/missing-event', 'command'],
    ['all', 'codex'],
  ])('refuses %s with engine %s', async (selector, engine) => {
    const library = await readLibrary();
    expect(() => select(library, selector, engine)).toThrow(UserError);
  });
});

describe('watch', () => {
  it('tells of everything that is different outside the run directory', async () => {
    const places = {
      repo: join(root, 'repo'),
      home: join(root, 'home'),
      tmp: join(root, 'tmp'),
      state: join(root, 'state'),
    };
    for (const folder of Object.values(places)) await mkdir(folder);
    await writeFile(join(places.repo, 'kept'), 'a');
    await writeFile(join(places.repo, 'touched'), 'b');
    await writeFile(join(places.repo, 'edited'), 'c');
    await writeFile(join(places.repo, 'removed'), 'd');
    const changes = await watch(places);
    expect(await changes()).toEqual([]);
    await utimes(join(places.repo, 'touched'), 1, 1);
    await writeFile(join(places.repo, 'edited'), 'C');
    await rm(join(places.repo, 'removed'));
    await writeFile(join(places.home, '.npmrc'), '');
    await mkdir(join(places.tmp, 'countersign-x'));
    await mkdir(join(places.state, 'countersign', 'approvals'), { recursive: true });
    await writeFile(join(places.state, 'countersign', 'approvals', 'a'.repeat(64)), '');
    await writeFile(join(places.state, 'countersign', 'cache'), '');
    expect((await changes()).map((line) => line.split(/ (?:is|was)/)[0])).toEqual([
      'repository: .',
      'repository: ./edited',
      'repository: ./removed',
      'repository: ./touched',
      'home: .',
      'home: ./.npmrc',
      'TMPDIR: countersign-x',
      'state: ./countersign/cache does not belong there',
    ]);
  });
});

describe('processesWith', () => {
  it('finds a process by a word of its command line, and no longer when it is gone', async () => {
    const mark = `mark-${process.pid}-${root.slice(-6)}`;
    const child = spawn('sh', ['-c', 'read line; exit 0', mark], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    expect(await processesWith(mark)).toEqual([expect.stringContaining(mark)]);
    child.stdin.end('\n');
    await once(child, 'close');
    expect(await processesWith(mark)).toEqual([]);
  });
});

describe('pathOfLength', () => {
  it.each([20, 260, 261, 511, 512, 513, 3800, 4095])(
    'makes a path of %d bytes whose parts the file system takes',
    (bytes) => {
      const path = pathOfLength('/tmp/base', bytes);
      expect(path).toHaveLength(bytes);
      expect(
        path
          .split('/')
          .slice(1)
          .every((part) => part.length > 0 && part.length <= 255),
      ).toBe(true);
    },
  );
  it('refuses what is too short', () => {
    expect(() => pathOfLength('/tmp/base', 9)).not.toThrow();
    expect(() => pathOfLength('/tmp/base', 10)).toThrow(RangeError);
  });
});
