import { isUtf8 } from 'node:buffer';
import { lstatSync, mkdirSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, digestOf, type SetupOutput } from '../contracts/index.ts';
import type { Mount } from '../sandbox/index.ts';
import { fileHash } from './file-hash.ts';

/** What `setup` made, ready to be bound read-only: `path` as the packet names it (`dir/`), `source` where it lies. */
export interface Outputs {
  made: SetupOutput[];
  sources: { path: string; source: string }[];
}
export const NO_OUTPUTS: Outputs = { made: [], sources: [] };

/** What an untrusted command made and no digest can be taken of. */
class Unfit extends Error {}

/** One name on disk as text; names are bytes, and two that are no UTF-8 could read the same. */
function named(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new Unfit(`a name that is not UTF-8: ${JSON.stringify(bytes.toString('latin1'))}`);
  return bytes.toString();
}

function entriesOf(root: string, maxBytes: number): [path: string, mode: string, content: string][] {
  const list: [path: string, mode: string, content: string][] = [];
  const buffer = Buffer.allocUnsafe(1 << 20);
  let left = maxBytes;
  const visit = (relative: string): void => {
    for (const name of readdirSync(join(root, relative), 'buffer').map(named).sort(byName)) {
      const path = relative === '' ? name : `${relative}/${name}`;
      const file = join(root, path);
      const stat = lstatSync(file);
      if (stat.isDirectory()) visit(path);
      else if (stat.isSymbolicLink()) list.push([path, '120000', named(readlinkSync(file, 'buffer'))]);
      else if (stat.isFile()) {
        // A sparse file takes no space and all the time in the world.
        left -= stat.size;
        if (left < 0) throw new Unfit(`more than limits.disk_mib (${maxBytes} bytes)`);
        list.push([path, stat.mode & 0o100 ? '100755' : '100644', fileHash(file, buffer)]);
      } else throw new Unfit(`a special file: ${JSON.stringify(path)}`);
    }
  };
  visit('');
  return list;
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Digest of a folder: canonical form of the sorted list of {path, mode, content}. Modes are git's (executable or not, symlink). Where there can be none,
 * what the folder holds instead: special files, names that are not UTF-8, more than `maxBytes`, what cannot be read.
 */
export function folderDigest(root: string, maxBytes: number): { digest: Digest } | { unfit: string } {
  try {
    return { digest: digestOf(entriesOf(root, maxBytes)) };
  } catch (error) {
    if (error instanceof Unfit) return { unfit: error.message };
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined) return { unfit: `something that cannot be read (${code})` };
    throw error;
  }
}

/**
 * The first of these folders whose place in a checkout is taken by anything but plain folders: a link there would be followed when the mount point is
 * made, on the host. Null when all places are free or folders.
 */
export function occupied(checkout: string, paths: readonly string[]): string | null {
  const free = (path: string): boolean => {
    let at = checkout;
    for (const name of path.split('/').filter(Boolean)) {
      at = join(at, name);
      const stat = lstatSync(at, { throwIfNoEntry: false });
      if (stat === undefined) return true;
      if (!stat.isDirectory()) return false;
    }
    return true;
  };
  return paths.find((path) => !free(path)) ?? null;
}

/**
 * Mounts that show the outputs in a checkout whose folder inside is `cwd`. Makes the mount points: bubblewrap would do it on the host anyway, and an
 * empty folder is no part of a tree. `occupied` must have been asked before.
 */
export function outputMounts(outputs: Outputs, checkout: string, cwd: string): Mount[] {
  return outputs.sources.map(({ path, source }) => {
    mkdirSync(join(checkout, path), { recursive: true });
    return { source, target: `${cwd}/${path.replace(/\/+$/, '')}`, access: 'ro' };
  });
}
