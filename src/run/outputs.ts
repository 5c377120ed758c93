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

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Digest of a folder: canonical form of the sorted list of {path, mode, content}. Modes are git's (executable or not, symlink). Returns the path of
 * the first special file instead if there is one.
 */
export function folderDigest(root: string): { digest: Digest } | { special: string } {
  const list: [path: string, mode: string, content: string][] = [];
  const buffer = Buffer.allocUnsafe(1 << 20);
  const visit = (relative: string): string | null => {
    for (const name of readdirSync(join(root, relative)).sort(byName)) {
      const path = relative === '' ? name : `${relative}/${name}`;
      const stat = lstatSync(join(root, path));
      if (stat.isDirectory()) {
        const special = visit(path);
        if (special !== null) return special;
      } else if (stat.isSymbolicLink()) list.push([path, '120000', readlinkSync(join(root, path))]);
      else if (stat.isFile())
        list.push([path, stat.mode & 0o100 ? '100755' : '100644', fileHash(join(root, path), buffer)]);
      else return path;
    }
    return null;
  };
  const special = visit('');
  return special === null ? { digest: digestOf(list) } : { special };
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
