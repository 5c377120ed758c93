import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Sha } from '../../src/contracts/index.ts';
import { type Baseline, openBaseline, openSource, type Source } from '../../src/git/index.ts';

/** Names, dates and no configuration of this machine: the same ids everywhere. */
const ENV = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

/** Plain git, as an outsider would use it. Returns what it prints, trimmed. */
export function git(dir: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: dir, env: ENV, stdio: ['ignore', 'pipe', 'pipe'] })
    .toString()
    .trim();
}

/** Runs a test in a fresh folder and always removes it. */
export async function inFolder<T>(work: (dir: string) => Promise<T> | T): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-test-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export function put(dir: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
}

/** A repository with one commit of these files. */
export function repository(dir: string, files: Readonly<Record<string, string | Buffer>>, init: string[] = []): string {
  mkdirSync(dir, { recursive: true });
  git(dir, 'init', '-q', '-b', 'main', ...init);
  put(dir, files);
  git(dir, 'add', '-A', '-f');
  git(dir, 'commit', '-q', '-m', 'base');
  return dir;
}

export interface Opened {
  source: Source;
  baseline: Baseline;
  head: Sha;
}

/** Opens a repository with a baseline beside it, in `<dir>.baseline`. */
export async function opened(dir: string): Promise<Opened> {
  const source = await openSource(dir);
  const baseline = await openBaseline(source, `${source.dir}.baseline`);
  const head = await source.resolveRef('HEAD');
  if (head === null) throw new Error('the fixture has no commit');
  return { source, baseline, head };
}

/** Everything that can be seen of a folder, byte for byte, with modes and modification times. */
export function snapshot(dir: string): Record<string, string> {
  const all: Record<string, string> = {};
  const visit = (path: string): void => {
    const stat = lstatSync(join(dir, path));
    const what = `${stat.mode.toString(8)} ${stat.mtimeMs} ${stat.ino}`;
    if (stat.isDirectory()) {
      all[path] = what;
      for (const name of readdirSync(join(dir, path))) visit(join(path, name));
    } else if (stat.isSymbolicLink()) all[path] = `${what} -> ${readlinkSync(join(dir, path))}`;
    else all[path] = stat.isFile() ? `${what} ${readFileSync(join(dir, path)).toString('base64')}` : what;
  };
  visit('.');
  return all;
}
