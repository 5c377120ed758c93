import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { inFolder, put, repository } from '../git/fixture.ts';
import { codes, play, places } from '../git/result.ts';

/** 6-attacks.md, Diff: `.gitignore` files of the result, which git reads when it is asked what is a left-over. */

const BASE = { 'src/app.js': 'one\n' };
const change = (d: string): void => put(d, { 'src/app.js': 'two\n', 'src/new.js': 'x\n' });
const deep = `${'a/'.repeat(40)}file`;

describe('a .gitignore that git would not be done with', () => {
  it.each(['.gitignore', 'src/.gitignore'])('%s as a fifo is unsafe, and nobody waits for it', async (path) => {
    await inFolder(async (dir) => {
      const result = await play(repository(join(dir, 'repo'), BASE), (d) => {
        change(d);
        execFileSync('mkfifo', [join(d, path)]);
      });
      expect(codes(result)).toEqual(['unsafe_path', 'dirty_ending_tree']);
      expect(result.result.changes.map((c) => c.path)).toEqual(['src/app.js', 'src/new.js']);
    });
  });

  it('of patterns that take exponential time is given up, and everything new counts as changed', async () => {
    await inFolder(async (dir) => {
      const result = await play(
        repository(join(dir, 'repo'), BASE),
        (d) => {
          change(d);
          put(d, { [`src/${deep}`]: 'x\n', 'src/.gitignore': `${'**/'.repeat(30)}b\nnew.js\n` });
        },
        { patienceMs: 300 },
      );
      expect(places(result)).toEqual(['unsafe_path .gitignore']);
      expect(result.result.changes.map((c) => c.path)).toContain('src/new.js');
      expect(result.verified).toBe(result.result.tree);
    });
  });

  it.each<[what: string, make: (d: string) => void]>([
    ['a link to a device', (d) => symlinkSync('/dev/zero', join(d, 'src/.gitignore'))],
    ['a link to itself', (d) => symlinkSync('.gitignore', join(d, 'src/.gitignore'))],
    ['a folder', (d) => mkdirSync(join(d, 'src/.gitignore'))],
    ['200 MB of nothing', (d) => (put(d, { 'src/.gitignore': '' }), truncateSync(join(d, 'src/.gitignore'), 2e8))],
  ])('%s hides nothing', async (_what, make) => {
    await inFolder(async (dir) => {
      const result = await play(repository(join(dir, 'repo'), BASE), (d) => {
        change(d);
        make(d);
      });
      expect(result.result.changes.map((c) => c.path)).toContain('src/new.js');
    });
  });
});
