import type { Json } from '../types.ts';
import type { Comment, Issue, Repository, World } from '../world/types.ts';
import { app, association, nodeId, person, personOrNull } from './account.ts';
import { apiOf, label, pageOf } from './repository.ts';

const reactions = (url: string): Json => ({
  url: `${url}/reactions`,
  total_count: 0,
  '+1': 0,
  '-1': 0,
  laugh: 0,
  hooray: 0,
  confused: 0,
  heart: 0,
  rocket: 0,
  eyes: 0,
});

export const commentsOf = (of: Issue): Comment[] =>
  of.timeline.flatMap((entry) => (entry.event === 'commented' && 'comment' in entry ? [entry.comment] : []));

export function issue(world: World, repository: Repository, of: Issue): Json {
  const url = `${apiOf(world, repository)}/issues/${of.number}`;
  const page = `${pageOf(world, repository)}/${of.pull ? 'pull' : 'issues'}/${of.number}`;
  return {
    url,
    repository_url: apiOf(world, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    id: of.id,
    node_id: nodeId(of.pull ? 'PR' : 'I', of.pull?.id ?? of.id),
    number: of.number,
    title: of.title,
    user: personOrNull(world, of.author),
    labels: of.labels.map((entry) => label(world, repository, entry)),
    state: of.state,
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: commentsOf(of).length,
    created_at: of.createdAt,
    updated_at: of.updatedAt,
    closed_at: of.closedAt,
    author_association: association(repository, of.author),
    active_lock_reason: null,
    body: of.body,
    reactions: reactions(url),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: of.app && app(world, of.app),
    state_reason: of.stateReason,
    ...(of.pull
      ? {
          draft: of.pull.draft,
          pull_request: {
            url: `${apiOf(world, repository)}/pulls/${of.number}`,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: of.pull.mergedAt,
          },
        }
      : {}),
  };
}

/** One issue by its number also says who closed it; lists and events do not. */
export const oneIssue = (world: World, repository: Repository, of: Issue): Json => ({
  ...issue(world, repository, of),
  closed_by: personOrNull(world, of.closedBy),
});

export function comment(world: World, repository: Repository, of: Comment): Json {
  const api = apiOf(world, repository);
  const isPull = repository.issues.get(of.number)?.pull;
  return {
    url: `${api}/issues/comments/${of.id}`,
    html_url: `${pageOf(world, repository)}/${isPull ? 'pull' : 'issues'}/${of.number}#issuecomment-${of.id}`,
    issue_url: `${api}/issues/${of.number}`,
    id: of.id,
    node_id: nodeId('IC', of.id),
    user: personOrNull(world, of.author),
    created_at: of.createdAt,
    updated_at: of.updatedAt,
    author_association: association(repository, of.author),
    body: of.body,
    reactions: reactions(`${api}/issues/comments/${of.id}`),
    performed_via_github_app: of.app && app(world, of.app),
  };
}

/** In a timeline there must be somebody. */
export const timelineComment = (world: World, repository: Repository, of: Comment): Json => ({
  ...comment(world, repository, of),
  user: person(world, of.author),
  event: 'commented',
  actor: person(world, of.author),
});
