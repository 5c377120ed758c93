import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Launched } from './launch.ts';
import type { Hooks, LimitName, Limits, Outcome } from './types.ts';

/** How often limits are looked at that the kernel does not report by itself: soon at first, because a fork bomb doubles every few milliseconds. */
const FIRST_POLL_MS = 4;
const POLL_MS = 32;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Looks at one kind of limit; `root` is the first process inside, null before it is known and after the end. */
export type Check = (root: number | null) => Promise<LimitName | null> | LimitName | null;

type Stop = LimitName | 'aborted';

/**
 * Stays with a launched command to its end: passes output on and counts it, stops the whole tree at the first limit or on abort, and returns when every
 * process of it is gone.
 */
export async function supervise(
  launched: Launched,
  limits: Limits,
  hooks: Hooks,
  checks: readonly Check[],
): Promise<Omit<Outcome, 'denied'>> {
  const { child, status } = launched;
  let stopped: Stop | null = null;
  let ended = false;
  const stop = (why: Stop) => {
    if (stopped !== null || ended) return;
    stopped = why;
    void launched.begun.then((pid) => ended || kill(pid));
  };
  let failure: unknown;
  // A limit that cannot be watched is not a limit, and output that cannot be kept is lost evidence.
  const fail = (error: unknown) => {
    failure ??= error;
    stop('aborted');
  };

  let left = limits.outputBytes;
  for (const name of ['stdout', 'stderr'] as const) {
    launched[name].on('data', (chunk: Buffer) => {
      const taken = chunk.length > left ? chunk.subarray(0, left) : chunk;
      left -= taken.length;
      try {
        if (taken.length > 0 && failure === undefined) hooks.output(name, taken);
      } catch (error) {
        fail(error);
      }
      if (taken.length < chunk.length) stop('output');
    });
  }
  const abort = () => stop('aborted');
  hooks.signal?.addEventListener('abort', abort);
  if (hooks.signal?.aborted) abort();
  const clock = setTimeout(() => stop('time'), Math.min(limits.timeoutMs, LONGEST_TIMER_MS));
  const look = async (): Promise<LimitName | null> => {
    for (const check of checks) {
      const limit = await check(ended ? null : status.childPid);
      if (limit) return limit;
    }
    return null;
  };
  let poll: NodeJS.Timeout | undefined;
  const lookLater = (delay: number) => {
    poll = setTimeout(() => {
      look().then((limit) => {
        if (limit) stop(limit);
        else if (!ended) lookLater(Math.min(2 * delay, POLL_MS));
      }, fail);
    }, delay);
  };
  lookLater(FIRST_POLL_MS);

  const signal = await new Promise<NodeJS.Signals | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_code, by) => resolve(by));
  }).finally(() => {
    ended = true;
    clearTimeout(clock);
    clearTimeout(poll);
    hooks.signal?.removeEventListener('abort', abort);
  });
  if (status.exitCode === null && status.childPid !== null) await gone(status.childPid);
  if (failure !== undefined) throw failure;
  stopped ??= await look();
  return verdict(stopped, status, signal);
}

/**
 * SIGKILL to the first process inside takes its whole namespace along, daemons and double forks too; bubblewrap then ends by itself. Never to bubblewrap:
 * in its first moments its child has not asked yet to die with it.
 */
function kill(pid: number | null): void {
  try {
    if (pid !== null) process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

/** Somebody killed bubblewrap itself: the kernel ends the tree (die-with-parent), which may take a moment. */
async function gone(pid: number): Promise<void> {
  while (existsSync(`/proc/${pid}`)) await pause(5);
}

function verdict(
  stopped: Stop | null,
  status: Launched['status'],
  killedBy: NodeJS.Signals | null,
): Omit<Outcome, 'denied'> {
  const ran = status.exitCode !== null;
  const ending = { exitCode: null, signal: null, limit: null };
  if (stopped !== null) {
    const started = ran || status.childPid !== null;
    if (stopped === 'aborted') return { ...ending, ended: 'aborted', started };
    return { ...ending, ended: 'limit', limit: stopped, started };
  }
  if (!ran) {
    // Setting up failed; or, with a signal, somebody killed bubblewrap itself, maybe in the middle of the command.
    const started = killedBy !== null && status.childPid !== null;
    return { ...ending, ended: killedBy ? 'signalled' : 'exited', signal: killedBy, started };
  }
  const exitCode = status.exitCode ?? 0;
  const signal = signalName(exitCode - 128);
  if (signal === 'SIGXFSZ') return { ...ending, ended: 'limit', limit: 'file_size', started: true };
  return { ended: signal ? 'signalled' : 'exited', exitCode, signal, limit: null, started: true };
}

function signalName(number: number): string | null {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found ? found[0] : null;
}
