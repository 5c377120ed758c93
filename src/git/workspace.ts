import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Sha, usage } from '../contracts/index.ts';
import { gitBytes } from './command.ts';
import { ownEnvironment } from './environment.ts';
import { copyShallow } from './git-dir.ts';
import { alternatesFile } from './object-dirs.ts';
import type { Baseline, Pristine, Workspace } from './types.ts';

const program = promisify(execFile);

/** Where the sandbox binds the object directories: the same inside on every machine, so that no path of the host shows. */
const MOUNT = '/countersign/objects';

/**
 * Writes the files of a tree into `dir` (created; must not hold anything) and an index with their stat data to `indexFile`. No filter and no
 * line-end conversion; git's own parallel checkout.
 */
export async function checkoutTree(baseline: Baseline, tree: Sha, dir: string, indexFile: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const env = ownEnvironment(baseline.gitDir, { GIT_INDEX_FILE: indexFile, GIT_WORK_TREE: dir });
  await gitBytes(env, ['read-tree', '--reset', '-u', tree], { cwd: dir });
}

/**
 * Turns a checkout of `from` into one of `to`: writes and removes exactly the paths that differ between the trees. Git believes the index about all others,
 * whatever their stat data (git-read-tree(1), two trees with --reset).
 */
export async function moveCheckout(
  baseline: Baseline,
  from: Sha,
  to: Sha,
  dir: string,
  indexFile: string,
): Promise<void> {
  const env = ownEnvironment(baseline.gitDir, { GIT_INDEX_FILE: indexFile, GIT_WORK_TREE: dir });
  await gitBytes(env, ['read-tree', '--reset', '-u', from, to], { cwd: dir });
}

/**
 * The engine's working copy at `dir`: the files of `commit`, and a `.git` of its own in which an engine inside the sandbox can `git log`,
 * `git diff` and `git status`. Its objects are reached through `objectMounts`, which the sandbox must bind read-only; `.git` itself should be
 * bound read-only too. Nothing outside the sandbox ever runs git in it.
 */
export async function checkoutWorkspace(baseline: Baseline, commit: Sha, dir: string): Promise<Workspace> {
  const base = await baseline.commit(commit);
  if (base === null) throw usage(`${commit} is no commit of ${baseline.source.dir}`, commit, 'Fetch the commit first.');
  const indexFile = join(baseline.gitDir, `index-${randomUUID()}`);
  await checkoutTree(baseline, base.tree, dir, indexFile);
  const dirs = [...baseline.source.objectDirs];
  const objectMounts = dirs.map((source, n) => ({ source, target: `${MOUNT}/${n}` }));
  const git = join(dir, '.git');
  await mkdir(join(git, 'objects', 'info'), { recursive: true });
  await mkdir(join(git, 'refs', 'heads'), { recursive: true });
  await writeFile(join(git, 'objects', 'info', 'alternates'), alternatesFile(objectMounts.map(({ target }) => target)));
  await writeFile(join(git, 'refs', 'heads', 'work'), `${base.sha}\n`);
  await writeFile(join(git, 'config'), workspaceConfig(baseline));
  await copyShallow(baseline.source, git);
  await copyFile(indexFile, join(git, 'index'));
  await writeFile(join(git, 'HEAD'), 'ref: refs/heads/work\n');
  const { dev, ino } = await stat(git);
  return { dir, baseCommit: base.sha, baseTree: base.tree, objectMounts, indexFile, gitIdentity: { dev, ino } };
}

/**
 * The files of a workspace that nobody has written to yet, copied to `dir` (created): a third of what another checkout by git costs. It has no `.git` and stays
 * out of the sandbox, so that what is made of it later holds nothing of an engine's. cp(1) keeps modes and links, and never links back.
 */
export async function keepPristine(workspace: Workspace, dir: string): Promise<Pristine> {
  await program('cp', ['-a', '--', workspace.dir, dir]);
  await rm(join(dir, '.git'), { recursive: true });
  return { dir, tree: workspace.baseTree, indexFile: workspace.indexFile };
}

/** checkStat = minimal: a user namespace shows other owners, which would make git hash every file again. */
const workspaceConfig = ({ objectFormat }: Baseline): string => `[core]
	repositoryformatversion = ${objectFormat === 'sha256' ? 1 : 0}
	bare = false
	filemode = true
	checkStat = minimal
	trustctime = false
${objectFormat === 'sha256' ? '[extensions]\n\tobjectformat = sha256\n' : ''}[gc]
	auto = 0
[maintenance]
	auto = false
`;
