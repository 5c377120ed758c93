import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asSha, InternalError, type RepoPath, type Sha, usage } from '../contracts/index.ts';
import type { GitMode } from '../inspect/index.ts';
import { GitFailure, gitBytes, saidNo, startGit } from './command.ts';
import { ownEnvironment } from './environment.ts';
import { repoPath, splitNul } from './raw-path.ts';
import type { Baseline } from './types.ts';

export interface OpenedCommit {
  /** The commit that the new one stands on. */
  parent: Sha;
  /** A regular file that the parent's tree does not have. */
  path: RepoPath;
  bytes: Uint8Array;
  /** Without the trailers of a result: a commit that only opens a packet is none. */
  message: string;
  /** RFC 3339, UTC; git keeps whole seconds. The same input gives the same commit. */
  time: string;
}

/** Writes blob, trees and commit into our own git directory: the parent's tree and one file more. No work tree, no filter, nothing of DIR is touched. */
export async function writeOpenedCommit(baseline: Baseline, commit: OpenedCommit): Promise<{ sha: Sha; tree: Sha }> {
  const { parent, path, message } = commit;
  const base = await baseline.commit(parent);
  if (base === null) throw usage(`${parent} is no commit of ${baseline.source.dir}`, parent, 'Fetch the commit first.');
  if (/^countersign-(?:packet|run|evidence)/im.test(message))
    throw new InternalError('a commit that opens a packet has no trailers of a result');
  const seconds = Math.floor(Date.parse(commit.time) / 1000);
  if (!Number.isSafeInteger(seconds)) throw new InternalError(`not a time: ${JSON.stringify(commit.time)}`);
  const tree = await treeWith(baseline, base.tree, path, commit.bytes);
  const who = `Countersign <countersign@localhost> ${seconds} +0000`;
  const text = `tree ${tree}\nparent ${base.sha}\nauthor ${who}\ncommitter ${who}\n\n${message.trim()}\n`;
  const sha = await store(baseline, 'commit', text);
  // git skips a name that it does not like and takes away what is in the way, both without a word.
  const { changes } = (await commitShape(baseline, sha)) ?? {};
  const [added, ...others] = changes ?? [];
  if (added?.kind !== 'added' || added.path !== path || others.length > 0) {
    const fix = 'Open the packet under another number or packet_id.';
    throw usage(`${JSON.stringify(path)} cannot be added to ${parent}: something is there`, path, fix);
  }
  return { sha, tree };
}

async function treeWith(baseline: Baseline, tree: Sha, path: RepoPath, bytes: Uint8Array): Promise<Sha> {
  const blob = await store(baseline, 'blob', bytes);
  const indexFile = join(baseline.gitDir, `index-${randomUUID()}`);
  const env = ownEnvironment(baseline.gitDir, { GIT_INDEX_FILE: indexFile });
  try {
    await gitBytes(env, ['read-tree', tree]);
    await gitBytes(env, ['update-index', '-z', '--add', '--index-info'], { input: `100644 ${blob}\t${path}\0` });
    return asSha((await gitBytes(env, ['write-tree'])).stdout.toString().trim());
  } finally {
    await rm(indexFile, { force: true });
  }
}

/** Stores exactly these bytes; git checks that a commit is well formed. */
async function store(baseline: Baseline, type: 'blob' | 'commit', content: string | Uint8Array): Promise<Sha> {
  const args = ['hash-object', '-t', type, '-w', '--no-filters', '--stdin'];
  const { stdout } = await gitBytes(ownEnvironment(baseline.gitDir), args, { input: content });
  return asSha(stdout.toString().trim());
}

/**
 * Writes a commit from its exact text, as `resultCommit` of the evidence room computes it. Its parent and its tree must be here.
 *
 * @throws InternalError where git gives it another id than the computed one, which nothing may be pushed under.
 */
export async function writeCommit(baseline: Baseline, commit: { text: string; id: Sha }): Promise<Sha> {
  const [header = ''] = commit.text.split('\n\n', 1);
  for (const [, type, id] of header.matchAll(/^(tree|parent) ([0-9a-f]+)$/gm)) {
    const { stdout } = await gitBytes(ownEnvironment(baseline.gitDir), ['cat-file', '-t', id ?? ''], {
      accept: [0, 128],
    });
    const expected = type === 'tree' ? 'tree' : 'commit';
    if (stdout.toString().trim() !== expected)
      throw usage(`The ${expected} ${id} is not here`, id ?? '', 'Fetch the commit first.');
  }
  const id = await store(baseline, 'commit', commit.text);
  if (id !== commit.id) throw new InternalError(`git calls the commit ${id}, not ${commit.id}`);
  return id;
}

