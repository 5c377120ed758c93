import { readdirSync, readFileSync } from 'node:fs';

/** A process of this machine, as /proc shows it. */
interface Seen {
  pid: number;
  parent: number;
  isMarked: boolean;
}

const quietly = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // It ended, or is somebody else's.
    return '';
  }
};

function all(mark: string): Seen[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = quietly(`/proc/${name}/stat`);
      // The name of a program may hold anything, a parenthesis too.
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (parent === undefined || state === 'Z') return [];
      const isMarked = quietly(`/proc/${name}/environ`).split('\0').includes(mark);
      return [{ pid: Number(name), parent: Number(parent), isMarked }];
    });
}

/** Those that carry `NAME=value` in their environment, and all that come from them. */
function marked(mark: string): number[] {
  const seen = all(mark);
  const found = new Set(seen.filter(({ isMarked }) => isMarked).map(({ pid }) => pid));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of seen) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

export const childrenOf = (parent: number): number[] =>
  all('').flatMap((seen) => (seen.parent === parent ? [seen.pid] : []));

/** Whether a program with exactly these arguments runs, in a sandbox or outside. */
export const isRunning = (argv: readonly string[]): boolean =>
  readdirSync('/proc').some(
    (name) => /^\d+$/.test(name) && quietly(`/proc/${name}/cmdline`) === `${argv.join('\0')}\0`,
  );

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The machine is gone: nobody gets to say a word. Returns when nothing is left. */
export function killAll(mark: string): void {
  for (let pids = marked(mark); pids.length > 0; pids = marked(mark)) {
    for (const name of ['SIGSTOP', 'SIGKILL'] as const) for (const pid of pids) signal(pid, name);
  }
}

export const countMarked = (mark: string): number => marked(mark).length;
