import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Sha } from '../../src/contracts/index.ts';
import { openSource, sourceStatus } from '../../src/git/index.ts';
import { git, inFolder, opened, put, repository, snapshot } from './fixture.ts';
import { play } from './result.ts';

const FILES = { 'a.txt': 'a\n', 'dir/b.txt': 'b\n' };

describe('DIR as a source', () => {
  it.each([
    ['a work tree', (repo: string) => repo],
    [
      'a linked work tree',
      (repo: string) => {
        git(repo, 'worktree', 'add', '-q', '-b', 'other', `${repo}.linked`);
        return `${repo}.linked`;
      },
    ],
    [
      'a bare repository',
      (repo: string) => {
        git(repo, 'clone', '-q', '--bare', repo, `${repo}.bare`);
        return `${repo}.bare`;
      },
    ],
    [
      'a submodule',
      (repo: string) => {
        const outer = repository(`${repo}.outer`, { x: 'x\n' });
        git(outer, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', repo, 'inner');
        return join(outer, 'inner');
      },
    ],
    [
      'alternates of alternates, in a folder with a quote and a blank',
      (repo: string) => {
        mkdirSync(`${repo} "x"`);
        git(repo, 'clone', '-q', '--shared', repo, `${repo} "x"/one`);
        git(repo, 'clone', '-q', '--shared', `${repo} "x"/one`, `${repo} "x"/two`);
        return `${repo} "x"/two`;
      },
    ],
    [
      'a shallow clone',
      (repo: string) => {
        put(repo, { 'a.txt': 'later\n' });
        git(repo, 'commit', '-q', '-a', '-m', 'later');
        git(repo, 'clone', '-q', '--depth=1', `file://${repo}`, `${repo}.shallow`);
        return `${repo}.shallow`;
      },
    ],
  ])('%s', async (_, make) => {
    await inFolder(async (dir) => {
      const repo = make(repository(join(dir, 'repo'), FILES));
      const before = snapshot(repo);
      const outcome = await play(repo, (d) => put(d, { 'a.txt': 'changed\n' }));
      expect(outcome.inspection.findings).toEqual([]);
      expect(outcome.verified).toBe(outcome.result.tree);
      const status = await sourceStatus(outcome.source, outcome.baseline);
      expect([status.staged, status.unstaged, status.untracked]).toEqual([[], [], []]);
      expect(snapshot(repo)).toEqual(before);
    });
  });

  it('a SHA-256 repository', async () => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), FILES, ['--object-format=sha256']);
      const outcome = await play(repo, (d) => put(d, { 'dir/new.bin': Buffer.from([0, 1, 2, 255]) }));
      expect(outcome.result.tree).toHaveLength(64);
      expect(outcome.verified).toBe(outcome.result.tree);
    });
  });

  it('resolves full names only, and knows the default branch', async () => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), FILES);
      const source = await openSource(repo);
      const head = git(repo, 'rev-parse', 'HEAD');
      expect(await source.resolveRef('refs/heads/main')).toBe(head);
      expect(await source.resolveRef('refs/heads/mai')).toBeNull();
      expect(await source.resolveRef('main')).toBeNull();
      expect(await source.resolveRef('refs/heads')).toBeNull();
      expect(await source.defaultRef()).toBe('refs/heads/main');
      git(repo, 'clone', '-q', repo, `${repo}.clone`);
      expect(await (await openSource(`${repo}.clone`)).defaultRef()).toBe('refs/remotes/origin/main');
      git(repo, 'checkout', '-q', '--detach');
      expect(await (await openSource(repo)).defaultRef()).toBeNull();
    });
  });

  it('reads blobs and lists, never through a symlink, never above the limit', async () => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), {
        ...FILES,
        'big.bin': Buffer.alloc(2000),
        ':(top)odd': 'odd\n',
        '*': 'star\n',
      });
      symlinkSync('a.txt', join(repo, 'link'));
      git(repo, 'add', '-A');
      git(repo, 'commit', '-q', '-m', 'link');
      const { baseline, head } = await opened(repo);
      expect((await baseline.readBlob(head, 'dir/b.txt', 100))?.toString()).toBe('b\n');
      expect((await baseline.readBlob(head, ':(top)odd', 100))?.toString()).toBe('odd\n');
      expect((await baseline.readBlob(head, '*', 100))?.toString()).toBe('star\n');
      expect(await baseline.readBlob(head, 'dir', 100)).toBeNull();
      expect(await baseline.readBlob(head, 'link', 100)).toBeNull();
      expect(await baseline.readBlob(head, 'none', 100)).toBeNull();
      await expect(baseline.readBlob(head, 'big.bin', 1999)).rejects.toMatchObject({ name: 'UserError' });
      expect((await baseline.list(head, 'dir')).map(({ path, mode, type }) => [path, mode, type])).toEqual([
        ['dir/b.txt', '100644', 'blob'],
      ]);
      expect(await baseline.list(head, 'none')).toEqual([]);
      expect(await baseline.commit('0'.repeat(40) as Sha)).toBeNull();
    });
  });

  it('finds packet commits by their trailer, not by a line in the text', async () => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), FILES);
      const commit = (message: string): string => {
        git(repo, 'commit', '-q', '--allow-empty', '-m', message);
        return git(repo, 'rev-parse', 'HEAD');
      };
      const first = commit('Do it\n\nBody.\n\nCountersign-Packet: one\nCountersign-Run: run-1');
      commit('Talk\n\nCountersign-Packet: fake is what one writes\n\nin the middle of a text.');
      const both = commit('Two\n\nCountersign-Packet: two\nCountersign-Packet: one');
      const { baseline, head } = await opened(repo);
      expect([...(await baseline.packetCommits(head))].sort(([a], [b]) => a.localeCompare(b))).toEqual([
        ['one', [both, first]],
        ['two', [both]],
      ]);
      expect(await baseline.isAncestor(first as Sha, head)).toBe(true);
      expect(await baseline.isAncestor(head, first as Sha)).toBe(false);
    });
  });
});

