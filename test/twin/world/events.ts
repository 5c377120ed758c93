import type { GitHubEvent, Json } from '../types.ts';
import { ACTIONS, account } from './accounts.ts';
import { person } from '../shapes/account.ts';
import { repository } from '../shapes/repository.ts';
import type { Doer, Repository, World } from './types.ts';

/** Sends an event. `detail` is what the event is about; repository and sender are in all of them. */
export function send(
  world: World,
  of: Repository,
  [name, action]: readonly [string, string | null],
  by: Doer,
  detail: Json,
): GitHubEvent {
  const sender = by.person ?? account(world, 'ghost');
  return world.emit({
    name,
    action,
    payload: {
      ...(action === null ? {} : { action }),
      ...detail,
      repository: repository(world, of),
      sender: person(world, sender),
    },
    by: { login: sender.login, isWorkflow: by.app?.id === ACTIONS.id },
    at: world.now(),
  });
}
