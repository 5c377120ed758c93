import type { GitHubEvent } from '../types.ts';
import { simpleCommit } from '../shapes/commit.ts';
import { isPull, pull as pullJson, type PullIssue } from '../shapes/pull.ts';
import { pageOf } from '../shapes/repository.ts';
import { send } from './events.ts';
import { closeIssue, markMerged } from './issues.ts';
import { note } from './timeline.ts';
import type { Doer, Repository, World } from './types.ts';

const NOTHING = '0'.repeat(40);

/**
 * Compares the branches on disk with those last seen, and lets what GitHub does after a push happen. Whoever pushed through `file://` left no name: `by` is who the twin
 * was told pushes so.
 */
export function sync(world: World, of: Repository, by: Doer): GitHubEvent[] {
  const now = of.git.heads();
  const moved: GitHubEvent[] = [];
  for (const branch of new Set([...of.known.keys(), ...now.keys()])) {
    const before = of.known.get(branch) ?? null;
    const after = now.get(branch) ?? null;
    if (before === after) continue;
    if (after === null) of.known.delete(branch);
    else of.known.set(branch, after);
    moved.push(pushed(world, of, by, { branch, before, after }));
    for (const other of world.repositories) {
      for (const issue of [...other.issues.values()].filter(isPull)) {
        if (issue.state === 'closed') continue;
        if (issue.pull.headRepository === of && issue.pull.headRef === branch)
          headMoved(world, other, issue, by, after);
        if (other === of && issue.pull.baseRef === branch) baseMoved(world, of, issue, by, after);
      }
    }
  }
  return moved;
}

interface Move {
  branch: string;
  before: string | null;
  after: string | null;
}

function pushed(world: World, of: Repository, by: Doer, { branch, before, after }: Move): GitHubEvent {
  const sha = after ?? NOTHING;
  const isNew = before === null;
  const commits = after === null || before === null ? [] : of.git.between(before, after);
  const shown = (id: string): Record<string, unknown> => {
    const { timestamp, tree_id, message, author, committer } = simpleCommit(of, id);
    const url = `${pageOf(world, of)}/commit/${id}`;
    return {
      id,
      tree_id,
      distinct: true,
      message,
      timestamp,
      url,
      author,
      committer,
      added: [],
      removed: [],
      modified: [],
    };
  };
  const name = by.person?.login ?? 'ghost';
  return send(world, of, ['push', null], by, {
    ref: `refs/heads/${branch}`,
    before: before ?? NOTHING,
    after: sha,
    base_ref: null,
    pusher: { name, email: `${name}@users.noreply.github.com` },
    created: isNew,
    deleted: after === null,
    forced: !isNew && after !== null && !of.git.isAncestor(before, after),
    compare: `${pageOf(world, of)}/compare/${(before ?? NOTHING).slice(0, 12)}...${sha.slice(0, 12)}`,
    commits: commits.slice(-20).map(shown),
    head_commit: after === null ? null : shown(after),
  });
}

function headMoved(world: World, of: Repository, issue: PullIssue, by: Doer, after: string | null): void {
  const { pull } = issue;
  if (after === null) {
    note(world, issue, 'head_ref_deleted', by);
    closeIssue(world, of, issue, by);
    return;
  }
  const before = pull.headSha;
  publishHead(of, issue, after);
  if (!of.git.isAncestor(before, after)) {
    // What was pushed away is not listed any more.
    const there = new Set(of.git.between(of.known.get(pull.baseRef) ?? pull.baseSha, after));
    issue.timeline = issue.timeline.filter((entry) => !('sha' in entry) || there.has(entry.sha));
    note(world, issue, 'head_ref_force_pushed', by, { commit: after });
  }
  noteCommits(world, of, issue);
  pull.baseSha = of.known.get(pull.baseRef) ?? pull.baseSha;
  send(world, of, ['pull_request', 'synchronize'], by, {
    number: issue.number,
    before,
    after,
    pull_request: pullJson(world, of, issue),
  });
}

/** The head as a pull request has it, fetchable as `refs/pull/<number>/head` even from a fork. */
export function publishHead(of: Repository, issue: PullIssue, sha: string): void {
  const { pull, number } = issue;
  if (pull.headRepository !== of && !of.git.has(sha))
    of.git.run(['fetch', '--quiet', '--no-write-fetch-head', pull.headRepository.git.dir, sha]);
  of.git.update(`refs/pull/${number}/head`, sha);
  pull.headSha = sha;
}

/** Entries for the commits that have none yet. */
export function noteCommits(world: World, of: Repository, issue: PullIssue): void {
  const { pull } = issue;
  const noted = new Set(issue.timeline.flatMap((entry) => ('sha' in entry ? [entry.sha] : [])));
  for (const sha of of.git.between(of.known.get(pull.baseRef) ?? pull.baseSha, pull.headSha)) {
    if (!noted.has(sha)) issue.timeline.push({ id: world.nextId(), at: world.now(), event: 'committed', sha });
  }
}

function baseMoved(world: World, of: Repository, issue: PullIssue, by: Doer, after: string | null): void {
  if (after === null) closeIssue(world, of, issue, by);
  // Pushed by hand: GitHub sees that everything is there and calls it merged.
  else if (of.git.isAncestor(issue.pull.headSha, after)) markMerged(world, of, issue, by, after);
}

/** Why a closed pull request cannot be opened again; null where it can. Source: the reopen button's own words. */
export function whyNotReopened(issue: PullIssue): string | null {
  const { headRepository, headRef, headSha, baseRef } = issue.pull;
  const tip = headRepository.known.get(headRef);
  if (tip === undefined) return `The ${headRef} branch was deleted.`;
  if (!headRepository.git.isAncestor(headSha, tip))
    return `state cannot be changed. The ${headRef} branch was force-pushed or recreated.`;
  return baseRef === '' ? 'The base branch was deleted.' : null;
}
