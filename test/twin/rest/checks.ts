import { counted, created, number, ok, on, page, type RepositoryCall, type Route, text } from '../http/route.ts';
import {
  checkRun as checkRunJson,
  checkSuite as checkSuiteJson,
  simpleStatus,
  status as statusJson,
} from '../shapes/check.ts';
import { apiOf, repository } from '../shapes/repository.ts';
import { changeCheckRun, newCheckRun, sendCheckRun } from '../world/checks.ts';
import { invalid, notFound, Refused } from '../world/refused.ts';
import type { App, CheckRun } from '../world/types.ts';
import { shaOf } from './commits.ts';

const READ = { needs: 'checks=read', role: 'read' } as const;
const WRITE = { needs: 'checks=write', role: 'write' } as const;

/** Only apps write check runs. */
function appOf({ caller }: RepositoryCall): App {
  if (caller.app === null) throw new Refused(403, 'You must authenticate via a GitHub App.');
  return caller.app;
}

function checkRunOf(call: RepositoryCall): CheckRun {
  const found = call.repo.checkRuns.find(({ id }) => id === number(call, 'check_run_id'));
  if (!found) throw notFound();
  return found;
}

const shown = ({ world, repo }: RepositoryCall, run: CheckRun): Record<string, unknown> =>
  checkRunJson(world, repo, run);

export const checkRoutes: Route[] = [
  on('GET commits/{ref}/check-runs', READ, (call) => {
    const { repo, query } = call;
    const sha = shaOf(call, 'ref');
    const found = repo.checkRuns
      .filter((run) => run.headSha === sha)
      .filter((run) => query['check_name'] === undefined || run.name === query['check_name'])
      .filter((run) => query['status'] === undefined || run.status === query['status'])
      .filter((run) => query['app_id'] === undefined || run.app.id === query['app_id'])
      .toSorted((a, b) => b.id - a.id);
    // `latest`: of each name of a suite the newest.
    const seen = new Set<string>();
    const latest = found.filter(({ suiteId, name }) => {
      const key = `${suiteId} ${name}`;
      return !seen.has(key) && seen.add(key);
    });
    return counted(call, 'check_runs', query['filter'] === 'all' ? found : latest, (run) => shown(call, run));
  }),
  on('GET commits/{ref}/check-suites', READ, (call) => {
    const sha = shaOf(call, 'ref');
    const found = call.repo.suites.filter(({ headSha }) => headSha === sha);
    return counted(call, 'check_suites', found, (suite) => checkSuiteJson(call.world, call.repo, suite));
  }),
  on('POST check-runs', WRITE, (call) => {
    const { world, repo, caller, body } = call;
    const app = appOf(call);
    const headSha = text(body['head_sha']);
    if (!repo.git.has(headSha)) throw invalid(`No commit found for SHA: ${headSha}`);
    const run = newCheckRun(world, repo, app, { name: text(body['name']), headSha });
    changeCheckRun(world, run, body);
    sendCheckRun(world, repo, run, 'created', caller);
    if (run.status === 'completed') sendCheckRun(world, repo, run, 'completed', caller);
    return created(shown(call, run));
  }),
  on('GET check-runs/{check_run_id}', READ, (call) => ok(shown(call, checkRunOf(call)))),
  on('PATCH check-runs/{check_run_id}', WRITE, (call) => {
    const { world, repo, caller, body } = call;
    const run = checkRunOf(call);
    if (run.app.id !== appOf(call).id)
      throw new Refused(
        403,
        'Invalid app_id `' +
          String(caller.app?.id) +
          '` - check run can only be modified by the GitHub App that created it.',
      );
    // Source: github.blog/changelog/2025-02-12: check runs of jobs are changed by their jobs alone.
    if (run.jobId !== null) throw new Refused(403, 'Check runs created by GitHub Actions jobs cannot be modified.');
    const wasDone = run.status === 'completed';
    changeCheckRun(world, run, body);
    if (run.status === 'completed' && !wasDone) sendCheckRun(world, repo, run, 'completed', caller);
    return ok(shown(call, run));
  }),
  on('GET commits/{ref}/statuses', { needs: 'statuses=read', role: 'read' }, (call) => {
    const sha = shaOf(call, 'ref');
    const found = call.repo.statuses.filter((entry) => entry.sha === sha).toReversed();
    return page(call, found, (entry) => statusJson(call.world, call.repo, entry));
  }),
  on('GET commits/{ref}/status', { needs: 'statuses=read', role: 'read' }, (call) => {
    const { world, repo } = call;
    const sha = shaOf(call, 'ref');
    const latest = new Map(repo.statuses.filter((entry) => entry.sha === sha).map((entry) => [entry.context, entry]));
    const states = [...latest.values()].map(({ state }) => state);
    const bad = states.some((state) => state === 'failure' || state === 'error');
    const state = bad ? 'failure' : states.length === 0 || states.includes('pending') ? 'pending' : 'success';
    return ok({
      state,
      statuses: [...latest.values()].map((entry) => simpleStatus(world, repo, entry)),
      sha,
      total_count: latest.size,
      repository: repository(world, repo),
      commit_url: `${apiOf(world, repo)}/commits/${sha}`,
      url: `${apiOf(world, repo)}/commits/${sha}/status`,
    });
  }),
  on('POST statuses/{sha}', { needs: 'statuses=write', role: 'write' }, (call) => {
    const { world, repo, caller, body, params } = call;
    const sha = params['sha'] ?? '';
    if (!/^[0-9a-f]{40}$/.test(sha) || !repo.git.has(sha)) throw invalid(`No commit found for SHA: ${sha}`);
    const entry = {
      id: world.nextId(),
      sha,
      state: text(body['state']),
      context: text(body['context']) || 'default',
      description: text(body['description']) || null,
      targetUrl: text(body['target_url']) || null,
      creator: caller.person,
      createdAt: world.now(),
    };
    repo.statuses.push(entry);
    return created(statusJson(world, repo, entry));
  }),
];
