import { open } from 'node:fs/promises';
import { asSha, InternalError, type Sha } from '../contracts/index.ts';
import type { ChangeKind, GitMode, RawChange } from '../inspect/index.ts';
import { GitFailure, gitBytes, startGit } from './command.ts';
import { ownEnvironment } from './environment.ts';
import { byBytes, repoPath, splitNul } from './raw-path.ts';
import type { Baseline } from './types.ts';

const KINDS: Readonly<Record<string, ChangeKind>> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  T: 'type_changed',
};

/** Options that leave nothing to configuration or attributes. */
const PLAIN = [
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--no-relative',
  '--ignore-submodules=none',
  '--submodule=short',
];

/** The raw diff of two trees, both sides of renames (similar by half, as git's default), in byte order of the path. */
export async function rawDiff(baseline: Baseline, before: Sha, after: Sha): Promise<RawChange[]> {
  if (before === after) return [];
  const args = [
    'diff-tree',
    '-r',
    '-z',
    '--raw',
    '--numstat',
    '--find-renames',
    '--no-abbrev',
    ...PLAIN,
    before,
    after,
  ];
  const { stdout } = await gitBytes(ownEnvironment(baseline.gitDir), args);
  return parseRawDiff(splitNul(stdout)).sort((a, b) => byBytes(a.path, b.path));
}

/**
 * Parses the NUL-separated fields of `git diff-tree -z --raw --numstat`: first `:<mode> <mode> <id> <id> <status>`, path (two for renames), for
 * every file, then `<added> TAB <removed> TAB <path>` in the same order (for renames an empty path and two fields more). Source: git-diff(1).
 */
export function parseRawDiff(fields: readonly string[]): RawChange[] {
  const changes: RawChange[] = [];
  let at = 0;
  const next = (): string => {
    const field = fields[at];
    if (field === undefined) throw new InternalError('git diff-tree ended in the middle of an entry');
    at += 1;
    return field;
  };
  while (fields[at]?.startsWith(':')) changes.push(rawEntry(next(), next));
  for (const change of changes) {
    const [added = '', removed = '', path = ''] = split(next());
    if (path === '' && change.oldPath !== null) at += 2;
    change.added = added === '-' ? null : Number(added);
    change.removed = removed === '-' ? null : Number(removed);
  }
  if (at !== fields.length) throw new InternalError('git diff-tree printed more than was asked for');
  return changes;
}

/** The path may hold tabs. */
function split(line: string): string[] {
  const first = line.indexOf('\t');
  const second = line.indexOf('\t', first + 1);
  return [line.slice(0, first), line.slice(first + 1, second), line.slice(second + 1)];
}

function rawEntry(line: string, next: () => string): RawChange {
  const [oldMode = '', mode = '', oldSha = '', sha = '', status = ''] = line.slice(1).split(' ');
  const kind = KINDS[status[0] ?? ''];
  if (kind === undefined) throw new InternalError(`git diff-tree printed the status ${JSON.stringify(status)}`);
  const oldPath = kind === 'renamed' ? repoPath(next()) : null;
  return {
    kind,
    path: repoPath(next()),
    oldPath,
    mode: mode as GitMode,
    oldMode: oldMode as GitMode,
    sha: idOrNull(sha),
    oldSha: idOrNull(oldSha),
    added: null,
    removed: null,
  };
}

const idOrNull = (id: string): Sha | null => (/^0+$/.test(id) ? null : asSha(id));

/**
 * Writes the exact, binary-safe patch from one tree to another, which plain `git apply` turns into the very same tree. Stops and leaves an empty
 * file if it grows above `maxBytes` (`truncated`; `bytes` is then the size at which it was given up).
 */
export async function writePatch(
  baseline: Baseline,
  before: Sha,
  after: Sha,
  file: string,
  maxBytes: number,
): Promise<{ bytes: number; truncated: boolean }> {
  const output = await open(file, 'w');
  try {
    if (before === after) return { bytes: 0, truncated: false };
    const shape = ['--patch', '--binary', '--full-index', '--no-renames', '--unified=3', '--diff-algorithm=myers'];
    const prefixes = ['--src-prefix=a/', '--dst-prefix=b/', '--no-indent-heuristic', '--inter-hunk-context=0'];
    const args = ['diff-tree', '-r', ...shape, ...prefixes, ...PLAIN, before, after];
    const git = startGit(ownEnvironment(baseline.gitDir), args);
    git.stdin.end();
    let bytes = 0;
    for await (const chunk of git.stdout as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        git.kill();
        await git.ended;
        await output.truncate(0);
        return { bytes, truncated: true };
      }
      await output.write(chunk);
    }
    const { exitCode, stderr } = await git.ended;
    if (exitCode !== 0) throw new GitFailure(args, exitCode, stderr);
    return { bytes, truncated: false };
  } finally {
    await output.close();
  }
}
