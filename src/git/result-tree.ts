import { copyFile, readFile, rm, stat } from 'node:fs/promises';
import { asSha, type Finding, finding, type RepoPath, type Sha } from '../contracts/index.ts';
import type { GitMode, Leftover, RawChange, TreeEntry } from '../inspect/index.ts';
import { hashFile, storeBlobs } from './blobs.ts';
import { gitBytes } from './command.ts';
import { compareWithIndex, modeOf } from './compare.ts';
import { ownEnvironment } from './environment.ts';
import { type IndexEntry, readIndex } from './index-file.ts';
import { byBytes, repoPath } from './raw-path.ts';
import type { Baseline, ResultTree, Walk, WalkedFile, Workspace } from './types.ts';
import { ignoredPaths } from './ignored.ts';

export interface ResultTreeOptions {
  /** `scratch_paths`: new files there are left-overs, never part of the patch. */
  isScratch: (path: RepoPath) => boolean;
  /** Bytes that changed files may grow by before nothing is hashed any more (8 × `patch_bytes`, 2-contracts.md). */
  maxGrowth: number;
  /** How long git may think about the result's `.gitignore` files, in milliseconds. */
  patienceMs?: number;
}

/** One file that the result has and the base has not, or has otherwise. */
interface Changed {
  file: WalkedFile;
  entry: IndexEntry | null;
  sha: Sha | null;
}

/**
 * The tree that the workspace holds, made from the walk: unchanged files by stat data, changed ones streamed into our object database. New
 * files that the workspace's own `.gitignore` files ignore (no other exclude file counts) and new files in scratch paths are left-overs. Files
 * of the base stay in the tree even where they are ignored.
 */
export async function resultTree(
  baseline: Baseline,
  workspace: Workspace,
  walk: Walk,
  options: ResultTreeOptions,
): Promise<ResultTree> {
  const index = readIndex(await readFile(workspace.indexFile), baseline.objectFormat);
  const compared = compareWithIndex(walk, index, (await stat(workspace.indexFile)).mtimeMs);
  const { fresh, leftovers, findings } = await withoutLeftovers(baseline, workspace, walk, compared.fresh, options);
  const changed: Changed[] = [
    ...compared.touched.map(({ file, entry }) => ({ file, entry, sha: null })),
    ...fresh.map((file) => ({ file, entry: null, sha: null })),
  ].sort((a, b) => byBytes(a.file.raw, b.file.raw));
  const growth = changed.reduce((sum, { file, entry }) => sum + Math.max(0, file.size - (entry?.size ?? 0)), 0);
  const whyNot = walk.truncated ? 'too_many_entries' : growth > options.maxGrowth ? 'too_large' : null;
  const hashed =
    whyNot === null
      ? await hashChanged(baseline, workspace, changed)
      : whyNot === 'too_large'
        ? await hashDoubtful(baseline, workspace, changed)
        : changed;
  const differing = hashed.filter(
    ({ file, entry, sha }) => entry === null || sha !== entry.sha || modeOf(file) !== entry.mode,
  );
  const tree = whyNot === null ? await writeTree(baseline, workspace, differing, compared.deleted) : null;
  return {
    tree,
    whyNot,
    growth,
    findings,
    // Ids of contents that are not in our object database would promise what nobody can read.
    changes: [
      ...differing.map((item) => changeOf(tree === null ? { ...item, sha: null } : item)),
      ...compared.deleted.map(deletionOf),
    ].sort((a, b) => byBytes(a.path, b.path)),
    leftovers: [...walk.leftovers, ...leftovers].sort((a, b) => byBytes(a.path, b.path)),
    entries: entriesOf(compared.same, hashed),
    symlinks: new Map(
      walk.files.flatMap(({ path, target }) => (target === null ? [] : [[path, repoPath(target)] as const])),
    ),
  };
}

/** Ids of all changed files; only those that are really new are stored. */
async function hashChanged(baseline: Baseline, workspace: Workspace, changed: readonly Changed[]): Promise<Changed[]> {
  const known: Changed[] = [];
  for (const item of changed) {
    known.push(item.entry === null ? item : { ...item, sha: await hashFile(baseline, workspace.dir, item.file) });
  }
  const toStore = known.filter(({ entry, sha }) => entry === null || sha !== entry.sha);
  const ids = await storeBlobs(
    baseline,
    workspace.dir,
    toStore.map(({ file }) => file),
  );
  const stored = new Map(toStore.map(({ file }, n) => [file.raw, ids[n]] as const));
  return known.map((item) => ({ ...item, sha: stored.get(item.file.raw) ?? item.sha }));
}

