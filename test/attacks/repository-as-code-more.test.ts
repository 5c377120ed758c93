import { afterEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asSha } from '../../src/contracts/index.ts';
import { openSource, sourceStatus } from '../../src/git/index.ts';
import { git, inFolder, opened, put, repository } from '../git/fixture.ts';
import { codes, playOn } from '../git/result.ts';
import { type Ground, ground, packet } from '../run/repository.ts';

/** 6-attacks.md, Repository as code: a repository from elsewhere that leads to what is not its own. */

const COMMAND = { engine: { id: 'command' } };
const LOOK = { argv: ['sh', '-c', 'find /countersign/objects -follow -type f -exec cat {} +'] };
const SECRET = 'a canary that lies outside the repository\n';

describe('a line of objects/info/alternates', () => {
  let here: Ground;
  afterEach(() => here.remove());
  const alternates = (text: string): void => writeFileSync(join(here.repo, '.git/objects/info/alternates'), text);

  it.each([
    ['a folder of this machine', 'private', 'secret.txt'],
    ['one whose only entry is called like a folder of objects', 'homes', 'ad/.ssh/key'],
    ['one with a pack folder', 'stores', 'pack/secret.txt'],
    ['one with an info folder', 'facts', 'info/secret.txt'],
    ['one with a file called like a folder of objects', 'plain', 'ab'],
  ])('that names %s shows nothing of it to the engine', async (_what, folder, file) => {
    here = ground();
    mkdirSync(join(here.root, folder, file, '..'), { recursive: true });
    writeFileSync(join(here.root, folder, file), SECRET);
    alternates(`${join(here.root, folder)}\n`);
    await expect(here.run(packet(COMMAND), LOOK)).rejects.toMatchObject({ name: 'UserError' });
    expect(existsSync(here.out)).toBe(false);
  });

  it('that is C-quoted, relative or second in a chain is one all the same', async () => {
    here = ground();
    for (const line of ['"/et\\143"', '../../../../../../../../../../../etc']) {
      alternates(`${line}\n`);
      await expect(openSource(here.repo)).rejects.toMatchObject({ name: 'UserError' });
    }
    const honest = repository(join(here.root, 'honest'), { a: 'x\n' });
    writeFileSync(join(honest, '.git/objects/info/alternates'), '/etc\n');
    alternates(`${join(honest, '.git/objects')}\n`);
    await expect(openSource(here.repo)).rejects.toMatchObject({ name: 'UserError' });
  });

  it('that leads to another repository is what `git clone --shared` writes, and works', async () => {
    await inFolder(async (dir) => {
      const origin = repository(join(dir, 'origin'), { 'src/app.js': 'one\n' });
      git(dir, 'clone', '-q', '--shared', origin, 'clone');
      git(origin, 'repack', '-qad');
      const source = await openSource(join(dir, 'clone'));
      expect(source.objectDirs).toHaveLength(2);
    });
    here = ground();
  });
});

describe('a git directory elsewhere', () => {
  const leads: [what: string, make: (repo: string, to: string) => void][] = [
    [
      'objects that are a link',
      (repo, to) => {
        renameSync(join(repo, '.git/objects'), join(repo, '.git/true-objects'));
        symlinkSync(to, join(repo, '.git/objects'));
      },
    ],
    ['a commondir', (repo, to) => writeFileSync(join(repo, '.git/commondir'), `${join(to, '..')}\n`)],
  ];
  it.each(leads)('through %s is refused where it holds other things', async (_what, make) => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), { a: 'x\n' });
      put(dir, { 'somewhere/objects/secret.txt': SECRET });
      make(repo, join(dir, 'somewhere/objects'));
      await expect(openSource(repo)).rejects.toMatchObject({ name: 'UserError' });
    });
  });

  it('of a linked work tree is its own', async () => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), { a: 'x\n' });
      git(repo, 'worktree', 'add', '-q', join(dir, 'linked'), '-b', 'other');
      expect((await openSource(join(dir, 'linked'))).objectDirs).toEqual([join(repo, '.git/objects')]);
    });
  });
});

describe('history that is not what object ids name', () => {
  it('replace refs and grafts change nothing', async () => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), { a: 'true\n' });
      const real = git(repo, 'rev-parse', 'HEAD');
      put(repo, { a: 'false\n' });
      git(repo, 'commit', '-qam', 'other');
      const other = git(repo, 'rev-parse', 'HEAD');
      git(repo, 'reset', '-q', '--hard', real);
      git(repo, 'replace', real, other);
      put(repo, { '.git/info/grafts': `${real} ${other}\n` });
      const { baseline } = await opened(repo);
      const source = await openSource(repo);
      const sha = await source.resolveRef('refs/heads/main');
      expect(sha).toBe(real);
      const commit = sha && (await baseline.commit(sha));
      expect(commit && (await baseline.readBlob(commit.tree, 'a', 100))?.toString()).toBe('true\n');
      expect(await baseline.isAncestor(asSha(other), asSha(real))).toBe(false);
    });
  });
});

const mkfifo = (path: string): unknown => execFileSync('mkfifo', [path]);

describe('a .gitignore of DIR that git would not be done with', () => {
  it.each<[what: string, make: (repo: string) => void]>([
    ['a fifo in a folder that is not tracked', (d) => (put(d, { 'sub/new': 'x' }), mkfifo(join(d, 'sub/.gitignore')))],
    [
      'patterns that take exponential time',
      (d) => put(d, { '.gitignore': `${'**/'.repeat(30)}b\n`, [`${'a/'.repeat(40)}f`]: 'x' }),
    ],
  ])('%s: refused, and nobody waits for it', async (_what, make) => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), { file: 'x\n' });
      make(repo);
      const { source, baseline } = await opened(repo);
      await expect(sourceStatus(source, baseline, 300)).rejects.toMatchObject({ name: 'UserError' });
    });
  });
});

describe('a git of somebody else', () => {
  it('in DIR or in what the engine left is not found by a relative entry of PATH', async () => {
    await inFolder(async (dir) => {
      const canary = join(dir, 'canary');
      const repo = repository(join(dir, 'repo'), { 'src/app.js': 'one\n' });
      const trap = `#!/bin/sh\ntouch ${canary}\nexec /usr/bin/git "$@"\n`;
      const plant = (d: string): void => {
        put(d, { 'src/new.js': 'x\n', 'src/app.js': 'two\n', git: trap });
        chmodSync(join(d, 'git'), 0o755);
      };
      plant(repo);
      const { PATH } = process.env;
      process.env.PATH = `.::${PATH}`;
      try {
        const open = await opened(repo);
        expect(codes(await playOn(open, repo, plant, { allowed: ['src/'] }))).toEqual(['disallowed_file_change']);
      } finally {
        process.env.PATH = PATH;
      }
      expect(existsSync(canary)).toBe(false);
    });
  });
});
