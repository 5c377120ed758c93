import { digestOfBytes } from '../contracts/index.ts';
import { Answer, GHOST } from './answer.ts';
import { malformed } from './failure.ts';
import type { Transport } from './transport.ts';
import type { Comment, Issue, Person, Repository, ReviewState, TimelineItem } from './types.ts';

export function issueOf(data: unknown, at: string): Issue {
  const issue = new Answer(data, at);
  const body = issue.prose('body');
  return {
    number: issue.number('number'),
    id: issue.number('id'),
    title: issue.text('title'),
    body,
    bodyDigest: digestOfBytes(body),
    state: issue.oneOf('state', ['open', 'closed']),
    author: issue.person('user'),
    labels: issue.list('labels').map((label) => new Answer(label, `${at} labels`).text('name')),
    isPull: issue.has('pull_request'),
  };
}

const LAST_EDIT = `query($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) { issue(number: $number) { lastEditedAt editor { __typename login ... on User { databaseId } ... on Bot { databaseId } } } } }`;

/** REST tells of no edits of a body. Source: docs.github.com/en/graphql/reference/objects#issue. */
export async function lastEdit(
  transport: Transport,
  { owner, name }: Repository,
  number: number,
): Promise<{ at: string; editor: Person } | null> {
  const { data, at } = await transport.graphql(LAST_EDIT, { owner, name, number });
  const issue = new Answer(data, at).object('repository').object('issue');
  if (!issue.has('lastEditedAt')) return null;
  const editor = issue.orNull('editor', issue.object);
  const who =
    editor === null
      ? GHOST
      : {
          // An actor of another kind (an app's, an organization's) has no number there: nobody who counts.
          id: editor.has('databaseId') ? editor.number('databaseId') : 0,
          login: editor.text('login'),
          type: editor.text('__typename'),
        };
  return { at: issue.time('lastEditedAt'), editor: who };
}

export function commentOf(data: unknown, at: string): Comment {
  const comment = new Answer(data, at);
  return { id: comment.number('id'), actor: comment.person('user'), body: comment.prose('body') };
}

const REVIEW_STATES: readonly ReviewState[] = ['approved', 'changes_requested', 'commented', 'dismissed'];

/** Events that carry nothing but who and when. */
const PLAIN = {
  head_ref_force_pushed: 'force_pushed',
  closed: 'closed',
  reopened: 'reopened',
  base_ref_changed: 'base_changed',
  // GitHub itself moves a pull request when its base branch is merged and deleted.
  automatic_base_change_succeeded: 'base_changed',
  renamed: 'renamed',
} as const;

/** One timeline item, or null for an event that no decision depends on. */
export function timelineItemOf(data: unknown, at: string): TimelineItem | null {
  const item = new Answer(data, at);
  const event = item.text('event');
  switch (event) {
    case 'reviewed':
      return review(item);
    case 'commented': {
      const created = item.time('created_at');
      return { kind: 'comment', at: created, edited: item.time('updated_at') !== created, ...commentOf(data, at) };
    }
    case 'review_dismissed': {
      const dismissed = item.object('dismissed_review');
      const reviewId = dismissed.number('review_id');
      const wasState = dismissed.text('state').toLowerCase();
      const byPush = dismissed.has('dismissal_commit_id') ? dismissed.sha('dismissal_commit_id') : null;
      return { kind: 'dismissed', reviewId, wasState, byPush, ...actorAndTime(item) };
    }
    case 'labeled':
    case 'unlabeled':
      return { kind: event, label: item.object('label').text('name'), ...actorAndTime(item) };
    default:
      return Object.hasOwn(PLAIN, event) ? { kind: PLAIN[event as keyof typeof PLAIN], ...actorAndTime(item) } : null;
  }
}

const actorAndTime = (item: Answer): { actor: TimelineItem['actor']; at: string } => ({
  actor: item.has('actor') ? item.person('actor') : GHOST,
  at: item.time('created_at'),
});

function review(item: Answer): TimelineItem | null {
  // The timeline writes small letters, the list of reviews capital ones.
  const said = item.text('state').toLowerCase();
  // Its author is still writing it.
  if (said === 'pending') return null;
  const state = REVIEW_STATES.find((known) => known === said);
  if (state === undefined) throw malformed(item.at, `a review is ${JSON.stringify(said)}`);
  return {
    kind: 'review',
    id: item.number('id'),
    actor: item.person('user'),
    state,
    commit: item.orNull('commit_id', item.sha),
    body: item.prose('body'),
    at: item.time('submitted_at'),
  };
}
