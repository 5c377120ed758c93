import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { asSha, type Sha, usage } from '../contracts/index.ts';
import { gitText, saidNo } from './command.ts';
import { foreignEnvironment } from './environment.ts';
import { objectDirectories } from './object-dirs.ts';
import { refuseSpecialFiles } from './special-files.ts';
import type { ObjectFormat, Source } from './types.ts';

/**
 * Opens DIR: a work tree (`.git` folder, or a `.git` file as linked work trees and submodules have it) or a bare repository. DIR must be the
 * top of it: nothing is searched for upwards. Throws a UserError (exit 3) for anything else.
 */
export async function openSource(dir: string): Promise<Source> {
  const real = await realpath(dir).catch(() => null);
  if (real === null)
    throw usage(`${JSON.stringify(dir)} does not exist`, dir, 'Name an existing repository with --repo.');
  const found = await findGitDir(real);
  if (found === null) throw usage(`${JSON.stringify(dir)} is not a git repository`, dir, await hint(real));
  const { gitDir, bare } = found;
  const commonDir = await commonDirOf(gitDir);
  const env = foreignEnvironment(gitDir);
  const format = await objectFormatOf(dir, env, bare);
  const refs = () => listRefs(env);
  // One listing for every name that is asked for; what a run compares at its end is listed anew.
  let known: ReturnType<typeof listRefs> | null = null;
  const named = async (name: string) => (await (known ??= refs())).find((ref) => ref.name === name);
  return {
    dir: real,
    gitDir,
    commonDir,
    bare,
    objectFormat: format,
    objectDirs: await objectDirectories(join(commonDir, 'objects'), real),
    refs: async () => (await refs()).map(({ name, sha }) => ({ name, sha })),
    resolveRef: async (name) => {
      if (name === 'HEAD') return headOf(env);
      return (await named(name))?.sha ?? null;
    },
    defaultRef: async () => {
      const origin = await named('refs/remotes/origin/HEAD');
      if (origin?.symref) return origin.symref;
      return optional(gitText(env, ['symbolic-ref', '-q', 'HEAD']));
    },
  };
}

/** What `.git` in DIR leads to, or DIR itself where it is a bare repository. */
async function findGitDir(dir: string): Promise<{ gitDir: string; bare: boolean } | null> {
  const dotGit = join(dir, '.git');
  const at = await stat(dotGit).catch(() => null);
  if (at?.isDirectory()) return (await isGitDir(dotGit)) ? { gitDir: await realpath(dotGit), bare: false } : null;
  if (at?.isFile() && at.size < 8192) {
    // gitrepository-layout(5): "gitdir: <path>", relative to the folder that holds the file.
    const link = /^gitdir: (.+?)\n*$/.exec(await readFile(dotGit, 'utf8'))?.[1];
    const gitDir = link === undefined ? null : await realpath(resolve(dir, link)).catch(() => null);
    return gitDir !== null && (await isGitDir(gitDir)) ? { gitDir, bare: false } : null;
  }
  return at === null && (await isGitDir(dir)) ? { gitDir: dir, bare: true } : null;
}

async function isGitDir(dir: string): Promise<boolean> {
  const head = await lstat(join(dir, 'HEAD')).catch(() => null);
  if (head === null) return false;
  refuseSpecialFiles(dir, 'objects');
  const common = await commonDirOf(dir);
  if (common !== dir) refuseSpecialFiles(common, 'objects');
  const objects = await stat(join(common, 'objects')).catch(() => null);
  return (head.isFile() || head.isSymbolicLink()) && objects?.isDirectory() === true;
}

async function commonDirOf(gitDir: string): Promise<string> {
  const text = (await readFile(join(gitDir, 'commondir'), 'utf8').catch(() => '')).replace(/\n+$/, '');
  if (text === '') return gitDir;
  const dir = isAbsolute(text) ? text : join(gitDir, text);
  return realpath(dir).catch(() => dir);
}

async function hint(dir: string): Promise<string> {
  for (let up = dirname(dir); up !== dirname(up); up = dirname(up)) {
    if ((await findGitDir(up).catch(() => null)) !== null)
      return `Name the top of the repository: --repo ${JSON.stringify(up)}.`;
  }
  return 'Run it at the top of a clone, or name that with --repo.';
}

/** Also the check that git can read this repository at all (format version, extensions). */
async function objectFormatOf(dir: string, env: Record<string, string>, bare: boolean): Promise<ObjectFormat> {
  const answer = await optional(gitText(env, ['rev-parse', '--show-object-format', '--is-bare-repository']));
  const [format, isBare] = answer?.split('\n') ?? [];
  if (format !== 'sha1' && format !== 'sha256') {
    throw usage(`${JSON.stringify(dir)} is not a repository that git here can read`, dir, 'Check it with `git fsck`.');
  }
  if (bare && isBare !== 'true') {
    throw usage(`${JSON.stringify(dir)} is the git directory of a work tree`, dir, 'Name the work tree instead.');
  }
  return format;
}

async function listRefs(env: Record<string, string>): Promise<{ name: string; sha: Sha; symref: string }[]> {
  const format = '%(refname)%00%(objectname)%00%(symref)';
  const text = await gitText(env, ['for-each-ref', `--format=${format}`]);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', sha = '', symref = ''] = line.split('\0');
      return { name, sha: asSha(sha), symref };
    });
}

const headOf = async (env: Record<string, string>): Promise<Sha | null> => {
  const sha = await optional(gitText(env, ['rev-parse', '--verify', '-q', 'HEAD']));
  return sha === null ? null : asSha(sha);
};

/** The trimmed answer, or null where git says that there is none. */
async function optional(answer: Promise<string>): Promise<string | null> {
  try {
    return (await answer).trim() || null;
  } catch (error) {
    if (saidNo(error)) return null;
    throw error;
  }
}
