import type { Json } from '../types.ts';
import { mergeStateOf, sizeOf } from '../world/merging.ts';
import type { Issue, Pull, Repository, Review, World } from '../world/types.ts';
import { association, nodeId, person, personOrNull } from './account.ts';
import { commentsOf } from './issue.ts';
import { apiOf, label, pageOf, repository } from './repository.ts';

/** An issue that is a pull request. */
export type PullIssue = Issue & { pull: Pull };

export const isPull = (issue: Issue): issue is PullIssue => issue.pull !== null;

/** An entry of a list. */
export function pullSimple(world: World, of: Repository, issue: PullIssue): Json {
  const { pull, number } = issue;
  const api = apiOf(world, of);
  const url = `${api}/pulls/${number}`;
  const page = `${pageOf(world, of)}/pull/${number}`;
  const statuses = `${api}/statuses/${pull.headSha}`;
  return {
    url,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: `${api}/issues/${number}`,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${api}/issues/${number}/comments`,
    statuses_url: statuses,
    number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: person(world, issue.author),
    body: issue.body,
    labels: issue.labels.map((entry) => ({ ...label(world, of, entry), description: entry.description ?? '' })),
    milestone: null,
    active_lock_reason: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommit,
    assignee: null,
    assignees: [],
    requested_reviewers: pull.reviewers.map((who) => person(world, who)),
    requested_teams: [],
    head: {
      label: `${pull.headRepository.owner.login}:${pull.headRef}`,
      ref: pull.headRef,
      sha: pull.headSha,
      user: person(world, pull.headRepository.owner),
      repo: repository(world, pull.headRepository),
    },
    base: {
      label: `${of.owner.login}:${pull.baseRef}`,
      ref: pull.baseRef,
      sha: pull.baseSha,
      user: person(world, of.owner),
      repo: repository(world, of),
    },
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: `${api}/issues/${number}` },
      comments: { href: `${api}/issues/${number}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: association(of, issue.author),
    auto_merge: null,
    draft: pull.draft,
  };
}

export function pull(world: World, of: Repository, issue: PullIssue): Json {
  const state = mergeStateOf(of, issue);
  return {
    ...pullSimple(world, of, issue),
    merged: issue.pull.mergedAt !== null,
    mergeable: state.mergeable,
    rebaseable: state.mergeable,
    mergeable_state: state.word,
    merged_by: personOrNull(world, issue.pull.mergedBy),
    comments: commentsOf(issue).length,
    review_comments: 0,
    maintainer_can_modify: false,
    ...sizeOf(of, issue.pull),
  };
}

/** As runs and check runs name the pull requests of their head. */
export const pullMinimal = (world: World, of: Repository, { number, pull }: PullIssue): Json => {
  const repo = (from: Repository): Json => ({ id: from.id, url: apiOf(world, from), name: from.name });
  return {
    id: pull.id,
    number,
    url: `${apiOf(world, of)}/pulls/${number}`,
    head: { ref: pull.headRef, sha: pull.headSha, repo: repo(pull.headRepository) },
    base: { ref: pull.baseRef, sha: pull.baseSha, repo: repo(of) },
  };
};

export function review(world: World, of: Repository, { number }: Issue, entry: Review): Json {
  const page = `${pageOf(world, of)}/pull/${number}#pullrequestreview-${entry.id}`;
  const url = `${apiOf(world, of)}/pulls/${number}`;
  return {
    id: entry.id,
    node_id: nodeId('PRR', entry.id),
    user: personOrNull(world, entry.author),
    body: entry.body,
    state: entry.state,
    html_url: page,
    pull_request_url: url,
    author_association: association(of, entry.author),
    _links: { html: { href: page }, pull_request: { href: url } },
    submitted_at: entry.submittedAt,
    commit_id: entry.commit,
  };
}
