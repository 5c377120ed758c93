import { created, issueOf, ok, on, optional, page, type RepositoryCall, type Route, text } from '../http/route.ts';
import { comment as commentJson, issue as issueJson, oneIssue } from '../shapes/issue.ts';
import { isPull } from '../shapes/pull.ts';
import { label as labelJson } from '../shapes/repository.ts';
import { timelineItem } from '../shapes/timeline.ts';
import { addLabel, closeIssue, editIssue, newIssue, opened, removeLabel, reopenIssue } from '../world/issues.ts';
import { checkReopening } from '../world/pulls.ts';
import { Refused } from '../world/refused.ts';
import { atLeast, demandRole, personOf, roleOf } from '../world/rights.ts';
import type { Issue } from '../world/types.ts';

const READ = { needs: 'issues=read; pull_requests=read', role: 'read' } as const;
/** Who may read an issue may write one and comment; everything else is looked at where it is done. */
const WRITE = { needs: 'issues=write; pull_requests=write', role: 'read' } as const;
const TRIAGE = { needs: 'issues=write; pull_requests=write', role: 'triage' } as const;

/** GitHub gives a label's name or an object with it. */
const namesOf = (labels: unknown): string[] =>
  (Array.isArray(labels) ? (labels as (string | { name: string })[]) : []).map((entry) =>
    typeof entry === 'string' ? entry : entry.name,
  );

const shown = ({ world, repo }: RepositoryCall, issue: Issue): Record<string, unknown>[] =>
  issue.labels.map((entry) => labelJson(world, repo, entry));

/** Its author may change title, body and state, others need triage; an app's token needs the permission alone. */
function mayEdit({ caller, repo }: RepositoryCall, issue: Issue): void {
  if (issue.author !== caller.person) demandRole(caller, repo, 'triage');
}

export const issueRoutes: Route[] = [
  on('GET issues', READ, (call) => {
    const { repo, query, world } = call;
    const state = query['state'] ?? 'open';
    const labels = text(query['labels'])
      .toLowerCase()
      .split(',')
      .filter((name) => name !== '');
    const since = optional<string>(query['since']);
    const found = [...repo.issues.values()]
      .filter((issue) => state === 'all' || issue.state === state)
      .filter((issue) => labels.every((name) => issue.labels.some((label) => label.name.toLowerCase() === name)))
      .filter((issue) => since === undefined || Date.parse(issue.updatedAt) >= Date.parse(since))
      .filter(({ author }) => query['creator'] === undefined || author.login === query['creator'])
      .toSorted((a, b) => b.number - a.number);
    if (query['direction'] === 'asc') found.reverse();
    return page(call, found, (issue) => issueJson(world, repo, issue));
  }),
  on('POST issues', { needs: 'issues=write', role: 'read' }, ({ world, repo, caller, body }) => {
    if (!repo.hasIssues) throw new Refused(410, 'Issues has been disabled in this repository.');
    const by = { person: personOf(caller), app: caller.app };
    const issue = newIssue(world, repo, by, {
      title: text(body['title']),
      body: optional<string>(body['body']) ?? null,
    });
    // Labels of who may not set them are passed over without a word.
    const mayLabel = caller.grant !== null || atLeast(roleOf(repo, caller.person), 'triage');
    const labels = mayLabel ? namesOf(body['labels']) : [];
    opened(world, repo, issue, labels, by);
    return created(oneIssue(world, repo, issue));
  }),
  on('GET issues/{issue_number}', READ, (call) => ok(oneIssue(call.world, call.repo, issueOf(call)))),
  on('PATCH issues/{issue_number}', WRITE, (call) => {
    const { world, repo, caller, body } = call;
    const issue = issueOf(call);
    mayEdit(call, issue);
    const { title, body: prose } = body as { title?: string; body?: string | null };
    if (body['state'] === 'open' && issue.state === 'closed') {
      if (isPull(issue)) checkReopening(repo, issue);
      reopenIssue(world, repo, issue, caller);
    }
    editIssue(
      world,
      repo,
      issue,
      { ...(title === undefined ? {} : { title }), ...(prose === undefined ? {} : { body: prose }) },
      caller,
    );
    if (body['labels'] !== undefined) {
      demandRole(caller, repo, 'triage');
      setLabels(call, issue, namesOf(body['labels']));
    }
    if (body['state'] === 'closed')
      closeIssue(world, repo, issue, caller, (body['state_reason'] as Issue['stateReason']) ?? 'completed');
    return ok(oneIssue(world, repo, issue));
  }),
  on('GET issues/{issue_number}/labels', READ, (call) =>
    page(call, issueOf(call).labels, (entry) => labelJson(call.world, call.repo, entry)),
  ),
  on('POST issues/{issue_number}/labels', TRIAGE, (call) => {
    const issue = issueOf(call);
    for (const name of namesOf(call.body['labels'] ?? call.body))
      addLabel(call.world, call.repo, issue, name, call.caller);
    return ok(shown(call, issue));
  }),
  on('PUT issues/{issue_number}/labels', TRIAGE, (call) => {
    const issue = issueOf(call);
    setLabels(call, issue, namesOf(call.body['labels'] ?? call.body));
    return ok(shown(call, issue));
  }),
  on('DELETE issues/{issue_number}/labels/{name}', TRIAGE, (call) => {
    const issue = issueOf(call);
    const label = issue.labels.find(({ name }) => name.toLowerCase() === call.params['name']?.toLowerCase());
    if (!label) throw new Refused(404, 'Label does not exist');
    removeLabel(call.world, call.repo, issue, label, call.caller);
    return ok(shown(call, issue));
  }),
  on('GET issues/{issue_number}/timeline', READ, (call) => {
    const { world, repo } = call;
    const issue = issueOf(call);
    const { timeline } = issue;
    return page(call, timeline, (entry) => timelineItem(world, repo, issue, entry));
  }),
  on('GET issues/{issue_number}/comments', READ, (call) => {
    const { world, repo } = call;
    const comments = issueOf(call).timeline.flatMap((entry) => ('comment' in entry ? [entry.comment] : []));
    return page(call, comments, (entry) => commentJson(world, repo, entry));
  }),
];

function setLabels({ world, repo, caller }: RepositoryCall, issue: Issue, names: readonly string[]): void {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  for (const label of issue.labels)
    if (!wanted.has(label.name.toLowerCase())) removeLabel(world, repo, issue, label, caller);
  for (const name of names) addLabel(world, repo, issue, name, caller);
}
