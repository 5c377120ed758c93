import type { CommitOptions, Files } from '../types.ts';
import type { Account, Repository, World } from '../world/types.ts';

/** Writes a commit of these files on top of its parent; no branch moves. */
export function writeCommit(
  world: World,
  { git }: Repository,
  files: Files,
  options: CommitOptions & { parent: string | null },
  who: Account | null,
): string {
  const { name, email } = options.author ?? {
    name: who?.login ?? 'Somebody',
    email: who === null ? 'somebody@example.com' : `${who.id}+${who.login}@users.noreply.github.com`,
  };
  const tree = git.treeWith(options.parent, files);
  const parents = options.parent === null ? [] : [options.parent];
  return git.commitTree(tree, parents, `${options.message ?? 'Change'}\n`, { name, email, date: world.now() });
}
