import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Where groups can be made. Version 2 counts both in one folder, version 1 in one folder for each controller. */
export interface CgroupPlaces {
  memory: { version: 1 | 2; folder: string } | null;
  pids: { version: 1 | 2; folder: string } | null;
}

export type Read = (path: string) => string | null;

/**
 * The folders under which this process may make groups, from `/proc/self/cgroup` and `/proc/self/mountinfo` (cgroups(7), "/proc files"). Version 1:
 * the own group of each controller. Version 2: the nearest group upwards that hands both controllers to its children, because a group that holds
 * processes cannot (cgroup-v2.rst, "No Internal Process Constraint"). Pure over `read`; whether a folder is writable shows when it is used.
 */
export function cgroupPlaces(read: Read): CgroupPlaces {
  const places: CgroupPlaces = { memory: null, pids: null };
  const mounts = parseMounts(read('/proc/self/mountinfo') ?? '');
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
    if (!match) continue;
    const [, controllers = '', path = ''] = match;
    if (controllers === '') {
      const mount = mounts.find((m) => m.type === 'cgroup2');
      const folder = mount && delegating(mount, inside(mount, path), read);
      if (folder) {
        places.memory ??= { version: 2, folder };
        places.pids ??= { version: 2, folder };
      }
      continue;
    }
    for (const name of ['memory', 'pids'] as const) {
      if (!controllers.split(',').includes(name)) continue;
      const mount = mounts.find((m) => m.type === 'cgroup' && m.options.includes(name));
      const folder = mount && inside(mount, path);
      if (folder) places[name] = { version: 1, folder };
    }
  }
  return places;
}

interface CgroupMount {
  root: string;
  point: string;
  type: string;
  options: string[];
}

function parseMounts(mountinfo: string): CgroupMount[] {
  const mounts: CgroupMount[] = [];
  for (const line of mountinfo.split('\n')) {
    const [before, after] = line.split(' - ');
    const [, , , root, point] = before?.split(' ') ?? [];
    const [type, , options] = after?.split(' ') ?? [];
    if (root && point && type?.startsWith('cgroup'))
      mounts.push({ root, point, type, options: options?.split(',') ?? [] });
  }
  return mounts;
}

/** The folder of a group under a mount that may show only a part of the hierarchy; null where the group is outside it. */
function inside(mount: CgroupMount, path: string): string | null {
  if (path.split('/').includes('..')) return null;
  if (mount.root === '/') return resolve(mount.point, `.${path}`);
  if (path === mount.root || path.startsWith(`${mount.root}/`))
    return resolve(mount.point, `.${path.slice(mount.root.length)}`);
  return null;
}

function delegating(mount: CgroupMount, from: string | null, read: Read): string | null {
  for (let folder = from; folder?.startsWith(mount.point); folder = dirname(folder)) {
    const handed = (read(join(folder, 'cgroup.subtree_control')) ?? '').trim().split(' ');
    if (handed.includes('memory') && handed.includes('pids')) return folder;
  }
  return null;
}

/** A group for one command. */
export interface Cgroup {
  /** `cgroup.procs` files that the process writes itself into before it becomes bubblewrap: no moment outside the group, no move to race with. */
  procs: string[];
  /** Which limit was hit so far. A refused fork counts: what ran into its limit is not trusted to have noticed. */
  exceeded(): 'memory' | 'processes' | null;
  /** Removes the folders; the tree is gone by then, the kernel's accounts a moment later. */
  remove(): Promise<void>;
}

/** Makes the group and writes its limits. Throws where the kernel or the permissions do not allow it; nothing is left behind then. */
export function createCgroup(
  places: CgroupPlaces,
  name: string,
  limits: { memoryBytes: number; processes: number },
): Cgroup {
  const folders = new Set<string>();
  const make = (place: { folder: string }): string => {
    const folder = join(place.folder, name);
    if (!folders.has(folder)) mkdirSync(folder);
    folders.add(folder);
    return folder;
  };
  const counters: { file: string; key: string; limit: 'memory' | 'processes' }[] = [];
  try {
    if (places.memory) {
      const folder = make(places.memory);
      const bytes = String(limits.memoryBytes);
      if (places.memory.version === 2) {
        writeFileSync(join(folder, 'memory.max'), bytes);
        writeFileSync(join(folder, 'memory.oom.group'), '1');
        tryWrite(join(folder, 'memory.swap.max'), '0');
        counters.push({ file: join(folder, 'memory.events'), key: 'oom_kill', limit: 'memory' });
      } else {
        writeFileSync(join(folder, 'memory.limit_in_bytes'), bytes);
        tryWrite(join(folder, 'memory.memsw.limit_in_bytes'), bytes);
        counters.push({ file: join(folder, 'memory.oom_control'), key: 'oom_kill', limit: 'memory' });
      }
    }
    if (places.pids) {
      const folder = make(places.pids);
      writeFileSync(join(folder, 'pids.max'), String(limits.processes));
      counters.push({ file: join(folder, 'pids.events'), key: 'max', limit: 'processes' });
    }
  } catch (error) {
    for (const folder of folders) tryRemove(folder);
    throw error;
  }
  return {
    procs: [...folders].map((folder) => join(folder, 'cgroup.procs')),
    exceeded: () => counters.find(({ file, key }) => counter(file, key) > 0)?.limit ?? null,
    remove: async () => {
      const deadline = Date.now() + 2_000;
      while ([...folders].filter((folder) => !tryRemove(folder)).length > 0 && Date.now() < deadline) await pause(5);
    },
  };
}

/**
 * Removes empty groups that a killed harness left behind: its pid is in the name. The kernel refuses to remove one that is in use; a young one may be
 * somebody's who has not entered it yet.
 */
export function sweepCgroups(places: CgroupPlaces): void {
  for (const folder of new Set([places.memory?.folder, places.pids?.folder])) {
    for (const name of folder === undefined ? [] : list(folder)) {
      const path = join(folder ?? '', name);
      const pid = /^countersign-(\d+)-/.exec(name)?.[1];
      if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
      if (Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > 60_000) tryRemove(path);
    }
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Swap accounting may be compiled out; then there is nothing to limit. */
function tryWrite(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch {
    // No such file: no swap controller here.
  }
}

function tryRemove(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function counter(file: string, key: string): number {
  const match = new RegExp(`^${key} (\\d+)$`, 'm').exec(readFileSync(file, 'utf8'));
  return match ? Number(match[1]) : 0;
}
