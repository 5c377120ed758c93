import { asSha, type Sha, usage } from '../contracts/index.ts';
import type { GitMode } from '../inspect/index.ts';
import { gitBytes, gitHistory, gitText, saidNo } from './command.ts';
import { OWN_ATTRIBUTES, ownEnvironment } from './environment.ts';
import { makeGitDir } from './git-dir.ts';
import { repoPath, splitNul } from './raw-path.ts';
import type { Baseline, ListedEntry, Source } from './types.ts';

/**
 * Makes our own bare git directory at `gitDir` (which must not exist). Objects that we write stay in it; DIR, whose objects are its
 * alternates, is never written to.
 */
export async function openBaseline(source: Source, gitDir: string): Promise<Baseline> {
  await makeGitDir(gitDir, source, OWN_ATTRIBUTES);
  const env = ownEnvironment(gitDir);
  // What an object id peels to never changes; what is not here yet may come with a fetch.
  const commits = new Map<Sha, { sha: Sha; tree: Sha }>();
  return {
    gitDir,
    objectFormat: source.objectFormat,
    source,
    commit: async (sha) => {
      const commit = commits.get(sha) ?? (await peel(env, sha));
      if (commit !== null) commits.set(sha, commit);
      return commit;
    },
    readBlob: (treeish, path, maxBytes) => readBlob(env, treeish, path, maxBytes),
    list: (treeish, prefix) => list(env, treeish, prefix),
    isAncestor: async (ancestor, descendant) => {
      const args = ['merge-base', '--is-ancestor', ancestor, descendant];
      return (await gitBytes(env, args, { accept: [0, 1] })).exitCode === 0;
    },
    packetCommits: (base) => packetCommits(env, base),
    packetsBetween: (base, head) => packetsBetween(env, base, head),
  };
}

async function peel(env: Record<string, string>, sha: Sha): Promise<{ sha: Sha; tree: Sha } | null> {
  try {
    const text = await gitText(env, ['rev-parse', `${sha}^{commit}`, `${sha}^{tree}`]);
    const [commit = '', tree = ''] = text.trim().split('\n');
    return { sha: asSha(commit), tree: asSha(tree) };
  } catch (error) {
    if (saidNo(error)) return null;
    throw error;
  }
}

async function list(env: Record<string, string>, treeish: Sha, prefix: string): Promise<ListedEntry[]> {
  const paths = prefix === '' ? [] : ['--', prefix];
  const { stdout } = await gitBytes(env, ['ls-tree', '-r', '-z', '--full-tree', treeish, ...paths]);
  return splitNul(stdout).map(listedEntry);
}

/** `<mode> SP <type> SP <object id> TAB <path>` */
function listedEntry(line: string): ListedEntry {
  const tab = line.indexOf('\t');
  const [mode = '', type = '', sha = ''] = line.slice(0, tab).split(' ');
  return {
    mode: mode as GitMode,
    type: type === 'commit' ? 'commit' : 'blob',
    sha: asSha(sha),
    raw: line.slice(tab + 1),
    path: repoPath(line.slice(tab + 1)),
  };
}

async function readBlob(
  env: Record<string, string>,
  treeish: Sha,
  path: string,
  maxBytes: number,
): Promise<Buffer | null> {
  const { stdout } = await gitBytes(env, ['ls-tree', '-l', '-z', '--full-tree', treeish, '--', path]);
  const entry = splitNul(stdout).find((line) => repoPath(line.slice(line.indexOf('\t') + 1)) === path);
  const [mode, type, sha, size] = entry?.slice(0, entry.indexOf('\t')).split(/ +/) ?? [];
  // A symlink's blob is a path, not the content that its name promises.
  if (type !== 'blob' || sha === undefined || mode === '120000') return null;
  if (Number(size) > maxBytes) {
    throw usage(`${JSON.stringify(path)} has ${size} bytes, more than ${maxBytes}`, path, 'Make the file smaller.');
  }
  return (await gitBytes(env, ['cat-file', 'blob', sha])).stdout;
}

const TRAILER = 'Countersign-Packet';

async function packetCommits(env: Record<string, string>, base: Sha): Promise<ReadonlyMap<string, Sha[]>> {
  // The grep only narrows: what counts is the trailer block that git itself parses, not a line anywhere in a message.
  const format = `--format=%H%x00%(trailers:key=${TRAILER},valueonly,separator=%x00)%x00%x00`;
  const text = await gitHistory(env, ['--fixed-strings', `--grep=${TRAILER}:`, format, base]);
  const found = new Map<string, Sha[]>();
  for (const record of text.split('\0\0\n')) {
    const [sha = '', ...ids] = record.split('\0');
    for (const id of ids.map((value) => value.trim()).filter((value) => value !== '')) {
      found.set(id, [...(found.get(id) ?? []), asSha(sha)]);
    }
  }
  return found;
}

async function packetsBetween(env: Record<string, string>, base: Sha, head: Sha): Promise<Sha[]> {
  const few = ['--format=%H', '-n', '6'];
  const range = `${base}..${head}`;
  const words = ['--fixed-strings', '--grep=Countersign-Run:', '--grep=Countersign-Rules:'];
  const found = await Promise.all([
    gitHistory(env, [...few, ...words, range, '--']),
    gitHistory(env, [...few, '--full-history', range, '--', '.countersign/packets']),
  ]);
  return [...new Set(found.join('\n').split('\n'))].filter((line) => line !== '').map(asSha);
}
