import { readFileSync, statfsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { availableParallelism, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';

const TMPFS = 0x01021994;
const kind = (path: string): string => {
  try {
    return statfsSync(path).type === TMPFS ? 'tmpfs' : 'disk';
  } catch {
    return 'absent';
  }
};

export interface Place {
  folder: string;
  filesystem: string;
}

/** A private folder on tmpfs: under TMPDIR where that is one, else under /dev/shm; where neither is, on disk, and the table says so. */
export async function place(): Promise<Place> {
  const parent = [tmpdir(), '/dev/shm'].find((path) => kind(path) === 'tmpfs') ?? tmpdir();
  return { folder: await mkdtemp(join(parent, 'countersign-bench-')), filesystem: kind(parent) };
}

/** What somebody needs to know of the machine to read the figures: no host name and no path. */
export function machine(filesystem: string): Record<string, string> {
  const model = /^model name\s*:\s*(.+)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? process.arch;
  return {
    processor: `${availableParallelism()} cores, ${model.trim()}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: `Linux ${release().split('-')[0]}`,
    filesystem,
    node: process.version,
  };
}
