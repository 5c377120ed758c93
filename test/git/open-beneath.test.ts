import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openBeneath } from '../../src/git/index.ts';
import { inFolder, put } from './fixture.ts';

describe('opening a file that an engine may have put there', () => {
  it('reads a regular file below the root, whatever its bytes', async () => {
    await inFolder(async (dir) => {
      put(dir, { 'root/a/b.txt': 'content', 'root/\u00e9': 'named' });
      for (const [path, content] of [
        ['a/b.txt', 'content'],
        [Buffer.from('\u00e9').toString('latin1'), 'named'],
      ]) {
        const file = await openBeneath(join(dir, 'root'), path ?? '');
        expect((await file.readFile()).toString()).toBe(content);
        await file.close();
      }
    });
  });

  it.each([
    ['the file is a symlink', 'link', 'ELOOP'],
    ['a parent folder is a symlink', 'up/outside.txt', 'ENOTDIR'],
    ['a parent folder is a symlink within the root', 'same/b.txt', 'ENOTDIR'],
    ['..', '../outside.txt', 'EINVAL'],
    ['an absolute path', '/etc/passwd', 'EINVAL'],
    ['a fifo, without waiting for a writer', 'fifo', 'EINVAL'],
    ['a folder', 'a', 'EINVAL'],
    ['nothing there', 'none', 'ENOENT'],
    ['a NUL', 'a\0b', 'EINVAL'],
  ])('refuses: %s', async (_, path, code) => {
    await inFolder(async (dir) => {
      const root = join(dir, 'root');
      put(dir, { 'root/a/b.txt': 'content', 'outside.txt': 'outside' });
      symlinkSync('../outside.txt', join(root, 'link'));
      symlinkSync('..', join(root, 'up'));
      symlinkSync('a', join(root, 'same'));
      execFileSync('mkfifo', [join(root, 'fifo')]);
      await expect(openBeneath(root, path)).rejects.toMatchObject({ code });
    });
  });
});