/**
 * Where the change as a whole is too large to be hashed: files of the base whose size is the same are hashed all the same. Stat data alone cannot tell
 * whether one was changed in the moment of the checkout (git-update-index(1), racy git), and nobody is accused of a change on doubt.
 */
async function hashDoubtful(baseline: Baseline, workspace: Workspace, changed: readonly Changed[]): Promise<Changed[]> {
  const known: Changed[] = [];
  for (const item of changed) {
    const doubtful = item.entry !== null && item.entry.size === item.file.size;
    known.push(doubtful ? { ...item, sha: await hashFile(baseline, workspace.dir, item.file) } : item);
  }
  return known;
}

async function writeTree(
  baseline: Baseline,
  workspace: Workspace,
  changed: readonly Changed[],
  deleted: readonly IndexEntry[],
): Promise<Sha> {
  if (changed.length === 0 && deleted.length === 0) return workspace.baseTree;
  const indexFile = `${workspace.indexFile}.result`;
  await copyFile(workspace.indexFile, indexFile);
  const env = ownEnvironment(baseline.gitDir, { GIT_INDEX_FILE: indexFile });
  const none = '0'.repeat(workspace.baseTree.length);
  const lines = [
    ...deleted.map(({ path }) => `0 ${none}\t${path}\0`),
    ...changed.map(({ file, sha }) => `${modeOf(file)} ${sha}\t${file.raw}\0`),
  ];
  try {
    await gitBytes(env, ['update-index', '-z', '--replace', '--index-info'], {
      input: Buffer.from(lines.join(''), 'latin1'),
    });
    return asSha((await gitBytes(env, ['write-tree'])).stdout.toString().trim());
  } finally {
    await rm(indexFile, { force: true });
  }
}

const isIgnoreFile = ({ path }: Leftover): boolean => path === '.gitignore' || path.endsWith('/.gitignore');

/**
 * Parts new files into those of the patch and the left-overs. Where git cannot say what is ignored nothing is: all of it is then judged as a change.
 */
async function withoutLeftovers(
  baseline: Baseline,
  workspace: Workspace,
  walk: Walk,
  fresh: readonly WalkedFile[],
  { isScratch, patienceMs }: ResultTreeOptions,
): Promise<{ fresh: WalkedFile[]; leftovers: Leftover[]; findings: Finding[] }> {
  const raw = fresh.map((file) => file.raw);
  // git would wait for ever for somebody to write into a fifo; the walk found it and it is unsafe as it is.
  const unreadable = walk.leftovers.some(isIgnoreFile);
  const answer = unreadable ? null : await ignoredPaths(baseline, workspace.dir, raw, patienceMs);
  const ignored = answer ?? new Set();
  const message = 'git has no answer about what the .gitignore files of the result ignore';
  const findings = answer || unreadable ? [] : [finding('unsafe_path', message, '.gitignore')];
  const kinds = fresh.map((file): Leftover['kind'] | null =>
    isScratch(file.path) ? 'scratch' : ignored.has(file.raw) ? 'ignored' : null,
  );
  return {
    fresh: fresh.filter((_, n) => kinds[n] === null),
    leftovers: fresh.flatMap(({ path }, n) => (kinds[n] ? [{ path, kind: kinds[n] }] : [])),
    findings,
  };
}

const entriesOf = (same: readonly IndexEntry[], changed: readonly Changed[]): TreeEntry[] =>
  [
    ...same.map(({ path, mode, sha }) => ({ path: repoPath(path), mode, sha })),
    ...changed.map(({ file, sha }) => ({ path: file.path, mode: modeOf(file), sha })),
  ].sort((a, b) => byBytes(a.path, b.path));

const isLink = (mode: GitMode): boolean => mode === '120000';

const changeOf = ({ file, entry, sha }: Changed): RawChange => {
  const mode = modeOf(file);
  const oldMode = entry?.mode ?? '000000';
  const kind = entry === null ? 'added' : isLink(mode) === isLink(oldMode) ? 'modified' : 'type_changed';
  return {
    kind,
    path: file.path,
    oldPath: null,
    mode,
    oldMode,
    sha,
    oldSha: entry?.sha ?? null,
    added: null,
    removed: null,
  };
};

const deletionOf = ({ path, mode, sha }: IndexEntry): RawChange => ({
  kind: 'deleted',
  path: repoPath(path),
  oldPath: null,
  mode: '000000',
  oldMode: mode,
  sha: null,
  oldSha: sha,
  added: null,
  removed: null,
});
