import { lstat, opendir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { deletedOpenBytes, treeUsage } from './tree.ts';

/** Watches what a command adds to its writable folders. */
export interface DiskWatch {
  /** True once more than the limit was added. `root` is the tree's first process, null when it is gone. */
  exceeded(root: number | null): Promise<boolean>;
}

/** A walk costs time: besides the cue from the file system, one is made at most this share of the time. */
const WALK_SHARE = 50;
const WALK_EVERY_MS = 5_000;
/** The kernel's change times are coarse (one tick), ours are not. */
const TICK_MS = 20;

/**
 * `statfs` is the cue (one call, whatever the size of the tree): only when the file system lost more than the limit since the start are the folders
 * walked, because others write there too. The walk counts files whose change time lies after the start (a command cannot set it back), and deleted
 * ones that are kept open. A slow walk is made every few seconds anyway, in case others freed meanwhile what the command took. Never more than nine
 * tenths of the free space is granted, so that the harness can still write its evidence.
 */
export async function watchDisk(folders: readonly string[], diskBytes: number, startedAt: number): Promise<DiskWatch> {
  const starts = await Promise.all(folders.map(async (folder) => ({ folder, free: await freeBytes(folder) })));
  const limit = Math.min(diskBytes, ...starts.map(({ free }) => Math.floor(free * 0.9)));
  let nextWalk = Date.now() + WALK_EVERY_MS;
  const lost = async (): Promise<boolean> => {
    for (const { folder, free } of starts) if (free - (await freeBytes(folder)) > limit) return true;
    return false;
  };
  return {
    async exceeded(root) {
      if (folders.length === 0) return false;
      const cue = await lost();
      if (!cue && (root === null || Date.now() < nextWalk)) return false;
      const begun = Date.now();
      const { bytes, hidden } = await changedBytes(folders, startedAt - TICK_MS, limit);
      nextWalk = Date.now() + Math.max(WALK_EVERY_MS, (Date.now() - begun) * WALK_SHARE);
      if (bytes > limit || (cue && hidden)) return true;
      return root !== null && bytes + deletedOpenBytes(treeUsage(root).pids) > limit;
    },
  };
}

async function freeBytes(folder: string): Promise<number> {
  const { bfree, bsize } = await statfs(folder);
  return bfree * bsize;
}

/**
 * Allocated bytes of files changed after `since` (milliseconds), hard links once; stops as soon as `enough` is passed. `hidden`: the command closed a
 * folder to us, or nested it too deep to be named.
 */
async function changedBytes(
  folders: readonly string[],
  since: number,
  enough: number,
): Promise<{ bytes: number; hidden: boolean }> {
  const open = [...folders];
  const seen = new Set<string>();
  let bytes = 0;
  let hidden = false;
  for (let folder = open.pop(); folder !== undefined && bytes <= enough; folder = open.pop()) {
    try {
      for await (const entry of await opendir(folder)) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) open.push(path);
        else bytes += await changedFileBytes(path, since, seen);
        if (bytes > enough) break;
      }
    } catch (error) {
      hidden ||= (error as NodeJS.ErrnoException).code !== 'ENOENT'; // ENOENT: removed while we looked
    }
  }
  return { bytes, hidden };
}

async function changedFileBytes(path: string, since: number, seen: Set<string>): Promise<number> {
  const stat = await lstat(path).catch(() => null);
  if (stat === null || stat.ctimeMs < since) return 0;
  if (stat.nlink > 1) {
    const id = `${stat.dev}:${stat.ino}`;
    if (seen.has(id)) return 0;
    seen.add(id);
  }
  return stat.blocks * 512;
}