const MAX_MESSAGE = 64 * 1024;

export interface ChangedFile {
  path: RepoPath;
  kind: 'added' | 'modified' | 'deleted' | 'type_changed';
  /** After the commit; `000000` where it is deleted. */
  mode: GitMode | '000000';
}

export interface CommitShape {
  sha: Sha;
  tree: Sha;
  parents: Sha[];
  /** Untrusted text, of at most 64 KiB; what is no UTF-8 is replaced. */
  message: string;
  /** Against the only parent, in git's order, no renames looked for. Null for a root commit and for a merge. */
  changes: ChangedFile[] | null;
  /** There are more than were asked for. */
  truncated: boolean;
}

/**
 * What a commit is and what it changed. Null where it is not here.
 *
 * @param limit changes after which git is not listened to any more: a hostile commit may have millions.
 */
export async function commitShape(baseline: Baseline, sha: Sha, limit = 100): Promise<CommitShape | null> {
  const bytes = await commitBytes(baseline, sha);
  if (bytes === null) return null;
  // A commit without a message may end with its header.
  const end = bytes.indexOf('\n\n') + 1 || bytes.length;
  const header = bytes.toString('latin1', 0, end);
  const message = bytes.toString('utf8', end + 1, Math.min(bytes.length, end + 1 + MAX_MESSAGE));
  const ids = (name: string): Sha[] =>
    [...header.matchAll(new RegExp(`^${name} ([0-9a-f]+)$`, 'gm'))].map((m) => asSha(m[1] ?? ''));
  const [tree] = ids('tree');
  const parents = ids('parent');
  const [parent] = parents;
  if (tree === undefined) throw new InternalError(`git shows the commit ${sha} without a tree`);
  if (parent === undefined || parents.length > 1)
    return { sha, tree, parents, message, changes: null, truncated: false };
  return { sha, tree, parents, message, ...(await changesBetween(baseline, parent, sha, limit)) };
}

async function commitBytes(baseline: Baseline, sha: Sha): Promise<Buffer | null> {
  try {
    return (await gitBytes(ownEnvironment(baseline.gitDir), ['cat-file', 'commit', sha])).stdout;
  } catch (error) {
    if (saidNo(error)) return null;
    throw error;
  }
}

const KINDS: Readonly<Record<string, ChangedFile['kind']>> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  T: 'type_changed',
};

async function changesBetween(
  baseline: Baseline,
  before: Sha,
  after: Sha,
  limit: number,
): Promise<{ changes: ChangedFile[]; truncated: boolean }> {
  const args = [
    'diff-tree',
    '-r',
    '-z',
    '--raw',
    '--no-renames',
    '--no-abbrev',
    '--no-ext-diff',
    '--ignore-submodules=none',
    before,
    after,
  ];
  const git = startGit(ownEnvironment(baseline.gitDir), args);
  git.stdin.end();
  const chunks: Buffer[] = [];
  let fields = 0;
  for await (const chunk of git.stdout as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    for (const byte of chunk) if (byte === 0) fields += 1;
    if (fields > 2 * limit) break;
  }
  const truncated = fields > 2 * limit;
  if (truncated) git.kill();
  const { exitCode, stderr } = await git.ended;
  if (!truncated && exitCode !== 0) throw new GitFailure(args, exitCode, stderr);
  const list = splitNul(Buffer.concat(chunks)).slice(0, 2 * limit);
  const changes: ChangedFile[] = [];
  for (let n = 0; n + 1 < list.length; n += 2) changes.push(changedFile(list[n] ?? '', list[n + 1] ?? ''));
  return { changes, truncated };
}

/** `:<mode> <mode> <id> <id> <status>`, path (git-diff(1), raw output format). */
function changedFile(line: string, path: string): ChangedFile {
  const [, mode = '', , , status = ''] = line.split(' ');
  const kind = KINDS[status];
  if (kind === undefined) throw new InternalError(`git diff-tree printed the status ${JSON.stringify(status)}`);
  return { path: repoPath(path), kind, mode: mode as ChangedFile['mode'] };
}
