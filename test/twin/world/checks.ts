import type { Json } from '../types.ts';
import { checkRun as checkRunJson } from '../shapes/check.ts';
import { checkSuite as checkSuiteJson } from '../shapes/check.ts';
import { send } from './events.ts';
import type { App, CheckRun, CheckSuite, Doer, Repository, World } from './types.ts';

/** The suite of an app for a commit; workflows have one for each run. */
export function suiteOf(world: World, of: Repository, app: App, headSha: string, fresh = false): CheckSuite {
  const found = fresh ? undefined : of.suites.find((suite) => suite.app.id === app.id && suite.headSha === headSha);
  if (found) return found;
  const headBranch = [...of.known].find(([, sha]) => sha === headSha)?.[0] ?? null;
  const made = { id: world.nextId(), app, headSha, headBranch, createdAt: world.now() };
  of.suites.push(made);
  return made;
}

export function newCheckRun(
  world: World,
  of: Repository,
  app: App,
  start: { name: string; headSha: string; suite?: CheckSuite; id?: number; jobId?: number },
): CheckRun {
  const run: CheckRun = {
    id: start.id ?? world.nextId(),
    suiteId: (start.suite ?? suiteOf(world, of, app, start.headSha)).id,
    app,
    name: start.name,
    headSha: start.headSha,
    externalId: '',
    detailsUrl: null,
    status: 'queued',
    conclusion: null,
    startedAt: world.now(),
    completedAt: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
    jobId: start.jobId ?? null,
  };
  of.checkRuns.push(run);
  return run;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** The members of a create or an update. Annotations are added to those that are there, as GitHub does. */
export function changeCheckRun(world: World, run: CheckRun, change: Json): void {
  if (typeof change['name'] === 'string') run.name = change['name'];
  if (typeof change['external_id'] === 'string') run.externalId = change['external_id'];
  if (typeof change['details_url'] === 'string') run.detailsUrl = change['details_url'];
  if (typeof change['started_at'] === 'string') run.startedAt = change['started_at'];
  if (typeof change['status'] === 'string') run.status = change['status'];
  if (typeof change['conclusion'] === 'string') {
    run.conclusion = change['conclusion'];
    // Source: docs.github.com/en/rest/checks/runs: "Providing conclusion will automatically set the status parameter to completed."
    run.status = 'completed';
  } else if (run.status !== 'completed') run.conclusion = null;
  run.completedAt =
    run.status === 'completed' ? (text(change['completed_at']) ?? run.completedAt ?? world.now()) : null;
  const output = change['output'] as Json | undefined;
  if (output === undefined) return;
  run.output = {
    title: text(output['title']) ?? run.output.title,
    summary: text(output['summary']) ?? run.output.summary,
    text: text(output['text']) ?? run.output.text,
  };
  run.annotations.push(...((output['annotations'] as Json[] | undefined) ?? []));
}

export function sendCheckRun(
  world: World,
  of: Repository,
  run: CheckRun,
  action: 'created' | 'completed',
  by: Doer,
): void {
  const suite = of.suites.find(({ id }) => id === run.suiteId);
  const shown = checkRunJson(world, of, run);
  const {
    check_runs_url: _,
    latest_check_runs_count: __,
    head_commit: ___,
    ...short
  } = suite ? checkSuiteJson(world, of, suite) : ({} as Json);
  send(world, of, ['check_run', action], by, { check_run: { ...shown, check_suite: short } });
}
