import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exec, timed } from './measure.ts';
import { GIT_ENV, pathOf } from './repositories.ts';

/** The files that both the bare sequence and the scripted engine change. */
export const changedPaths = (files: number): string[] =>
  Array.from({ length: 10 }, (_, index) => pathOf(Math.floor((index * files) / 10)));
export const CHANGE = 'changed by the bench\n';

/**
 * The bare sequence that a run is compared with (issue 3, Speed), in milliseconds: local clone, change ten files, add, write-tree, binary diff, second
 * checkout, apply, write-tree. Git alone, in the same place. Removing the copies is not counted.
 */
export async function bareSequence(
  repository: string,
  files: number,
  scratch: string,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const [work, check, patch] = [join(scratch, 'work'), join(scratch, 'check'), join(scratch, 'patch.diff')];
  const git = async (cwd: string, ...argv: string[]): Promise<string> =>
    (await exec(['git', ...argv], { cwd, env: { ...env, ...GIT_ENV } })).stdout.trim();
  await mkdir(scratch, { recursive: true });
  const ms = await timed(async () => {
    await git(scratch, 'clone', '-q', '--local', repository, work);
    for (const path of changedPaths(files)) await appendFile(join(work, path), CHANGE);
    await git(work, 'add', '-A');
    const tree = await git(work, 'write-tree');
    await writeFile(patch, `${await git(work, 'diff', '--binary', '--cached', 'HEAD')}\n`);
    await git(scratch, 'clone', '-q', '--local', repository, check);
    await git(check, 'apply', '--index', patch);
    if ((await git(check, 'write-tree')) !== tree) throw new Error('the bare sequence gave another tree');
  });
  await rm(scratch, { recursive: true });
  return ms;
}
