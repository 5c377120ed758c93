import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { assert, asyncProperty, uint8Array } from 'fast-check';
import { asSha, InternalError, type RepoPath, UserError } from '../../src/contracts/index.ts';
import { resultCommit } from '../../src/evidence/index.ts';
import { commitShape, GitFailure, type OpenedCommit, writeCommit, writeOpenedCommit } from '../../src/git/index.ts';
import { git, inFolder, type Opened, opened, put, repository, snapshot } from './fixture.ts';

const PATH = '.countersign/packets/issue-7-fix.md' as RepoPath;
const TIME = '2026-11-01T10:00:00Z';
const FILES = { 'a.txt': 'a\n', 'dir/b.txt': 'b\n', '.gitattributes': '*.md text eol=crlf filter=x\n' };

/** Reads our git directory as anybody would. */
const seen = ({ baseline }: Opened, ...args: string[]): string => git(baseline.gitDir, '--git-dir=.', ...args);

const write = (at: Opened, change: Partial<OpenedCommit> = {}): Promise<{ sha: string; tree: string }> =>
  writeOpenedCommit(at.baseline, {
    parent: at.head,
    path: PATH,
    bytes: Buffer.from('text\n'),
    message: 'Open packet fix',
    time: TIME,
    ...change,
  });

/** A repository, and a property of what is written into it. */
const inRepository = (work: (at: Opened, dir: string) => Promise<void>): Promise<void> =>
  inFolder(async (root) => {
    const dir = repository(`${root}/repo`, FILES);
    await work(await opened(dir), dir);
  });

describe('the commit that opens a packet', () => {
  it('is its parent and one file, byte for byte, the same every time, and leaves DIR alone', () =>
    inRepository(async (at, dir) => {
      const before = snapshot(dir);
      await assert(
        asyncProperty(uint8Array({ maxLength: 2000 }), async (bytes) => {
          const { sha, tree } = await write(at, { bytes });
          expect((await write(at, { bytes })).sha).toBe(sha);
          expect(await at.baseline.readBlob(asSha(sha), PATH, 4000)).toEqual(Buffer.from(bytes));
          expect(await commitShape(at.baseline, asSha(sha))).toEqual({
            sha,
            tree,
            parents: [at.head],
            message: 'Open packet fix\n',
            changes: [{ path: PATH, kind: 'added', mode: '100644' }],
            truncated: false,
          });
        }),
        { numRuns: 10 },
      );
      expect(snapshot(dir)).toEqual(before);
      expect(seen(at, 'fsck', '--strict', '--no-dangling')).toBe('');
    }));

  it.each([
    ['a file that is there', { path: 'a.txt' as RepoPath }, /something is there/],
    ['a folder that is there', { path: 'dir' as RepoPath }, /something is there/],
    ['a file where a folder must be', { path: 'a.txt/b' as RepoPath }, /something is there/],
    ['the folder of git', { path: '.git/config' as RepoPath }, /something is there/],
    ['a way out', { path: 'x/../y' as RepoPath }, /something is there/],
    ['a parent that is not here', { parent: asSha('f'.repeat(40)) }, /is no commit of/],
  ])('is refused for %s', (_, change, message) =>
    inRepository(async (at) => {
      const error: unknown = await write(at, change).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(UserError);
      expect((error as Error).message).toMatch(message);
    }),
  );

  it('is never made with a trailer of ours, or without a time', () =>
    inRepository(async (at) => {
      await expect(write(at, { message: 'Open\n\nCountersign-Packet: other' })).rejects.toThrow(
        /no trailers of a result/,
      );
      await expect(write(at, { time: 'yesterday' })).rejects.toThrow(/not a time/);
    }));
});

