import type { Json } from '../types.ts';
import type { Artifact, Job, Repository, Run, Workflow, World } from '../world/types.ts';
import { nodeId, person } from './account.ts';
import { pullsWith } from './check.ts';
import { simpleCommit } from './commit.ts';
import { apiOf, pageOf, repository } from './repository.ts';

export function workflowRun(world: World, of: Repository, run: Run): Json {
  const api = apiOf(world, of);
  const url = `${api}/actions/runs/${run.id}`;
  return {
    id: run.id,
    name: run.workflow.name,
    node_id: nodeId('WFR', run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflow.path,
    display_title: run.title,
    run_number: run.number,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflow.id,
    check_suite_id: run.suiteId,
    check_suite_node_id: nodeId('CS', run.suiteId),
    url,
    html_url: `${pageOf(world, of)}/actions/runs/${run.id}`,
    pull_requests: pullsWith(world, of, run.headSha),
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    actor: person(world, run.actor),
    run_attempt: run.attempt,
    referenced_workflows: [],
    run_started_at: run.startedAt,
    triggering_actor: person(world, run.actor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${api}/check-suites/${run.suiteId}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: run.attempt > 1 ? `${url}/attempts/${run.attempt - 1}` : null,
    workflow_url: `${api}/actions/workflows/${run.workflow.id}`,
    head_commit: simpleCommit(of, run.headSha),
    repository: repository(world, of),
    head_repository: repository(world, run.headRepository),
  };
}

export function job(world: World, of: Repository, run: Run, entry: Job): Json {
  const api = apiOf(world, of);
  return {
    id: entry.id,
    run_id: run.id,
    workflow_name: run.workflow.name,
    head_branch: run.headBranch,
    run_url: `${api}/actions/runs/${run.id}`,
    run_attempt: entry.attempt,
    node_id: nodeId('J', entry.id),
    head_sha: run.headSha,
    url: `${api}/actions/jobs/${entry.id}`,
    html_url: `${pageOf(world, of)}/actions/runs/${run.id}/job/${entry.id}`,
    status: entry.status,
    conclusion: entry.conclusion,
    created_at: entry.createdAt,
    started_at: entry.startedAt,
    completed_at: entry.completedAt,
    name: entry.name,
    steps: [],
    check_run_url: `${api}/check-runs/${entry.id}`,
    labels: ['ubuntu-24.04'],
    runner_id: 1,
    runner_name: 'twin',
    runner_group_id: 1,
    runner_group_name: 'Default',
  };
}

export function artifact(world: World, of: Repository, entry: Artifact): Json {
  const url = `${apiOf(world, of)}/actions/artifacts/${entry.id}`;
  return {
    id: entry.id,
    node_id: nodeId('MDg6QXJ0aWZhY3Q', entry.id),
    name: entry.name,
    size_in_bytes: entry.size,
    url,
    archive_download_url: `${url}/zip`,
    expired: entry.expired,
    digest: entry.digest,
    created_at: entry.createdAt,
    updated_at: entry.createdAt,
    expires_at: entry.expiresAt,
    workflow_run: {
      id: entry.run.id,
      repository_id: of.id,
      head_repository_id: entry.run.headRepository.id,
      head_branch: entry.run.headBranch,
      head_sha: entry.run.headSha,
    },
  };
}

export const workflow = (world: World, of: Repository, { id, path, name, createdAt }: Workflow): Json => ({
  id,
  node_id: nodeId('W', id),
  name,
  path,
  state: 'active',
  created_at: createdAt,
  updated_at: createdAt,
  url: `${apiOf(world, of)}/actions/workflows/${id}`,
  html_url: `${pageOf(world, of)}/blob/${of.defaultBranch}/${path}`,
  badge_url: `${pageOf(world, of)}/workflows/${encodeURIComponent(name)}/badge.svg`,
});
