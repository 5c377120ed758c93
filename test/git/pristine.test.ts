import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkoutVerified } from '../../src/git/index.ts';
import { inFolder, put, repository, snapshot } from './fixture.ts';
import { play } from './result.ts';

const BASE = {
  'a.txt': 'a\n',
  'deep/er/b.txt': 'b\n',
  'deep/c.sh': '#!/bin/sh\n',
  'folder/one.txt': '1\n',
  'folder/two.txt': '2\n',
  'last.bin': Buffer.from([0, 1, 2, 255]),
};

/** What git can say of a folder: paths, modes, contents; no times and no inodes. */
const contents = (dir: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(snapshot(dir)).map(([path, text]) => {
      const [mode, , , ...content] = text.split(' ');
      return [path, [mode, ...content].join(' ')];
    }),
  );

const CHANGES: Record<string, (dir: string) => void> = {
  nothing: () => {},
  'added, changed and deleted files': (dir) => {
    put(dir, { 'a.txt': 'other\n', 'new/x.txt': 'x\n', 'last.bin': Buffer.from([7, 0, 7]) });
    rmSync(join(dir, 'deep/er/b.txt'));
  },
  'a change of the same size': (dir) => put(dir, { 'a.txt': 'z\n' }),
  'the executable bit': (dir) => chmodSync(join(dir, 'deep/c.sh'), 0o755),
  'a rename': (dir) => renameSync(join(dir, 'a.txt'), join(dir, 'b.txt')),
  'a file for a folder': (dir) => {
    rmSync(join(dir, 'folder'), { recursive: true });
    put(dir, { folder: 'now a file\n' });
  },
  'a folder for a file': (dir) => {
    rmSync(join(dir, 'a.txt'));
    mkdirSync(join(dir, 'a.txt'));
    put(dir, { 'a.txt/inside.txt': 'in\n' });
  },
  'a symlink for a file': (dir) => {
    rmSync(join(dir, 'a.txt'));
    symlinkSync('folder/one.txt', join(dir, 'a.txt'));
  },
  everything: (dir) => {
    for (const path of Object.keys(BASE)) rmSync(join(dir, path));
    put(dir, { 'only.txt': 'left\n' });
  },
};

describe('verification checkout from a pristine copy', () => {
  it.each(Object.entries(CHANGES))('%s: the same files as a checkout by git', async (_, engine) => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), BASE);
      const { baseline, workspace, patchFile, verified, verifiedDir, pristine } = await play(repo, engine);
      const copied = join(dir, 'copied');
      const applied = await checkoutVerified(baseline, workspace.baseTree, patchFile, copied, pristine);
      expect(applied.finding).toBeNull();
      expect(applied.tree).toBe(verified);
      expect(contents(copied)).toEqual(contents(verifiedDir));
    });
  });

  it('holds nothing of what was written to the workspace after it was made', async () => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), { ...BASE, '.gitignore': 'left/\n' });
      const { baseline, workspace, patchFile, pristine } = await play(repo, (work) =>
        put(work, { 'left/over.txt': '' }),
      );
      const copied = join(dir, 'copied');
      await checkoutVerified(baseline, workspace.baseTree, patchFile, copied, pristine);
      expect(Object.keys(contents(copied)).filter((path) => path.includes('left'))).toEqual([]);
    });
  });
});
