import { closeSync, ftruncateSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { RepoPath, Sha } from '../../src/contracts/index.ts';
import { inspect } from '../../src/inspect/index.ts';
import { inFolder, put, repository } from '../git/fixture.ts';
import { codes, places, play } from '../git/result.ts';

describe('a diff that is too much', () => {
  it('10,000 new files are all counted, and all in the patch', async () => {
    await inFolder(async (dir) => {
      const outcome = await play(
        repository(join(dir, 'repo'), { a: 'x\n' }),
        (d) => {
          put(d, Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`d${n % 100}/f${n}`, `${n}\n`])));
        },
        { allowed: ['a'], limits: { changed_files: 5, patch_bytes: 16 * 1024 * 1024 } },
      );
      expect(outcome.changes).toHaveLength(10_000);
      expect(codes(outcome)).toEqual(['disallowed_file_change', 'too_many_files']);
      // The list of findings stays readable; the changed files are all named.
      expect(outcome.inspection.findings.length).toBeLessThan(300);
      expect(outcome.inspection.changedFiles).toHaveLength(10_000);
      expect(outcome.verified).toBe(outcome.result.tree);
    });
  });

  it('a sparse file of 1 GB is neither read nor hashed', async () => {
    await inFolder(async (dir) => {
      const before = process.memoryUsage().rss;
      const outcome = await play(repository(join(dir, 'repo'), { a: 'x\n' }), (d) => {
        const file = openSync(join(d, 'huge'), 'w');
        ftruncateSync(file, 1024 ** 3);
        closeSync(file);
        put(d, { a: 'changed\n' });
      });
      expect(outcome.result).toMatchObject({ tree: null, whyNot: 'too_large' });
      expect(outcome.changes.map(({ path, kind, sha }) => [path, kind, sha])).toEqual([
        ['a', 'modified', null],
        ['huge', 'added', null],
      ]);
      expect(codes(outcome)).toEqual(['patch_too_large']);
      expect(process.memoryUsage().rss - before).toBeLessThan(500 * 1024 * 1024);
    });
  });

  it('a large file within the limit is streamed, and the patch re-applies', async () => {
    await inFolder(async (dir) => {
      const content = Buffer.alloc(9 * 1024 * 1024, 'binary\0content');
      const outcome = await play(repository(join(dir, 'repo'), { a: 'x\n' }), (d) => put(d, { 'large.bin': content }), {
        limits: { changed_files: 5, patch_bytes: 2 * 1024 * 1024 },
      });
      expect(codes(outcome)).toEqual([]);
      expect(outcome.changes).toMatchObject([{ path: 'large.bin', kind: 'added', added: null, removed: null }]);
      expect(outcome.verified).toBe(outcome.result.tree);
      expect(readFileSync(join(outcome.verifiedDir, 'large.bin')).equals(content)).toBe(true);
    });
  });

  it('a patch that grows above eight times the limit is cut to nothing', async () => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), { 'big.txt': 'old line\n'.repeat(4000) });
      const outcome = await play(repo, (d) => writeFileSync(join(d, 'big.txt'), 'new line\n'.repeat(4000)), {
        limits: { changed_files: 5, patch_bytes: 1000 },
      });
      expect(codes(outcome)).toEqual(['patch_too_large']);
      expect(statSync(outcome.patchFile).size).toBe(0);
    });
  });

  it('a path of 4,096 bytes, which no work tree can hold, is judged from a raw diff', () => {
    const path = `src/${'x'.repeat(4092)}` as RepoPath;
    const { findings } = inspect({
      changes: [
        {
          kind: 'added',
          path,
          oldPath: null,
          mode: '100644',
          oldMode: '000000',
          sha: 'a'.repeat(40) as Sha,
          oldSha: null,
          added: 1,
          removed: 0,
        },
      ],
      tree: [{ path, mode: '100644', sha: 'a'.repeat(40) as Sha }],
      symlinks: new Map(),
      leftovers: [],
      walkFindings: [],
      allowed: ['src/'],
      forbidden: [],
      allowProtected: [],
      scratch: [],
      limits: { changed_files: 5, patch_bytes: 1000 },
      patchBytes: 10,
      expectsChanges: true,
      secrets: [],
    });
    expect([...new Set(findings.map(({ code }) => code))]).toEqual(['unsafe_path']);
    expect(findings.every(({ message }) => message.length < 600)).toBe(true);
  });

  it('content that occurs many times lands where it was changed', async () => {
    await inFolder(async (dir) => {
      const block = 'same\nsame\nsame\nsame\n';
      const repo = repository(join(dir, 'repo'), { a: block.repeat(50) });
      const outcome = await play(repo, (d) =>
        writeFileSync(join(d, 'a'), `${block.repeat(20)}inserted\n${block.repeat(30)}`),
      );
      expect(places(outcome)).toEqual([]);
      expect(outcome.verified).toBe(outcome.result.tree);
    });
  });
});
