import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, digestOf, digestOfBytes, type RepoPath, type Sha, usage } from '../contracts/index.ts';
import { GitFailure, gitBytes, startGit } from './command.ts';
import { ownEnvironment } from './environment.ts';
import { makeGitDir } from './git-dir.ts';
import { byBytes, repoPath, splitNul } from './raw-path.ts';
import type { Baseline, Source, SourceStatus } from './types.ts';

/** The time git has to list untracked files. A large cold tree takes minutes; a `.gitignore` of many `**`, or one that is a fifo, for ever. */
const PATIENCE_MS = 300_000;

/**
 * State of DIR, without touching it: a copy of its index is compared with HEAD and with its work tree by git in a git directory of *ours*, so
 * that no filter, hook or fsmonitor of DIR is known, and submodules and nested repositories are not entered (4-facts.md). Costs one lstat
 * per file. Line endings are converted as DIR's .gitattributes say (git does that itself and runs nothing); a `filter` is never run, so a
 * file that only its filter makes clean may count as unstaged. DIR's `.gitignore` files and `info/exclude` decide what is ignored; a user's
 * global excludes do not. Throws a UserError where git has no answer about untracked files within `patienceMs`.
 */
export async function sourceStatus(
  source: Source,
  baseline: Baseline,
  patienceMs = PATIENCE_MS,
): Promise<SourceStatus> {
  const gitDir = await mkdtemp(join(baseline.gitDir, 'status-'));
  try {
    await makeGitDir(gitDir, source, '* -filter -working-tree-encoding\n');
    return await statusWith(source, gitDir, patienceMs);
  } finally {
    await rm(gitDir, { recursive: true, force: true });
  }
}

async function statusWith(source: Source, gitDir: string, patienceMs: number): Promise<SourceStatus> {
  const [head, refs] = await Promise.all([source.resolveRef('HEAD'), source.refs(), copyIndex(source, gitDir)]);
  const env = ownEnvironment(gitDir);
  const inTree = source.bare ? null : { ...env, GIT_WORK_TREE: source.dir };
  const [staged, unstaged, untracked, entries, config] = await Promise.all([
    stagedPaths(env, head, source),
    inTree === null ? [] : unstagedPaths(inTree, source),
    inTree === null ? [] : untrackedPaths(inTree, source, patienceMs),
    indexDigest(env),
    configDigests(source),
  ]);
  const lists = { staged: sorted(staged), unstaged: sorted(unstaged), untracked: sorted(untracked) };
  return { head, ...lists, digest: digestOf({ head, refs, config, entries, ...lists }) };
}

/** A split index keeps most entries in a second file, which git looks for in the git directory that it is given. */
async function copyIndex(source: Source, gitDir: string): Promise<void> {
  if (source.bare) return;
  for (const name of await readdir(source.gitDir)) {
    if (name !== 'index' && !/^sharedindex\.[0-9a-f]+$/.test(name)) continue;
    const [from, to] = [join(source.gitDir, name), join(gitDir, name)];
    const { atime, mtime } = await stat(from);
    await copyFile(from, to);
    // git compares an entry's time with the index's own to know whether it may trust it (git, Documentation/technical/racy-git): a younger copy would lie.
    await utimes(to, atime, mtime);
  }
}

async function stagedPaths(env: Record<string, string>, head: Sha | null, source: Source): Promise<string[]> {
  if (source.bare) return [];
  if (head === null) return paths(env, ['ls-files', '-z']);
  return paths(env, [
    'diff-index',
    '--cached',
    '-z',
    '--name-only',
    '--no-renames',
    '--ignore-submodules=none',
    head,
    '--',
  ]);
}

/**
 * Files whose content differs from the index. Other times, another owner or inode with the same content (`touch`, `cp -r`, `chown`, a restored cache)
 * is no change: where something seems to differ, our copy of the index is refreshed, as `git status` would do with its own, and asked again.
 */
async function unstagedPaths(inTree: Record<string, string>, source: Source): Promise<string[]> {
  const ask = ['diff-files', '-z', '--name-only', '--ignore-submodules=all'];
  const seeming = await paths(inTree, ask, source.dir);
  if (seeming.length === 0) return seeming;
  await gitBytes(inTree, ['update-index', '-q', '--refresh', '--ignore-submodules'], {
    cwd: source.dir,
    accept: [0, 1],
  });
  return paths(inTree, ask, source.dir);
}

async function untrackedPaths(env: Record<string, string>, source: Source, patienceMs: number): Promise<string[]> {
  const exclude = join(source.commonDir, 'info', 'exclude');
  const own = (await stat(exclude).catch(() => null))?.isFile() ? [`--exclude-from=${exclude}`] : [];
  const args = ['ls-files', '-z', '--others', '--exclude-standard', ...own];
  try {
    return splitNul((await gitBytes(env, args, { cwd: source.dir, patienceMs })).stdout);
  } catch (error) {
    if (!(error instanceof GitFailure) || error.exitCode !== null) throw error;
    const fix = 'Look for a .gitignore that is no regular file, or that has many `**` on one line.';
    throw usage('git has no answer about which files of the repository are untracked', source.dir, fix);
  }
}

const paths = async (env: Record<string, string>, args: string[], cwd?: string): Promise<string[]> =>
  splitNul((await gitBytes(env, args, cwd === undefined ? {} : { cwd })).stdout);

/** Path, mode, object id and stage of every entry; stat data is not among them. */
async function indexDigest(env: Record<string, string>): Promise<Digest> {
  const git = startGit(env, ['ls-files', '-z', '--stage']);
  git.stdin.end();
  const hash = createHash('sha256');
  for await (const chunk of git.stdout as AsyncIterable<Buffer>) hash.update(chunk);
  const { exitCode, stderr } = await git.ended;
  if (exitCode !== 0) throw new GitFailure(['ls-files'], exitCode, stderr);
  return `sha256:${hash.digest('hex')}` as Digest;
}

async function configDigests(source: Source): Promise<Digest[]> {
  const files = [join(source.commonDir, 'config'), join(source.gitDir, 'config.worktree'), join(source.gitDir, 'HEAD')];
  return Promise.all(files.map(async (file) => digestOfBytes(await readFile(file).catch(() => ''))));
}

const sorted = (raw: readonly string[]): RepoPath[] => [...new Set(raw)].sort(byBytes).map(repoPath);