describe('the state of DIR', () => {
  it('names staged, unstaged and untracked files; ignored ones do not count; any change changes the digest', async () => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), {
        ...FILES,
        '.gitignore': '*.log\n',
        'crlf.txt': 'x\r\n',
        '.gitattributes': 'crlf.txt eol=crlf\n',
      });
      const { source, baseline } = await opened(repo);
      const seen = new Set<string>();
      const status = async () => {
        const now = await sourceStatus(source, baseline);
        expect(seen.has(now.digest)).toBe(false);
        seen.add(now.digest);
        return now;
      };
      expect(await status()).toMatchObject({ staged: [], unstaged: [], untracked: [] });
      put(repo, { 'x.log': 'x\n', 'excluded.tmp': 'x\n', 'crlf.txt': 'x\r\n' });
      writeFileSync(join(repo, '.git/info/exclude'), '*.tmp\n');
      expect((await sourceStatus(source, baseline)).digest).toBe([...seen][0]);
      put(repo, { 'new\nline': 'x\n', 'a.txt': 'changed\n', 'dir/b.txt': 'staged\n' });
      git(repo, 'add', 'dir/b.txt');
      expect(await status()).toMatchObject({ staged: ['dir/b.txt'], unstaged: ['a.txt'], untracked: ['new\nline'] });
      git(repo, 'tag', 'v1');
      await status();
      git(repo, 'config', 'x.y', 'z');
      await status();
      git(repo, 'commit', '-q', '-m', 'more');
      expect(await status()).toMatchObject({ staged: [], unstaged: ['a.txt'], untracked: ['new\nline'] });
      git(repo, 'update-index', '--split-index');
      expect(await sourceStatus(source, baseline)).toMatchObject({ staged: [], unstaged: ['a.txt'] });
    });
  });

  it('an unborn branch has everything staged', async () => {
    await inFolder(async (dir) => {
      git(dir, 'init', '-q', 'repo');
      put(join(dir, 'repo'), { a: 'x\n' });
      const source = await openSource(join(dir, 'repo'));
      const { openBaseline } = await import('../../src/git/index.ts');
      const baseline = await openBaseline(source, join(dir, 'baseline'));
      expect(await sourceStatus(source, baseline)).toMatchObject({ head: null, staged: [], untracked: ['a'] });
      git(join(dir, 'repo'), 'add', 'a');
      expect(await sourceStatus(source, baseline)).toMatchObject({ head: null, staged: ['a'], untracked: [] });
    });
  });
});

