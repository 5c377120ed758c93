import type { Json } from '../types.ts';
import { issue as issueJson } from '../shapes/issue.ts';
import { isPull, pull as pullJson, type PullIssue } from '../shapes/pull.ts';
import { label as labelJson } from '../shapes/repository.ts';
import { send } from './events.ts';
import { invalid } from './refused.ts';
import { note } from './timeline.ts';
import type { Account, App, Doer, Issue, Label, Repository, World } from './types.ts';

/** Sends `issues` or `pull_request`, whichever it is. */
export function sendAbout(world: World, of: Repository, issue: Issue, action: string, by: Doer, more: Json = {}): void {
  if (isPull(issue)) {
    const detail = { number: issue.number, pull_request: pullJson(world, of, issue), ...more };
    send(world, of, ['pull_request', action], by, detail);
  } else send(world, of, ['issues', action], by, { issue: issueJson(world, of, issue), ...more });
}

export function newIssue(
  world: World,
  of: Repository,
  by: { person: Account; app: App | null },
  { title, body }: { title: string; body: string | null },
): Issue {
  if (title.trim() === '') throw invalid([{ resource: 'Issue', field: 'title', code: 'missing_field' }]);
  const at = world.now();
  const issue: Issue = {
    id: world.nextId(),
    number: ++of.lastNumber,
    title,
    body,
    author: by.person,
    app: by.app,
    state: 'open',
    stateReason: null,
    closedBy: null,
    labels: [],
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    lastEdit: null,
    timeline: [],
    pull: null,
  };
  of.issues.set(issue.number, issue);
  return issue;
}

/** Labels are made as they are used, as the API does. */
export function labelNamed(world: World, of: Repository, name: string): Label {
  const found = of.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
  if (found) return found;
  const made = { id: world.nextId(), name, color: 'ededed', description: null };
  of.labels.push(made);
  return made;
}

/** An issue is there with its labels before anybody hears of it; then each label is told of. */
export function opened(world: World, of: Repository, issue: Issue, names: readonly string[], by: Doer): void {
  issue.labels = [...new Set(names.map((name) => labelNamed(world, of, name)))];
  sendAbout(world, of, issue, 'opened', by);
  for (const label of issue.labels) labeled(world, of, issue, label, by);
}

function labeled(world: World, of: Repository, issue: Issue, label: Label, by: Doer): void {
  note(world, issue, 'labeled', by, { show: () => ({ label: { name: label.name, color: label.color } }) });
  sendAbout(world, of, issue, 'labeled', by, { label: labelJson(world, of, label) });
}

export function addLabel(world: World, of: Repository, issue: Issue, name: string, by: Doer): void {
  const label = labelNamed(world, of, name);
  if (issue.labels.includes(label)) return;
  issue.labels.push(label);
  labeled(world, of, issue, label, by);
}

export function removeLabel(world: World, of: Repository, issue: Issue, label: Label, by: Doer): void {
  issue.labels = issue.labels.filter((other) => other !== label);
  note(world, issue, 'unlabeled', by, { show: () => ({ label: { name: label.name, color: label.color } }) });
  sendAbout(world, of, issue, 'unlabeled', by, { label: labelJson(world, of, label) });
}

/** Title or body. One event for both, as one request makes one. */
export function editIssue(
  world: World,
  of: Repository,
  issue: Issue,
  change: { title?: string; body?: string | null },
  by: Doer,
): void {
  const changes: Json = {};
  if (change.title !== undefined && change.title !== issue.title) {
    const from = issue.title;
    const to = change.title;
    if (to.trim() === '') throw invalid([{ resource: 'Issue', field: 'title', code: 'missing_field' }]);
    changes['title'] = { from };
    issue.title = to;
    note(world, issue, 'renamed', by, { show: () => ({ rename: { from, to } }) });
  }
  if (change.body !== undefined && change.body !== issue.body) {
    changes['body'] = { from: issue.body ?? '' };
    issue.body = change.body;
    issue.lastEdit = { at: world.now(), by: by.person ?? of.owner };
  }
  if (Object.keys(changes).length === 0) return;
  issue.updatedAt = world.now();
  sendAbout(world, of, issue, 'edited', by, { changes });
}

export function closeIssue(
  world: World,
  of: Repository,
  issue: Issue,
  by: Doer,
  reason: Issue['stateReason'] = 'completed',
): void {
  if (issue.state === 'closed') return;
  issue.state = 'closed';
  issue.stateReason = issue.pull ? null : reason;
  issue.closedAt = world.now();
  issue.closedBy = by.person;
  note(world, issue, 'closed', by, issue.pull ? {} : { show: () => ({ state_reason: reason }) });
  sendAbout(world, of, issue, 'closed', by);
}

export function reopenIssue(world: World, of: Repository, issue: Issue, by: Doer): void {
  if (issue.state === 'open') return;
  issue.state = 'open';
  issue.stateReason = issue.pull ? null : 'reopened';
  issue.closedAt = null;
  issue.closedBy = null;
  note(world, issue, 'reopened', by);
  sendAbout(world, of, issue, 'reopened', by);
}

export function markMerged(world: World, of: Repository, issue: PullIssue, by: Doer, commit: string): void {
  const at = world.now();
  issue.pull.mergedAt = at;
  issue.pull.mergedBy = by.person;
  issue.pull.mergeCommit = commit;
  issue.pull.draft = false;
  note(world, issue, 'merged', by, { commit });
  closeIssue(world, of, issue, by);
  // Source: docs.github.com, "Linking a pull request to an issue using a keyword": only into the default branch.
  if (issue.pull.baseRef !== of.defaultBranch) return;
  for (const [, number] of (issue.body ?? '').matchAll(/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):? #(\d+)/gi)) {
    const closed = of.issues.get(Number(number));
    if (closed && !closed.pull) closeIssue(world, of, closed, by);
  }
}
