import type { Json } from '../types.ts';
import type { CheckRun, CheckSuite, Repository, Status, World } from '../world/types.ts';
import { app, nodeId, personOrNull } from './account.ts';
import { simpleCommit } from './commit.ts';
import { isPull, pullMinimal } from './pull.ts';
import { apiOf, pageOf, repository } from './repository.ts';

/** Open pull requests with this head. */
export const pullsWith = (world: World, of: Repository, sha: string): Json[] =>
  [...of.issues.values()]
    .filter(isPull)
    .filter(({ pull, state }) => state === 'open' && pull.headSha === sha && pull.headRepository === of)
    .map((issue) => pullMinimal(world, of, issue));

export function checkRun(world: World, of: Repository, run: CheckRun): Json {
  const url = `${apiOf(world, of)}/check-runs/${run.id}`;
  const page = `${pageOf(world, of)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      ...run.output,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: app(world, run.app),
    pull_requests: pullsWith(world, of, run.headSha),
  };
}

export function checkSuite(world: World, of: Repository, suite: CheckSuite): Json {
  const runs = of.checkRuns.filter(({ suiteId }) => suiteId === suite.id);
  const done = runs.every(({ status }) => status === 'completed');
  const worst = ['failure', 'timed_out', 'cancelled', 'action_required', 'success'].find((word) =>
    runs.some(({ conclusion }) => conclusion === word),
  );
  const url = `${apiOf(world, of)}/check-suites/${suite.id}`;
  return {
    id: suite.id,
    node_id: nodeId('CS', suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status: done ? 'completed' : 'in_progress',
    conclusion: done ? (worst ?? 'neutral') : null,
    url,
    before: null,
    after: suite.headSha,
    pull_requests: pullsWith(world, of, suite.headSha),
    app: app(world, suite.app),
    repository: repository(world, of),
    created_at: suite.createdAt,
    updated_at: suite.createdAt,
    head_commit: simpleCommit(of, suite.headSha),
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
  };
}

export function status(world: World, of: Repository, entry: Status): Json {
  return {
    url: `${apiOf(world, of)}/statuses/${entry.sha}`,
    avatar_url: null,
    id: entry.id,
    node_id: nodeId('SC', entry.id),
    state: entry.state,
    description: entry.description,
    target_url: entry.targetUrl,
    context: entry.context,
    created_at: entry.createdAt,
    updated_at: entry.createdAt,
    creator: personOrNull(world, entry.creator),
  };
}

/** Of the combined status, which leaves the creator out. */
export function simpleStatus(world: World, of: Repository, entry: Status): Json {
  const { creator: _, ...rest } = status(world, of, entry);
  return rest;
}
