import { pull as pullJson, type PullIssue, review as reviewJson } from '../shapes/pull.ts';
import { person as personJson } from '../shapes/account.ts';
import { send } from './events.ts';
import { newIssue, sendAbout } from './issues.ts';
import { invalid, Refused } from './refused.ts';
import { noteCommits, publishHead, whyNotReopened } from './refs.ts';
import { note } from './timeline.ts';
import type { Account, App, Doer, Repository, Review, World } from './types.ts';

export interface NewPull {
  title: string;
  body: string | null;
  /** `branch` or `owner:branch`. */
  head: string;
  base: string;
  draft: boolean;
}

/** The repository and branch that `head` names. */
function headOf(world: World, of: Repository, head: string): { from: Repository; ref: string } | null {
  const [, owner, ref = head] = /^([^:]+):(.+)$/.exec(head) ?? [];
  const from =
    owner === undefined || owner.toLowerCase() === of.owner.login.toLowerCase()
      ? of
      : world.repositories.find(
          (other) => other.parent === of && other.owner.login.toLowerCase() === owner.toLowerCase(),
        );
  return from?.known.has(ref) ? { from, ref } : null;
}

const problem = (field: string): Refused => invalid([{ resource: 'PullRequest', field, code: 'invalid' }]);
const custom = (message: string): Refused => invalid([{ resource: 'PullRequest', code: 'custom', message }]);

export function newPull(
  world: World,
  of: Repository,
  by: { person: Account; app: App | null },
  { title, body, head, base, draft }: NewPull,
): PullIssue {
  const source = headOf(world, of, head);
  const baseSha = of.known.get(base);
  if (source === null) throw problem('head');
  if (baseSha === undefined) throw problem('base');
  const { from, ref } = source;
  const headSha = from.known.get(ref) ?? '';
  const same = [...of.issues.values()].find(
    ({ state, pull }) =>
      state === 'open' && pull?.headRepository === from && pull.headRef === ref && pull.baseRef === base,
  );
  if (same) throw custom(`A pull request already exists for ${from.owner.login}:${ref}.`);
  if (from !== of) of.git.run(['fetch', '--quiet', '--no-write-fetch-head', from.git.dir, headSha]);
  if (of.git.isAncestor(headSha, baseSha)) throw custom(`No commits between ${base} and ${ref}`);
  const issue = newIssue(world, of, by, { title, body });
  issue.pull = {
    id: world.nextId(),
    draft,
    headRepository: from,
    headRef: ref,
    headSha,
    baseRef: base,
    baseSha,
    mergedAt: null,
    mergedBy: null,
    mergeCommit: null,
    reviews: [],
    reviewers: [],
  };
  const made = issue as PullIssue;
  publishHead(of, made, headSha);
  noteCommits(world, of, made);
  sendAbout(world, of, made, 'opened', by);
  return made;
}

export function retarget(world: World, of: Repository, issue: PullIssue, base: string, by: Doer): void {
  const { pull } = issue;
  if (pull.baseRef === base) return;
  const sha = of.known.get(base);
  if (sha === undefined) throw invalid([{ resource: 'PullRequest', field: 'base', code: 'invalid' }]);
  const changes = { base: { ref: { from: pull.baseRef }, sha: { from: pull.baseSha } } };
  pull.baseRef = base;
  pull.baseSha = sha;
  note(world, issue, 'base_ref_changed', by);
  sendAbout(world, of, issue, 'edited', by, { changes });
}

export function setDraft(world: World, of: Repository, issue: PullIssue, draft: boolean, by: Doer): void {
  if (issue.pull.draft === draft) return;
  issue.pull.draft = draft;
  note(world, issue, draft ? 'convert_to_draft' : 'ready_for_review', by);
  sendAbout(world, of, issue, draft ? 'converted_to_draft' : 'ready_for_review', by);
}

/** Throws where GitHub would not open it again. */
export function checkReopening(of: Repository, issue: PullIssue): void {
  const { headRepository, headRef } = issue.pull;
  const why =
    issue.pull.mergedAt === null ? whyNotReopened(issue) : 'state cannot be changed. Merged pull requests stay closed.';
  if (why !== null) throw invalid([{ resource: 'PullRequest', code: 'custom', message: why, field: 'state' }]);
  publishHead(of, issue, headRepository.known.get(headRef) ?? issue.pull.headSha);
}

