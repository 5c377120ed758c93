import { type Answer, counted, nothing, number, ok, on, type RepositoryCall, type Route, text } from '../http/route.ts';
import { artifact as artifactJson, job as jobJson, workflow as workflowJson, workflowRun } from '../shapes/run.ts';
import { send } from '../world/events.ts';
import { invalid, notFound, Refused } from '../world/refused.ts';
import { workflowOf } from '../world/runs.ts';
import type { Artifact, Run, Workflow } from '../world/types.ts';

const READ = { needs: 'actions=read', role: 'read' } as const;
const WRITE = { needs: 'actions=write', role: 'write' } as const;
/** Settings of Actions are read by administrators alone. */
const SETTINGS = { needs: 'administration=read', role: 'admin', never: true } as const;

function runOf(call: RepositoryCall): Run {
  const found = call.repo.runs.find(({ id }) => id === number(call, 'run_id'));
  if (!found) throw notFound();
  return found;
}

function artifactOf(call: RepositoryCall): Artifact {
  const found = call.repo.artifacts.find(({ id, finalized }) => finalized && id === number(call, 'artifact_id'));
  if (!found) throw notFound();
  return found;
}

function listArtifacts(call: RepositoryCall, among: (artifact: Artifact) => boolean): ReturnType<typeof counted> {
  const { world, repo, query } = call;
  const found = repo.artifacts
    .filter(({ finalized }) => finalized)
    .filter(among)
    .filter(({ name }) => query['name'] === undefined || name === query['name'])
    .toSorted((a, b) => b.id - a.id);
  return counted(call, 'artifacts', found, (entry) => artifactJson(world, repo, entry));
}

/** By number or by the file's name. */
function workflowNamed({ world, repo, params }: RepositoryCall): Workflow {
  const wanted = params['workflow_id'] ?? '';
  const known = repo.workflows.find(({ id, path }) => String(id) === wanted || path === `.github/workflows/${wanted}`);
  if (known) return known;
  const path = `.github/workflows/${wanted}`;
  const tip = repo.known.get(repo.defaultBranch);
  if (tip === undefined || !repo.git.tree(tip, true).some((entry) => entry.path === path)) throw notFound();
  return workflowOf(world, repo, path);
}

export const actionRoutes: Route[] = [
  on('GET actions/permissions', SETTINGS, ({ repo: { actions } }) =>
    ok({
      enabled: actions.enabled,
      allowed_actions: actions.allowedActions,
      sha_pinning_required: actions.shaPinningRequired,
    }),
  ),
  on('GET actions/permissions/workflow', SETTINGS, ({ repo: { actions } }) =>
    ok({
      default_workflow_permissions: actions.defaultWorkflowPermissions,
      can_approve_pull_request_reviews: actions.canApprovePullRequests,
    }),
  ),
  on('GET actions/workflows', READ, (call) => {
    const { world, repo } = call;
    const tip = repo.known.get(repo.defaultBranch);
    for (const { path } of tip === undefined ? [] : repo.git.tree(tip, true))
      if (/^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)) workflowOf(world, repo, path);
    return counted(call, 'workflows', repo.workflows, (entry) => workflowJson(world, repo, entry));
  }),
  on('GET actions/workflows/{workflow_id}', READ, (call) =>
    ok(workflowJson(call.world, call.repo, workflowNamed(call))),
  ),
  on('POST actions/workflows/{workflow_id}/dispatches', WRITE, dispatch),
  on('GET actions/runs', READ, (call) => {
    const { world, repo, query } = call;
    const fits: readonly ((run: Run) => boolean)[] = [
      (run) => query['event'] === undefined || run.event === query['event'],
      (run) => query['branch'] === undefined || run.headBranch === query['branch'],
      (run) => query['head_sha'] === undefined || run.headSha === query['head_sha'],
      (run) => query['actor'] === undefined || run.actor.login === query['actor'],
      (run) => query['status'] === undefined || run.status === query['status'] || run.conclusion === query['status'],
    ];
    const found = repo.runs.filter((run) => fits.every((fit) => fit(run))).toReversed();
    return counted(call, 'workflow_runs', found, (run) => workflowRun(world, repo, run));
  }),
  on('GET actions/runs/{run_id}', READ, (call) => ok(workflowRun(call.world, call.repo, runOf(call)))),
  on('GET actions/runs/{run_id}/jobs', READ, (call) => {
    const run = runOf(call);
    const jobs = run.jobs.filter(({ attempt }) => call.query['filter'] === 'all' || attempt === run.attempt);
    return counted(call, 'jobs', jobs, (job) => jobJson(call.world, call.repo, run, job));
  }),
  on('GET actions/jobs/{job_id}', READ, (call) => {
    for (const run of call.repo.runs) {
      const job = run.jobs.find(({ id }) => id === number(call, 'job_id'));
      if (job) return ok(jobJson(call.world, call.repo, run, job));
    }
    throw notFound();
  }),
  on('GET actions/runs/{run_id}/artifacts', READ, (call) => {
    const run = runOf(call);
    return listArtifacts(call, (artifact) => artifact.run === run);
  }),
  on('GET actions/artifacts', READ, (call) => listArtifacts(call, () => true)),
  on('GET actions/artifacts/{artifact_id}', READ, (call) => ok(artifactJson(call.world, call.repo, artifactOf(call)))),
  on('DELETE actions/artifacts/{artifact_id}', WRITE, (call) => {
    const gone = artifactOf(call);
    call.repo.artifacts = call.repo.artifacts.filter((artifact) => artifact !== gone);
    return nothing;
  }),
  // Without a token not even of a public repository.
  on('GET actions/artifacts/{artifact_id}/{archive_format}', { ...READ, never: true }, (call) => {
    const artifact = artifactOf(call);
    if (call.params['archive_format'] !== 'zip') throw notFound();
    if (artifact.expired) throw new Refused(410, 'Artifact has expired');
    return { status: 302, headers: { location: call.world.signedUrl(artifact, 'r') } };
  }),
];

function dispatch(call: RepositoryCall): Answer {
  const { world, repo, caller, body } = call;
  const workflow = workflowNamed(call);
  const ref = text(body['ref']);
  const branch = ref.replace(/^refs\/heads\//, '');
  const sha = repo.known.get(branch);
  if (sha === undefined) throw invalid(`No ref found for: ${ref}`);
  const file = repo.git.tree(sha, true).find(({ path }) => path === workflow.path);
  if (!file || !/^\s*workflow_dispatch\s*:|\bworkflow_dispatch\b/m.test(repo.git.blob(file.sha).toString()))
    throw invalid("Workflow does not have 'workflow_dispatch' trigger");
  send(world, repo, ['workflow_dispatch', null], caller, {
    inputs: body['inputs'] ?? null,
    ref: `refs/heads/${branch}`,
    workflow: workflow.path,
  });
  // A run comes only when whoever plays the runner starts one (`runs.start`): with `return_run_details` GitHub would name it here.
  if (body['return_run_details'] === true)
    throw invalid('The twin starts no runs by itself: leave return_run_details out.');
  return nothing;
}
