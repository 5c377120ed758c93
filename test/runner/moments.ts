import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Asked } from '../twin/index.ts';
import type { RunningAct } from './act.ts';
import { isRunning } from './processes.ts';
import type { Played } from './runner.ts';
import type { Stage } from './stage.ts';

type Door = 'engine' | 'verification';

/** A moment of a job: one of its requests, counted from 1; the middle of what mode run starts in the sandbox; or that the artifact service gave its upload a name. */
export interface Moment {
  job: string;
  how: 'kill' | 'cancel';
  at: number | Door | 'upload';
}

/** Counts the requests of a job's step that does the work: those after the checkout, which asks git alone. */
function counter(run: number, job: string): (asked: Pick<Asked, 'label' | 'operation'>) => number {
  let count = 0;
  return ({ label, operation }) => {
    if (label !== `run ${run} ${job}` || (count === 0 && operation?.startsWith('git ') === true)) return 0;
    count += 1;
    return count;
  };
}

export const requestsOf = ({ twin }: Stage, { run }: Played, job: string): number =>
  Math.max(0, ...twin.requests.all.map(counter(run.id, job)));

/** A folder that the sandbox sees. What is behind a door happens when that is open. */
export interface Doors {
  folder: string;
  wait(door: Door): string[];
  shut(door: Door): void;
  open(): void;
  remove(): void;
}

export function openDoors(): Doors {
  const folder = mkdtempSync(join(tmpdir(), 'doors-'));
  const behind = { engine: 'true', verification: 'node test/add.mjs' };
  return {
    folder,
    wait: (door) => ['sh', '-c', `while [ -e ${join(folder, door)} ]; do sleep 0.02; done; ${behind[door]}`],
    shut: (door) => writeFileSync(join(folder, door), ''),
    open: () => Object.keys(behind).forEach((door) => rmSync(join(folder, door), { force: true })),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * Ends a job at a moment, once. A request was carried out and is not answered yet (git's are), so the step that asked is at work; at a shut door the program stands in front of it.
 * Returns whether it came to that.
 */
export function endAt({ twin, runner }: Stage, doors: Doors, { job, how, at }: Moment): () => boolean {
  let isEnded = false;
  let running: { act: RunningAct; id: number; count: ReturnType<typeof counter> } | null = null;
  const end = (): void => {
    isEnded = true;
    running?.act[how]();
  };
  const look = (door: Door): void => {
    if (isRunning(doors.wait(door))) end();
    else setTimeout(() => look(door), 10).unref();
  };
  twin.requests.watch((asked) => {
    if (running === null || isEnded) return;
    const { label, operation } = asked;
    if (
      at === 'upload'
        ? label === `run ${running.id}` && operation === 'twirp CreateArtifact'
        : running.count(asked) === at
    )
      end();
  });
  if (at === 'engine' || at === 'verification') doors.shut(at);
  let isLooking = false;
  runner.set({
    onLine: ({ jobID }, act, { id }) => {
      if (running?.id !== id) running = { act, id, count: counter(id, job) };
      if (jobID !== job || isLooking || (at !== 'engine' && at !== 'verification')) return;
      isLooking = true;
      look(at);
    },
  });
  return () => isEnded;
}