describe("the engine's workspace", () => {
  it('is a repository to an engine that sees the object mounts', async () => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), FILES);
      const outcome = await play(repo, (d) => put(d, { 'a.txt': 'changed\n' }));
      const { objectMounts, dir: workspace } = outcome.workspace;
      const binds = objectMounts.flatMap(({ source, target }) => ['--ro-bind', source, target]);
      const system = [
        '--ro-bind',
        '/usr',
        '/usr',
        '--symlink',
        'usr/bin',
        '/bin',
        '--symlink',
        'usr/lib',
        '/lib',
        '--symlink',
        'usr/lib64',
        '/lib64',
      ];
      const work = ['--dev', '/dev', '--bind', workspace, '/work', '--chdir', '/work'];
      const env = { PATH: '/usr/bin:/bin', GIT_CONFIG_GLOBAL: '/dev/null', GIT_OPTIONAL_LOCKS: '0' };
      const inside = (...args: string[]): string =>
        execFileSync('bwrap', [...system, ...binds, ...work, 'git', ...args], {
          env: { ...env, PATH: process.env['PATH'] ?? '' },
        }).toString();
      expect(inside('log', '--format=%s %H').trim()).toBe(`base ${outcome.head}`);
      expect(inside('status', '--porcelain')).toBe(' M a.txt\n');
      expect(inside('diff', '--stat')).toContain('a.txt | 2 +-');
    });
  });

  it('looks at content where only times, owner or inode differ', async () => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), FILES);
      const { source, baseline } = await opened(repo);
      const before = await sourceStatus(source, baseline);
      utimesSync(join(repo, 'a.txt'), 1, 1);
      renameSync(join(repo, 'dir/b.txt'), join(repo, 'dir/c.txt'));
      writeFileSync(join(repo, 'dir/b.txt'), 'b\n');
      rmSync(join(repo, 'dir/c.txt'));
      const index = snapshot(join(repo, '.git'));
      expect(await sourceStatus(source, baseline)).toEqual(before);
      expect(snapshot(join(repo, '.git'))).toEqual(index);
      writeFileSync(join(repo, 'a.txt'), 'b\n');
      expect(await sourceStatus(source, baseline)).toMatchObject({ unstaged: ['a.txt'] });
    });
  });
});

describe('a fifo or a device where git keeps a file', () => {
  it.each([
    'config',
    'HEAD',
    'index',
    'packed-refs',
    'commondir',
    'shallow',
    'refs/heads/other',
    'info/exclude',
    'objects/info/alternates',
    'objects/info/commit-graph',
    'objects/12/34567890123456789012345678901234567890',
  ])('.git/%s', async (name) => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), FILES);
      const path = join(repo, '.git', name);
      rmSync(path, { force: true });
      mkdirSync(dirname(path), { recursive: true });
      execFileSync('mkfifo', [path]);
      await expect(openSource(repo)).rejects.toMatchObject({ errors: [{ code: 'usage', at: path }] });
      rmSync(path);
      symlinkSync('/dev/zero', path);
      await expect(openSource(repo)).rejects.toMatchObject({ errors: [{ code: 'usage', at: path }] });
    });
  });

  it('in the objects that an alternate names', async () => {
    await inFolder(async (dir) => {
      const other = repository(join(dir, 'other'), FILES);
      const repo = join(dir, 'repo');
      git(other, 'clone', '-q', '--shared', other, repo);
      const path = join(other, '.git/objects/info/commit-graph');
      execFileSync('mkfifo', [path]);
      await expect(openSource(repo)).rejects.toMatchObject({ errors: [{ code: 'usage', at: path }] });
    });
  });
});
