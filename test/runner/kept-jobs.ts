import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ran } from './log.ts';
import { EXPORT } from './places.ts';
import { readWorkflow, record, type Workflow } from './workflow.ts';

/** Jobs of an earlier attempt that are not run again, and their outputs. */
export type Kept = ReadonlyMap<string, Readonly<Record<string, string>>>;

const OUTPUT = /^\$\{\{ steps\.([\w-]+)\.outputs\.([\w-]+) \}\}$/;

const needsOf = (job: Record<string, unknown>): string[] => {
  const needs = job['needs'];
  return Array.isArray(needs) ? needs.map(String) : typeof needs === 'string' ? [needs] : [];
};

/** "Re-run failed jobs" runs those and all that need them; what succeeded before keeps its outputs. Source: docs.github.com, Re-running workflows and jobs. */
export function keptJobs(caller: Workflow, before: Ran): Kept {
  const isCalling = [...caller.jobs.values()].some(({ uses }) => uses !== null);
  const { document } = isCalling
    ? readWorkflow(readFileSync(join(EXPORT, '.github/workflows/packet.yml'), 'utf8'))
    : caller;
  const jobs = Object.entries(record(document['jobs'])).map(([id, job]) => ({ id, job: record(job) }));
  const again = new Set([...before.jobs.values()].filter(({ result }) => result !== 'success').map(({ id }) => id));
  for (let size = -1; size !== again.size; ) {
    size = again.size;
    for (const { id, job } of jobs) if (needsOf(job).some((need) => again.has(need))) again.add(id);
  }
  return new Map(
    jobs
      .filter(({ id }) => before.jobs.has(id) && !again.has(id))
      .map(({ id, job }) => [id, outputsOf(record(job['outputs']), before, id)]),
  );
}

function outputsOf(expressions: Record<string, unknown>, before: Ran, id: string): Record<string, string> {
  const steps = before.jobs.get(id)?.steps.filter(({ stage }) => stage === 'Main') ?? [];
  return Object.fromEntries(
    Object.entries(expressions).map(([name, expression]) => {
      const [, step, output] = OUTPUT.exec(String(expression)) ?? [];
      if (step === undefined || output === undefined) throw new Error(`output ${name} of ${id}: ${String(expression)}`);
      return [name, steps.find((known) => known.id === step)?.outputs[output] ?? ''];
    }),
  );
}
