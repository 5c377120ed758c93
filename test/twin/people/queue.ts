import { simpleCommit } from '../shapes/commit.ts';
import { fullName } from '../shapes/repository.ts';
import type { PullIssue } from '../shapes/pull.ts';
import type { GitHubEvent } from '../types.ts';
import { send } from '../world/events.ts';
import { mergeStateOf } from '../world/merging.ts';
import type { Account, Repository, World } from '../world/types.ts';

/** A merge group of one. Source: docs.github.com, "Managing a merge queue" and the `merge_group` event. */
export function enqueue(
  world: World,
  of: Repository,
  { number, pull, title, ...rest }: PullIssue,
  by: Account,
  sync: () => void,
): { sha: string; event: GitHubEvent } {
  const base = of.known.get(pull.baseRef) ?? pull.baseSha;
  const tree = of.git.mergedTree(base, pull.headSha);
  const { mergeable } = mergeStateOf(of, { number, pull, title, ...rest });
  if (tree === null || mergeable !== true || pull.draft) throw new Error(`${fullName(of)}#${number} cannot be merged`);
  const queue = { name: 'GitHub', email: 'noreply@github.com', date: world.now() };
  const sha = of.git.commitTree(tree, [base, pull.headSha], `Merge pull request #${number}\n\n${title}\n`, queue);
  const ref = `refs/heads/gh-readonly-queue/${pull.baseRef}/pr-${number}-${base}`;
  of.git.update(ref, sha);
  sync();
  const event = send(
    world,
    of,
    ['merge_group', 'checks_requested'],
    { person: by, app: null },
    {
      merge_group: {
        head_sha: sha,
        head_ref: ref,
        base_sha: base,
        base_ref: `refs/heads/${pull.baseRef}`,
        head_commit: simpleCommit(of, sha),
      },
    },
  );
  return { sha, event };
}
