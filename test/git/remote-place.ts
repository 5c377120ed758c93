import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { asSha, type RepoPath, type Sha, UserError } from '../../src/contracts/index.ts';
import { type Remote, writeOpenedCommit } from '../../src/git/index.ts';
import { git, type Opened, opened, put, repository } from './fixture.ts';

export const MAIN = 'refs/heads/main';
export const TOPIC = 'refs/heads/packet/fix-7';

export interface Place extends Opened {
  dir: string;
  /** The bare repository elsewhere, and the work tree that others push from. */
  bare: string;
  other: string;
  remote: Remote;
}

/** A bare repository, a clone of it as DIR, and somebody else's clone. */
export async function place(root: string): Promise<Place> {
  const first = repository(join(root, 'first'), { 'a.txt': 'a\n', 'dir/b.txt': 'b\n' });
  const bare = join(root, 'remote', 'acme', 'site.git');
  git(root, 'clone', '-q', '--bare', first, bare);
  git(bare, 'config', 'http.receivepack', 'true');
  const dir = join(root, 'dir');
  git(root, 'clone', '-q', bare, dir);
  const other = join(root, 'other');
  git(root, 'clone', '-q', bare, other);
  return {
    dir,
    bare,
    other,
    remote: { url: pathToFileURL(bare).href, token: null, local: true },
    ...(await opened(dir)),
  };
}

/** Somebody else commits and pushes. */
export function pushed(other: string, files: Record<string, string>, ref: string): Sha {
  put(other, files);
  git(other, 'add', '-A');
  git(other, 'commit', '-q', '-m', 'more');
  git(other, 'push', '-q', '-f', 'origin', `HEAD:${ref}`);
  return asSha(git(other, 'rev-parse', 'HEAD'));
}

export const tip = (bare: string, ref: string): string => git(bare, 'rev-parse', '--verify', ref);

export const refused = async (work: Promise<unknown>): Promise<UserError> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw new Error(`no UserError: ${String(error)}`);
  return error;
};

export async function openedCommit({ baseline, head }: Opened, text: string): Promise<Sha> {
  const path = '.countersign/packets/issue-7-fix.md' as RepoPath;
  const commit = {
    parent: head,
    path,
    bytes: Buffer.from(text),
    message: 'Open packet fix',
    time: '2026-11-01T10:00:00Z',
  };
  return (await writeOpenedCommit(baseline, commit)).sha;
}
