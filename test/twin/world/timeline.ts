import type { Json } from '../types.ts';
import type { Account, Doer, Issue, World } from './types.ts';

/** Writes down that something happened to an issue or pull request. */
export function note(
  world: World,
  issue: Issue,
  event: string,
  by: Doer,
  more: { commit?: string | null; show?: (show: { person: (account: Account) => Json }) => Json } = {},
): void {
  const at = world.now();
  issue.timeline.push({
    id: world.nextId(),
    at,
    event,
    actor: by.person,
    app: by.app,
    commit: more.commit ?? null,
    more: more.show ?? (() => ({})),
  });
  issue.updatedAt = at;
}
