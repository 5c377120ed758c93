import { closeSync, fsync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { usage } from '../contracts/index.ts';

/** A member of the pack cannot be written: the run says `artifact_write_failure` and names the path. */
export class PackWriteError extends Error {
  readonly member: string;
  constructor(member: string, cause: unknown) {
    super(`${member} cannot be written: ${(cause as Error).message}`, { cause });
    this.name = 'PackWriteError';
    this.member = member;
  }
}

/** The folder that becomes the pack by one rename. */
export interface PartialFolder {
  folder: string;
  /** Absolute path of the pack it becomes. */
  target: string;
  /** mtime of the folder when it was made, by the file system's own clock: nothing in a fresh pack is older. */
  madeAtMs: number;
}

const attempt = <T>(member: string, action: () => T): T => {
  try {
    return action();
  } catch (error) {
    throw new PackWriteError(member, error);
  }
};

/** Makes `<out>/.<run_id>.partial`, 0700. Throws a UserError where the run's folder is there already: no pack is ever overwritten. */
export function makePartial(out: string, runId: string): PartialFolder {
  const target = join(out, runId);
  const folder = join(out, `.${runId}.partial`);
  attempt(runId, () => mkdirSync(out, { recursive: true }));
  for (const path of [target, folder]) {
    if (attempt(runId, () => lstatSync(path, { throwIfNoEntry: false })))
      throw usage(
        `${path} is there already`,
        path,
        'Choose another --out, or move it away: packs are never overwritten.',
      );
  }
  attempt(runId, () => mkdirSync(folder, { mode: 0o700 }));
  return { folder, target, madeAtMs: statSync(folder).mtimeMs };
}

/** Creates a file that was not there, with its parents. */
export function createFile(partial: PartialFolder, member: string, content: string | Uint8Array): void {
  attempt(member, () => {
    mkdirSync(dirname(join(partial.folder, member)), { recursive: true });
    const fd = openSync(join(partial.folder, member), 'wx', 0o644);
    try {
      writeAll(fd, content);
    } finally {
      closeSync(fd);
    }
  });
}

/** Writes everything, however often the system takes only a part. */
export function writeAll(fd: number, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

export interface FoundFile {
  path: string;
  mtimeMs: number;
}

/** Every file under a folder by its relative path; anything but files and folders is an error of the harness itself. */
export function listFiles(folder: string): FoundFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return [];
    const path = join(entry.parentPath, entry.name);
    return [{ path: path.slice(folder.length + 1), mtimeMs: lstatSync(path).mtimeMs }];
  });
}

const sync = promisify(fsync);

async function syncPath(path: string): Promise<void> {
  const fd = openSync(path, 'r');
  try {
    await sync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Makes every file and folder durable, then the rename that is the commit point, then the rename durable. */
export async function commit(partial: PartialFolder): Promise<void> {
  const entries = readdirSync(partial.folder, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  try {
    await Promise.all([...paths, partial.folder].map(syncPath));
    if (lstatSync(partial.target, { throwIfNoEntry: false })) throw new Error('the run folder appeared meanwhile');
    renameSync(partial.folder, partial.target);
    await syncPath(dirname(partial.target));
  } catch (error) {
    throw new PackWriteError(partial.target, error);
  }
}

/** Takes an unsealed pack away. */
export const discard = (partial: Pick<PartialFolder, 'folder'>): void =>
  rmSync(partial.folder, { recursive: true, force: true });
