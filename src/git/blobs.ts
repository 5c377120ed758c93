import { createHash, type Hash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { asSha, InternalError, type Sha } from '../contracts/index.ts';
import { GitFailure, startGit } from './command.ts';
import { ownEnvironment } from './environment.ts';
import { openBeneath } from './open-beneath.ts';
import { repoPath } from './raw-path.ts';
import type { Baseline, ObjectFormat, WalkedFile } from './types.ts';

const WINDOW = 1024 * 1024;

/** The id that git gives a blob: the hash over `blob <size>\0` and the content (git-hash-object(1)), no filter in between. */
function blobHash(format: ObjectFormat, size: number): Hash {
  return createHash(format).update(`blob ${size}\0`);
}

const asId = (hash: Hash): Sha => asSha(hash.digest('hex'));

/** The object id of a walked file as it is now, without storing it. Streams; a file may have any size. */
export async function hashFile(baseline: Baseline, root: string, file: WalkedFile): Promise<Sha> {
  const hash = blobHash(baseline.objectFormat, file.size);
  await eachWindow(root, file, (bytes) => {
    hash.update(bytes);
  });
  return asId(hash);
}

/**
 * Stores files and symlink targets as blobs in our object database and returns their ids in order. Content is streamed to one
 * `git fast-import`, which sees lengths and bytes, never a path: no filter, attribute or link can have a say. The ids are computed here;
 * write-tree fails later if git did not store exactly these.
 */
export async function storeBlobs(baseline: Baseline, root: string, files: readonly WalkedFile[]): Promise<Sha[]> {
  if (files.length === 0) return [];
  const args = ['fast-import', '--quiet', '--done', '--depth=0', '--big-file-threshold=4m'];
  const git = startGit(ownEnvironment(baseline.gitDir), args);
  git.stdout.resume();
  const ids: Sha[] = [];
  try {
    for (const file of files) {
      const hash = blobHash(baseline.objectFormat, file.size);
      const send = async (bytes: Uint8Array): Promise<void> => {
        hash.update(bytes);
        await write(git.stdin, bytes);
      };
      await write(git.stdin, Buffer.from(`blob\ndata ${file.size}\n`));
      await eachWindow(root, file, send);
      await write(git.stdin, Buffer.from('\n'));
      ids.push(asId(hash));
    }
    git.stdin.end('done\n');
  } catch (error) {
    git.kill();
    throw error;
  }
  const { exitCode, stderr } = await git.ended;
  if (exitCode !== 0) throw new GitFailure(args, exitCode, stderr);
  return ids;
}

/** Respects back-pressure. A git that has died closes its input: that is reported by its exit code. */
async function write(to: Writable, bytes: Uint8Array): Promise<void> {
  if (to.destroyed || to.write(bytes)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      to.off('drain', done).off('close', done);
      resolve();
    };
    to.on('drain', done).on('close', done);
  });
}

/** Gives the content in windows. The file must still have the size that the walk saw. */
async function eachWindow(
  root: string,
  file: WalkedFile,
  take: (bytes: Uint8Array) => void | Promise<void>,
): Promise<void> {
  if (file.kind === 'symlink') {
    await take(Buffer.from(file.target ?? '', 'latin1'));
    return;
  }
  const handle = await openBeneath(root, file.raw);
  try {
    let left = file.size;
    while (left > 0) {
      // A buffer of its own each time: the stream that takes it may not have sent it yet.
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(WINDOW, left)));
      if (bytesRead === 0) break;
      await take(buffer.subarray(0, bytesRead));
      left -= bytesRead;
    }
    if (left !== 0 || (await handle.stat()).size !== file.size) throw changed(file);
  } finally {
    await handle.close();
  }
}

const changed = (file: WalkedFile): InternalError =>
  new InternalError(`${JSON.stringify(repoPath(file.raw))} changed while it was read, after the engine's end`);