export interface NewReview {
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED';
  body: string;
  commit: string;
}

export function addReview(
  world: World,
  of: Repository,
  issue: PullIssue,
  by: { person: Account; app: App | null },
  { state, body, commit }: NewReview,
): Review {
  const own = issue.author === by.person;
  if (own && state !== 'COMMENTED')
    throw invalid([`Can not ${state === 'APPROVED' ? 'approve' : 'request changes on'} your own pull request`]);
  if (state !== 'APPROVED' && body === '')
    throw invalid([{ resource: 'PullRequestReview', field: 'body', code: 'missing_field' }]);
  const at = world.now();
  const review: Review = { id: world.nextId(), author: by.person, body, state, commit, submittedAt: at, updatedAt: at };
  issue.pull.reviews.push(review);
  issue.pull.reviewers = issue.pull.reviewers.filter((who) => who !== by.person);
  issue.timeline.push({ id: review.id, at, event: 'reviewed', review });
  issue.updatedAt = at;
  sendReview(world, of, issue, review, 'submitted', by);
  return review;
}

export function editReview(
  world: World,
  of: Repository,
  issue: PullIssue,
  review: Review,
  body: string,
  by: Doer,
): void {
  const from = review.body;
  review.body = body;
  review.updatedAt = world.now();
  sendReview(world, of, issue, review, 'edited', by, { changes: { body: { from } } });
}

export function dismissReview(
  world: World,
  of: Repository,
  issue: PullIssue,
  review: Review,
  message: string,
  by: Doer,
): void {
  const was = review.state;
  if (was !== 'APPROVED' && was !== 'CHANGES_REQUESTED')
    throw invalid('Can not dismiss a commented pull request review');
  review.state = 'DISMISSED';
  const dismissed = { state: was.toLowerCase(), review_id: review.id, dismissal_message: message };
  note(world, issue, 'review_dismissed', by, { show: () => ({ dismissed_review: dismissed }) });
  sendReview(world, of, issue, review, 'dismissed', by);
}

function sendReview(
  world: World,
  of: Repository,
  issue: PullIssue,
  review: Review,
  action: string,
  by: Doer,
  more: Record<string, unknown> = {},
): void {
  // Events write the state small, as the timeline does.
  const json = {
    ...reviewJson(world, of, issue, review),
    state: review.state.toLowerCase(),
    updated_at: review.updatedAt,
  };
  send(world, of, ['pull_request_review', action], by, {
    review: json,
    pull_request: pullJson(world, of, issue),
    ...more,
  });
}

export function requestReviewers(
  world: World,
  of: Repository,
  issue: PullIssue,
  who: readonly Account[],
  by: Doer,
): void {
  for (const reviewer of who) {
    if (issue.pull.reviewers.includes(reviewer)) continue;
    if (reviewer === issue.author) throw new Refused(422, 'Review cannot be requested from pull request author.');
    issue.pull.reviewers.push(reviewer);
    noteReviewer(world, of, issue, reviewer, by, ['review_requested', 'review_requested']);
  }
}

export function removeReviewers(
  world: World,
  of: Repository,
  issue: PullIssue,
  who: readonly Account[],
  by: Doer,
): void {
  for (const reviewer of who) {
    if (!issue.pull.reviewers.includes(reviewer)) continue;
    issue.pull.reviewers = issue.pull.reviewers.filter((other) => other !== reviewer);
    noteReviewer(world, of, issue, reviewer, by, ['review_request_removed', 'review_request_removed']);
  }
}

function noteReviewer(
  world: World,
  of: Repository,
  issue: PullIssue,
  reviewer: Account,
  by: Doer,
  [event, action]: readonly [string, string],
): void {
  const requester = by.person ?? of.owner;
  note(world, issue, event, by, {
    show: ({ person }) => ({ review_requester: person(requester), requested_reviewer: person(reviewer) }),
  });
  sendAbout(world, of, issue, action, by, { requested_reviewer: personJson(world, reviewer) });
}
