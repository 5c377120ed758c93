import {
  type Answer,
  created,
  nothing,
  number,
  ok,
  on,
  optional,
  page,
  type RepositoryCall,
  type Route,
  text,
} from '../http/route.ts';
import { changedFile, commit as commitJson } from '../shapes/commit.ts';
import { isPull, pull as pullJson, type PullIssue, pullSimple } from '../shapes/pull.ts';
import { person } from '../shapes/account.ts';
import { accountOf, ACTIONS } from '../world/accounts.ts';
import { closeIssue, editIssue, markMerged, reopenIssue } from '../world/issues.ts';
import { mergeStateOf } from '../world/merging.ts';
import { checkReopening, newPull, removeReviewers, requestReviewers, retarget } from '../world/pulls.ts';
import { invalid, notFound, Refused } from '../world/refused.ts';
import { demandRole, personOf } from '../world/rights.ts';
import type { Account } from '../world/types.ts';

const READ = { needs: 'pull_requests=read', role: 'read' } as const;
const WRITE = { needs: 'pull_requests=write', role: 'read' } as const;

export function pullOf(call: RepositoryCall): PullIssue {
  const issue = call.repo.issues.get(number(call, 'pull_number'));
  if (!issue || !isPull(issue)) throw notFound();
  return issue;
}

function reviewersOf({ world, body }: RepositoryCall): Account[] {
  return ((body['reviewers'] as string[] | undefined) ?? []).map((login) => {
    const found = accountOf(world, login);
    if (found === null) throw invalid('Reviews may only be requested from collaborators.');
    return found;
  });
}

export const pullRoutes: Route[] = [
  on('GET pulls', READ, (call) => {
    const { world, repo, query } = call;
    const state = query['state'] ?? 'open';
    const head = text(query['head']).toLowerCase();
    const base = optional<string>(query['base']);
    const found = [...repo.issues.values()]
      .filter(isPull)
      .filter((issue) => state === 'all' || issue.state === state)
      // Source: the REST reference: `user:ref-name`; without an owner GitHub does not filter.
      .filter(
        ({ pull }) =>
          !head.includes(':') || `${pull.headRepository.owner.login}:${pull.headRef}`.toLowerCase() === head,
      )
      .filter(({ pull }) => base === undefined || pull.baseRef === base)
      .toSorted((a, b) => b.number - a.number);
    if (query['direction'] === 'asc') found.reverse();
    return page(call, found, (issue) => pullSimple(world, repo, issue));
  }),
  on('POST pulls', WRITE, ({ world, repo, caller, body }) => {
    if (caller.app?.id === ACTIONS.id && !repo.actions.canApprovePullRequests)
      throw new Refused(403, 'GitHub Actions is not permitted to create or approve pull requests.');
    const by = { person: personOf(caller), app: caller.app };
    const issue = newPull(world, repo, by, {
      title: text(body['title']),
      body: optional<string>(body['body']) ?? null,
      head: text(body['head']),
      base: text(body['base']),
      draft: body['draft'] === true,
    });
    return created(pullJson(world, repo, issue));
  }),
  on('GET pulls/{pull_number}', READ, (call) => ok(pullJson(call.world, call.repo, pullOf(call)))),
  on('PATCH pulls/{pull_number}', WRITE, (call) => {
    const { world, repo, caller, body } = call;
    const issue = pullOf(call);
    if (issue.author !== caller.person) demandRole(caller, repo, 'write');
    const { title, body: prose, base } = body as { title?: string; body?: string | null; base?: string };
    if (body['state'] === 'open' && issue.state === 'closed') {
      checkReopening(repo, issue);
      reopenIssue(world, repo, issue, caller);
    }
    if (base !== undefined) retarget(world, repo, issue, base, caller);
    editIssue(
      world,
      repo,
      issue,
      { ...(title === undefined ? {} : { title }), ...(prose === undefined ? {} : { body: prose }) },
      caller,
    );
    if (body['state'] === 'closed') closeIssue(world, repo, issue, caller);
    return ok(pullJson(world, repo, issue));
  }),
  on('GET pulls/{pull_number}/merge', READ, (call) => {
    if (pullOf(call).pull.mergedAt === null) throw notFound();
    return nothing;
  }),
  on('PUT pulls/{pull_number}/merge', { needs: 'contents=write', role: 'write' }, merge),
  on('GET pulls/{pull_number}/commits', READ, (call) => {
    const { world, repo } = call;
    const { pull } = pullOf(call);
    const commits = repo.git.between(repo.known.get(pull.baseRef) ?? pull.baseSha, pull.headSha);
    return page(call, commits, (sha) => commitJson(world, repo, sha));
  }),
  on('GET pulls/{pull_number}/files', READ, (call) => {
    const { world, repo } = call;
    const { pull } = pullOf(call);
    const from = repo.git.mergeBase(repo.known.get(pull.baseRef) ?? pull.baseSha, pull.headSha);
    const files = from === null ? [] : repo.git.diff(from, pull.headSha);
    return page(call, files, (file) => changedFile(world, repo, pull.headSha, file));
  }),
  on('GET pulls/{pull_number}/requested_reviewers', READ, (call) =>
    ok({ users: pullOf(call).pull.reviewers.map((who) => person(call.world, who)), teams: [] }),
  ),
  on('POST pulls/{pull_number}/requested_reviewers', { ...WRITE, role: 'write' }, (call) => {
    const issue = pullOf(call);
    requestReviewers(call.world, call.repo, issue, reviewersOf(call), call.caller);
    return { status: 201, body: pullSimple(call.world, call.repo, issue) };
  }),
  on('DELETE pulls/{pull_number}/requested_reviewers', { ...WRITE, role: 'write' }, (call) => {
    const issue = pullOf(call);
    removeReviewers(call.world, call.repo, issue, reviewersOf(call), call.caller);
    return ok(pullSimple(call.world, call.repo, issue));
  }),
];

const notAllowed = (why: string): Refused => new Refused(405, why);

function merge(call: RepositoryCall): Answer {
  const { world, repo, caller, body } = call;
  const issue = pullOf(call);
  const { pull } = issue;
  const state = mergeStateOf(repo, issue);
  if (issue.state === 'closed' || pull.draft) throw notAllowed('Pull Request is not mergeable');
  if (state.mergeable !== true) throw notAllowed('Pull Request is not mergeable');
  if (body['sha'] !== undefined && body['sha'] !== pull.headSha)
    throw new Refused(409, 'Head branch was modified. Review and try the merge again.');
  if (state.missing.length > 0) throw notAllowed(`Repository rule violations found\n\n${state.missing.join('\n')}`);
  const base = repo.known.get(pull.baseRef) ?? pull.baseSha;
  const tree = repo.git.mergedTree(base, pull.headSha) ?? '';
  const who = personOf(caller);
  const signature = { name: who.login, email: `${who.id}+${who.login}@users.noreply.github.com`, date: world.now() };
  const squash = body['merge_method'] === 'squash';
  const title =
    text(body['commit_title']) ||
    (squash
      ? `${issue.title} (#${issue.number})`
      : `Merge pull request #${issue.number} from ${pull.headRepository.owner.login}/${pull.headRef}`);
  const message = `${title}\n\n${text(body['commit_message']) || issue.title}\n`;
  const sha = repo.git.commitTree(tree, squash ? [base] : [base, pull.headSha], message, signature);
  repo.git.update(`refs/heads/${pull.baseRef}`, sha);
  markMerged(world, repo, issue, caller, sha);
  return { status: 200, body: { sha, merged: true, message: 'Pull Request successfully merged' } };
}
