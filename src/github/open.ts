import { setTimeout as sleep } from 'node:timers/promises';
import { Answer } from './answer.ts';
import { artifactOf, jobOf, workflowRunOf } from './actions.ts';
import { checkRunsOf, saveCheckRun } from './check-runs.ts';
import { saveComment } from './comments.ts';
import { downloadArtifact } from './download.ts';
import { failedWith } from './failure.ts';
import { commentOf, issueOf, lastEdit, timelineItemOf } from './issues.ts';
import { createPull, markReady, openPullOf, openPullsOf, pullOf } from './pulls.ts';
import { type Effects, entriesOf, type Parameters, Transport } from './transport.ts';
import type { Artifact, GitHub, Permission, Person, Repository } from './types.ts';

export interface OpenOptions {
  token: string;
  /** `GITHUB_API_URL`: https, or http on this machine alone. */
  apiUrl: string;
  repository: Repository;
  userAgent?: string;
  /** Whose comments and check runs are the token's own; by default those of a workflow's `github.token`. */
  identity?: { login: string; app: string };
  effects?: Partial<Effects>;
}

const WORKFLOW = { login: 'github-actions[bot]', app: 'github-actions' };
const MAX_ARCHIVE = 512 * 1024 * 1024;

/** What the room needs of the world, as far as the caller does not give it. */
export const effectsOf = ({ effects }: Pick<OpenOptions, 'effects'>): Effects => ({
  fetch: (...request) => fetch(...request),
  sleep: (milliseconds) => sleep(milliseconds),
  random: Math.random,
  timeoutMs: 20_000,
  ...effects,
});

/** Opens one repository for one token; sends nothing. Throws a UserError for an address that the token should not be sent to. */
export function openGitHub(options: OpenOptions): GitHub {
  const { token, apiUrl, repository, userAgent = 'countersign', identity = WORKFLOW } = options;
  const effects = effectsOf(options);
  const transport = new Transport({ token, apiUrl, userAgent, effects });
  const base = { owner: repository.owner, repo: repository.name };
  const permissions = new Map<string, Promise<Permission>>();

  /** One object of the repository. */
  const one = async <T>(route: string, more: Parameters, read: (data: unknown, at: string) => T): Promise<T> => {
    const { data, at } = await transport.send(route, { ...base, ...more });
    return read(data, at);
  };
  /** The whole of a list. */
  const all = async <T>(
    route: string,
    more: Parameters,
    read: (data: unknown, at: string) => T,
    { list, maxPages }: { list?: string; maxPages?: number | undefined } = {},
  ): Promise<T[]> => {
    const found: T[] = [];
    for await (const page of transport.pages(route, { ...base, ...more }, maxPages)) {
      found.push(...entriesOf(page, list).map((entry) => read(entry, page.at)));
    }
    return found;
  };
  const artifacts = (route: string, more: Parameters): Promise<Artifact[]> =>
    all(route, more, artifactOf, { list: 'artifacts' });

  return {
    repository,
    issue: (number) =>
      one('GET /repos/{owner}/{repo}/issues/{issue_number}', { issue_number: number }, issueOf).catch(nullIfGone),
    lastEdit: (number) => lastEdit(transport, repository, number),
    timeline: async (number, { maxPages } = {}) => {
      const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/timeline';
      return (await all(route, { issue_number: number }, timelineItemOf, { maxPages })).filter((item) => item !== null);
    },
    permission: (person) => {
      const key = `${person.id} ${person.login}`;
      const asked = permissions.get(key) ?? permissionOf(transport, base, person);
      permissions.set(key, asked);
      return asked;
    },
    pull: (number) =>
      one('GET /repos/{owner}/{repo}/pulls/{pull_number}', { pull_number: number }, pullOf).catch(nullIfGone),
    openPullOf: (branch) => openPullOf(transport, repository, branch),
    openPullsOf: (branch) => openPullsOf(transport, repository, branch),
    pullsOfCommit: (sha) => all('GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', { commit_sha: sha }, pullOf),
    artifacts: async (name) => {
      const found = await artifacts('GET /repos/{owner}/{repo}/actions/artifacts', { name });
      return found.filter((artifact) => artifact.name === name).toSorted((a, b) => b.id - a.id);
    },
    artifactsOf: (runId) => artifacts('GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts', { run_id: runId }),
    workflowRun: (id) => one('GET /repos/{owner}/{repo}/actions/runs/{run_id}', { run_id: id }, workflowRunOf),
    jobs: (runId) =>
      all('GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs', { run_id: runId, filter: 'all' }, jobOf, {
        list: 'jobs',
      }),
    downloadArtifact: (id, file, { maxBytes = MAX_ARCHIVE } = {}) =>
      downloadArtifact(transport, effects, repository, { id, file, maxBytes }),
    comments: (number) =>
      all('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', { issue_number: number }, commentOf),
    saveComment: (number, kind, body, among) =>
      saveComment(transport, repository, { number, kind, body, login: identity.login, among }),
    createPull: (pull) => createPull(transport, repository, pull),
    updatePull: (number, change) =>
      one('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', { pull_number: number, ...change }, pullOf),
    markReady: (nodeId) => markReady(transport, nodeId),
    checkRuns: (sha) => checkRunsOf(transport, repository, sha),
    saveCheckRun: (desired, existing) => saveCheckRun(transport, repository, identity.app, desired, existing),
  };
}

function nullIfGone(error: unknown): null {
  if (failedWith(error, 404, 410)) return null;
  throw error;
}

export const PERMISSIONS: readonly Permission[] = ['admin', 'maintain', 'write', 'triage', 'read', 'none'];

async function permissionOf(
  transport: Transport,
  base: Parameters,
  person: Pick<Person, 'id' | 'login'>,
): Promise<Permission> {
  const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
  try {
    const { data, at } = await transport.send(route, { ...base, username: person.login });
    const answer = new Answer(data, at);
    // Logins are reused: whoever has this one now need not be who decided.
    if (answer.person('user').id !== person.id) return 'none';
    const role = answer.text('role_name');
    return PERMISSIONS.find((known) => known === role) ?? answer.oneOf('permission', PERMISSIONS);
  } catch (error) {
    if (failedWith(error, 404)) return 'none';
    throw error;
  }
}