describe('the commit of a result', () => {
  it('is written under the id that was computed, or not at all', () =>
    inRepository(async (at) => {
      const { sha, tree } = await write(at);
      const report = {
        result_tree: asSha(tree),
        base_commit: asSha(sha),
        case_id: 'fix',
        run_id: 'r1',
        run_finished_at: TIME,
      };
      const commit = resultCommit(report, '0'.repeat(64));
      if (commit === null) throw new Error('no result');
      expect(await writeCommit(at.baseline, commit)).toBe(commit.id);
      expect(seen(at, 'log', '--format=%H %(trailers:key=Countersign-Run,valueonly)', '-1', commit.id)).toBe(
        `${commit.id} r1`,
      );
      expect(await commitShape(at.baseline, commit.id)).toMatchObject({ parents: [sha], tree, changes: [] });
      await expect(writeCommit(at.baseline, { ...commit, text: `${commit.text}more\n` })).rejects.toThrow(
        InternalError,
      );
      const elsewhere = commit.text.replace(sha, 'f'.repeat(40));
      await expect(writeCommit(at.baseline, { ...commit, text: elsewhere })).rejects.toThrow(/commit f+ is not here/);
      await expect(writeCommit(at.baseline, { id: commit.id, text: 'tree and nothing\n' })).rejects.toThrow(GitFailure);
    }));
});

describe('the shape of a commit', () => {
  it('tells additions, edits, deletions, modes and links, and knows no renames', () =>
    inRepository(async (_, dir) => {
      execFileSync(
        'sh',
        ['-c', 'git mv dir/b.txt c.txt && rm a.txt && ln -s c.txt a.txt && echo x > "t\tn\nx" && chmod +x "t\tn\nx"'],
        { cwd: dir },
      );
      put(dir, { '.gitattributes': 'new\n' });
      git(dir, 'add', '-A');
      git(dir, 'commit', '-q', '-m', 'all');
      execFileSync('rm', ['-rf', `${dir}.baseline`]);
      const at = await opened(dir);
      expect((await commitShape(at.baseline, at.head))?.changes).toEqual([
        { path: '.gitattributes', kind: 'modified', mode: '100644' },
        { path: 'a.txt', kind: 'type_changed', mode: '120000' },
        { path: 'c.txt', kind: 'added', mode: '100644' },
        { path: 'dir/b.txt', kind: 'deleted', mode: '000000' },
        { path: 't\tn\nx', kind: 'added', mode: '100755' },
      ]);
    }));

  it('has the message as it is, up to a limit', () =>
    inRepository(async (at) => {
      const rules = `Open packet ü\n\nCountersign-Rules: ${'0'.repeat(64)}`;
      const { sha } = await write(at, { message: rules });
      expect((await commitShape(at.baseline, asSha(sha)))?.message).toBe(`${rules}\n`);
      const long = await write(at, { message: 'x'.repeat(100_000) });
      expect((await commitShape(at.baseline, asSha(long.sha)))?.message).toHaveLength(65_536);
      const bare = seen(at, 'commit-tree', '-m', '', '-p', at.head, `${at.head}^{tree}`);
      expect((await commitShape(at.baseline, asSha(bare)))?.message).toBe('');
    }));

  it('has no changes for a root and a merge, and stops at the limit', () =>
    inRepository(async (_, dir) => {
      const root = git(dir, 'rev-parse', 'HEAD');
      put(dir, Object.fromEntries(Array.from({ length: 30 }, (__, n) => [`many/${n}`, `${n}\n`])));
      git(dir, 'add', '-A');
      git(dir, 'commit', '-q', '-m', 'many');
      const many = git(dir, 'rev-parse', 'HEAD');
      const merge = git(dir, 'commit-tree', '-p', root, '-p', many, '-m', 'merge', `${many}^{tree}`);
      execFileSync('rm', ['-rf', `${dir}.baseline`]);
      const { baseline } = await opened(dir);
      expect((await commitShape(baseline, asSha(root)))?.changes).toBeNull();
      expect(await commitShape(baseline, asSha(merge))).toMatchObject({ parents: [root, many], changes: null });
      const few = await commitShape(baseline, asSha(many), 2);
      expect(few).toMatchObject({ truncated: true });
      expect(few?.changes).toHaveLength(2);
      expect(await commitShape(baseline, asSha(many), 30)).toMatchObject({ truncated: false });
      expect(await commitShape(baseline, asSha(git(dir, 'rev-parse', `${many}^{tree}`)))).toBeNull();
    }));
});
