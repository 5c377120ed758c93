import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import type { Cgroup, CgroupPlaces, Read } from './cgroup.ts';
import { cgroupPlaces, createCgroup } from './cgroup.ts';
import type { Check } from './supervise.ts';
import { exactBytes, treeUsage } from './tree.ts';
import type { Isolation, Limits } from './types.ts';

/** How memory and processes are held on this machine. */
export interface Accounting {
  places: CgroupPlaces;
  /** Whether RLIMIT_NPROC, set inside, counts that user namespace alone and binds; and the limit that the harness itself runs under. */
  nproc: { ceiling: number } | null;
}

/** What the sandbox's own processes take: bubblewrap and the init shell, and with a network the bridge (a Node with its threads). */
const OWN = { tasks: 2, bytes: 8 * 2 ** 20 };
const BRIDGE = { tasks: 24, bytes: 96 * 2 ** 20 };
/**
 * RLIMIT_NPROC tells nobody that it was hit. So it is only the ceiling that keeps a bomb from the machine, far enough above the limit for the harness to
 * see the limit passed first.
 */
const ceilingFor = (tasks: number): number => 4 * tasks + 512;

export const readOrNull: Read = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

/** `cgroups: false` is the fallback where groups turn out not to be ours to make. */
export function chooseAccounting(cgroups: boolean): Accounting {
  const places = cgroups ? cgroupPlaces(readOrNull) : { memory: null, pids: null };
  return {
    places,
    nproc: places.pids ? null : nprocLimit(process.getuid?.() ?? 0, release(), readOrNull('/proc/self/limits')),
  };
}

/**
 * The kernel ignores the limit for root, and before Linux 5.14 it counts the account's processes everywhere, not those of the namespace. Pure.
 */
export function nprocLimit(uid: number, kernel: string, limits: string | null): { ceiling: number } | null {
  const [major = 0, minor = 0] = kernel.split('.').map((part) => Number.parseInt(part, 10));
  if (uid === 0 || major < 5 || (major === 5 && minor < 14)) return null;
  const hard = /^Max processes\s+\S+\s+(\d+|unlimited)/m.exec(limits ?? '')?.[1];
  if (hard === undefined) return null;
  return { ceiling: hard === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(hard) };
}

/** Which mechanism holds, for the report. */
export function heldLimits({ places, nproc }: Accounting): Isolation['limits'] {
  return {
    memory: places.memory ? `cgroup${places.memory.version}` : 'polled',
    processes: places.pids ? `cgroup${places.pids.version}` : nproc ? 'rlimit' : 'polled',
    file_size: 'rlimit',
    disk: 'polled',
    time: 'harness',
    output: 'harness',
  };
}

export interface Account {
  cgroup: Cgroup | null;
  /** For the init shell; 0: nothing to set. */
  processes: number;
  /** True where nothing in the kernel stops forking: the harness then needs the processor before the tree gets it. */
  yielding: boolean;
  check: Check;
}

/** Opens the account of one command. Throws where its group cannot be made. */
export function openAccount({ places, nproc }: Accounting, limits: Limits, networked: boolean): Account {
  const own = networked ? { tasks: OWN.tasks + BRIDGE.tasks, bytes: OWN.bytes + BRIDGE.bytes } : OWN;
  const tasks = limits.processes + own.tasks;
  const bytes = limits.memoryBytes + own.bytes;
  const grouped = places.memory !== null || places.pids !== null;
  const name = `countersign-${process.pid}-${randomBytes(4).toString('hex')}`;
  const cgroup = grouped ? createCgroup(places, name, { memoryBytes: bytes, processes: tasks }) : null;
  return {
    cgroup,
    yielding: places.pids === null && nproc === null,
    processes: nproc ? Math.min(ceilingFor(tasks), nproc.ceiling) : 0,
    check: (root) => {
      const limit = cgroup?.exceeded() ?? null;
      if (limit !== null || root === null || (places.memory && places.pids)) return limit;
      const usage = treeUsage(root, places.pids === null ? tasks : undefined);
      if (places.pids === null && usage.tasks > tasks) return 'processes';
      // Cheap and too high first (forks share pages), then exact.
      if (places.memory === null && usage.bytes > bytes && exactBytes(usage.pids) > bytes) return 'memory';
      return null;
    },
  };
}
