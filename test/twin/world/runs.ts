import type { GitHubEvent } from '../types.ts';
import { workflow as workflowJson, workflowRun } from '../shapes/run.ts';
import { ACTIONS } from './accounts.ts';
import { changeCheckRun, newCheckRun, suiteOf } from './checks.ts';
import { send } from './events.ts';
import type { Account, Job, Repository, Run, Workflow, World } from './types.ts';

/** A workflow is known once it ran or is named; its name is what the file on the default branch says, else the path. */
export function workflowOf(world: World, of: Repository, path: string): Workflow {
  const found = of.workflows.find((workflow) => workflow.path === path);
  if (found) return found;
  const tip = of.known.get(of.defaultBranch);
  const entry = tip === undefined ? undefined : of.git.tree(tip, true).find((file) => file.path === path);
  const text = entry?.type === 'blob' ? of.git.blob(entry.sha).toString() : '';
  const name = /^name:\s*(["']?)(.+?)\1\s*(?:#.*)?$/m.exec(text)?.[2] ?? path;
  const made = { id: world.nextId(), path, name, createdAt: world.now() };
  of.workflows.push(made);
  return made;
}

export interface NewRun {
  workflow: Workflow;
  event: string;
  actor: Account;
  headBranch: string;
  headSha: string;
  headRepository: Repository;
  title: string;
}

export function newRun(world: World, of: Repository, start: NewRun): Run {
  const at = world.now();
  const run: Run = {
    ...start,
    id: world.nextId(),
    number: of.runs.filter(({ workflow }) => workflow === start.workflow).length + 1,
    attempt: 1,
    status: 'queued',
    conclusion: null,
    createdAt: at,
    startedAt: at,
    updatedAt: at,
    suiteId: suiteOf(world, of, ACTIONS, start.headSha, true).id,
    jobs: [],
  };
  of.runs.push(run);
  sendRun(world, of, run, 'requested');
  return run;
}

export function sendRun(world: World, of: Repository, run: Run, action: string): GitHubEvent {
  const by = { person: run.actor, app: null };
  return send(world, of, ['workflow_run', action], by, {
    workflow_run: workflowRun(world, of, run),
    workflow: workflowJson(world, of, run.workflow),
  });
}

export function newJob(world: World, of: Repository, run: Run, name: string): Job {
  const at = world.now();
  const job: Job = {
    id: world.nextId(),
    name,
    attempt: run.attempt,
    status: 'queued',
    conclusion: null,
    createdAt: at,
    startedAt: at,
    completedAt: null,
  };
  run.jobs.push(job);
  const suite = of.suites.find(({ id }) => id === run.suiteId);
  // On GitHub a job's id is that of its check run.
  newCheckRun(world, of, ACTIONS, {
    name,
    headSha: run.headSha,
    id: job.id,
    jobId: job.id,
    ...(suite ? { suite } : {}),
  });
  return job;
}

export function startJob(world: World, of: Repository, run: Run, job: Job): void {
  if (run.status === 'queued') {
    run.status = 'in_progress';
    sendRun(world, of, run, 'in_progress');
  }
  job.status = 'in_progress';
  job.startedAt = world.now();
  mirror(world, of, job);
}

export function finishJob(world: World, of: Repository, job: Job, conclusion: string): void {
  job.status = 'completed';
  job.conclusion = conclusion;
  job.completedAt = world.now();
  mirror(world, of, job);
}

export function renameJob(world: World, of: Repository, job: Job, name: string): void {
  job.name = name;
  mirror(world, of, job);
}

function mirror(world: World, of: Repository, job: Job): void {
  const run = of.checkRuns.find(({ jobId }) => jobId === job.id);
  if (!run) return;
  const { name, status, conclusion } = job;
  changeCheckRun(world, run, { name, status, ...(conclusion === null ? {} : { conclusion }) });
}

export function finishRun(world: World, of: Repository, run: Run, conclusion: string): GitHubEvent {
  for (const job of run.jobs) {
    if (job.status !== 'completed')
      finishJob(
        world,
        of,
        job,
        conclusion === 'success' ? 'success' : job.status === 'queued' ? 'skipped' : conclusion,
      );
  }
  run.status = 'completed';
  run.conclusion = conclusion;
  run.updatedAt = world.now();
  return sendRun(world, of, run, 'completed');
}

export function rerun(world: World, of: Repository, run: Run): void {
  run.attempt += 1;
  run.status = 'queued';
  run.conclusion = null;
  run.startedAt = world.now();
  run.updatedAt = run.startedAt;
  sendRun(world, of, run, 'requested');
}
