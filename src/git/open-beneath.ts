import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { bytesUnder, type RawPath } from './raw-path.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/**
 * Opens a regular file below `root` for reading, component by component without following any link, as openat2(2) with RESOLVE_BENEATH and
 * RESOLVE_NO_SYMLINKS would (Node has no openat: each step goes through /proc/self/fd). `path` is relative, in bytes (latin1), or text that
 * is ASCII. The caller closes the handle. Throws ENOENT, ELOOP or ENOTDIR as open(2) does, and EINVAL for `..` and for anything that is not a
 * regular file. O_NONBLOCK so that a fifo put there cannot hang us.
 */
export async function openBeneath(root: string, path: RawPath): Promise<FileHandle> {
  const names = path.split('/');
  const last = names.pop() ?? '';
  if ([...names, last].some((name) => name === '' || name === '.' || name === '..' || name.includes('\0')))
    throw refused(path);
  let folder = await open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    for (const name of names) {
      const next = await open(bytesUnder(`/proc/self/fd/${folder.fd}`, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
      await folder.close();
      folder = next;
    }
    const file = await open(bytesUnder(`/proc/self/fd/${folder.fd}`, last), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw refused(path);
  } finally {
    await folder.close();
  }
}

const refused = (path: RawPath): NodeJS.ErrnoException =>
  Object.assign(new Error(`not a regular file below its root: ${JSON.stringify(path)}`), { code: 'EINVAL' });
