import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/** What a process tree holds right now. `bytes`: private and shared memory that is resident or swapped; `tasks`: threads. */
export interface TreeUsage {
  pids: number[];
  bytes: number;
  tasks: number;
}

/**
 * Reads the tree below `root` from /proc. Orphans are adopted by the namespace's first process, so everything inside is below it. `bytes` counts pages
 * shared by forks once for each process; `exactBytes` settles it. Stops counting once there are more than `mostTasks`: a fork bomb grows faster than it can be
 * read.
 */
export function treeUsage(root: number, mostTasks = Number.POSITIVE_INFINITY): TreeUsage {
  const usage: TreeUsage = { pids: [], bytes: 0, tasks: 0 };
  const open = [root];
  for (let pid = open.pop(); pid !== undefined && usage.tasks <= mostTasks; pid = open.pop()) {
    const status = read(`/proc/${pid}/status`);
    if (status === null) continue;
    usage.pids.push(pid);
    usage.tasks += field(status, 'Threads');
    usage.bytes += (field(status, 'RssAnon') + field(status, 'RssShmem') + field(status, 'VmSwap')) * 1024;
    open.push(...children(pid));
  }
  return usage;
}

/** The same bytes by proportional share: right for forks, but dear (the kernel walks the page tables). */
export function exactBytes(pids: readonly number[]): number {
  let bytes = 0;
  for (const pid of pids) {
    const rollup = read(`/proc/${pid}/smaps_rollup`) ?? '';
    bytes += (field(rollup, 'Pss_Anon') + field(rollup, 'Pss_Shmem') + field(rollup, 'SwapPss')) * 1024;
  }
  return bytes;
}

/** Disk space that has no name any more: deleted files that the tree keeps open. */
export function deletedOpenBytes(pids: readonly number[]): number {
  const seen = new Map<string, number>();
  for (const pid of pids) {
    for (const fd of list(`/proc/${pid}/fd`)) {
      const path = `/proc/${pid}/fd/${fd}`;
      try {
        if (!readlinkSync(path).endsWith(' (deleted)')) continue;
        const stat = statSync(path);
        if (stat.isFile()) seen.set(`${stat.dev}:${stat.ino}`, stat.blocks * 512);
      } catch {
        // Closed meanwhile.
      }
    }
  }
  return [...seen.values()].reduce((sum, n) => sum + n, 0);
}

function children(pid: number): number[] {
  const found: number[] = [];
  for (const task of list(`/proc/${pid}/task`)) {
    for (const child of (read(`/proc/${pid}/task/${task}/children`) ?? '').split(' ')) {
      if (child !== '') found.push(Number(child));
    }
  }
  return found;
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return null;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function field(text: string, name: string): number {
  const match = new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text);
  return match ? Number(match[1]) : 0;
}
