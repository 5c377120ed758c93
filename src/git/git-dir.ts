import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownConfig } from './environment.ts';
import { alternatesFile } from './object-dirs.ts';
import type { Source } from './types.ts';

/**
 * Writes a bare git directory of our own with DIR's objects as alternates: a handful of files instead of a `git init`, so that no template
 * and no default of this machine gets in. Nothing of DIR is taken over but the list of shallow commits, without which history ends in an
 * error. `attributes` is its `info/attributes`. Source: gitrepository-layout(5).
 */
export async function makeGitDir(gitDir: string, source: Source, attributes: string): Promise<void> {
  await mkdir(join(gitDir, 'objects', 'info'), { recursive: true, mode: 0o700 });
  await mkdir(join(gitDir, 'refs', 'heads'), { recursive: true });
  await mkdir(join(gitDir, 'info'));
  await writeFile(join(gitDir, 'objects', 'info', 'alternates'), alternatesFile(source.objectDirs), 'latin1');
  await writeFile(join(gitDir, 'info', 'attributes'), attributes);
  await writeFile(join(gitDir, 'config'), ownConfig(source.objectFormat));
  await copyShallow(source, gitDir);
  // HEAD last: only now is it a repository. The branch is never born.
  await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/none\n');
}

/** The shallow boundary of DIR, for a git directory of ours. */
export async function copyShallow(source: Source, gitDir: string): Promise<void> {
  try {
    await copyFile(join(source.commonDir, 'shallow'), join(gitDir, 'shallow'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
