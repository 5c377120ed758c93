import type { Account, App, World } from './types.ts';

/** Whose name GitHub shows where an account is deleted and something must be shown. */
const GHOST = { id: 10_137, login: 'ghost' };

/** The app that workflows act as; its bot's id is GitHub's real one. */
export const ACTIONS: App = { id: 15_368, slug: 'github-actions', name: 'GitHub Actions' };
const KNOWN_IDS: Readonly<Record<string, number>> = { 'github-actions[bot]': 41_898_282, ghost: GHOST.id };

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const accountOf = (world: World, login: string): Account | null =>
  world.accounts.find((account) => !account.deleted && same(account.login, login)) ?? null;

/** Finds or makes an account. */
export function account(world: World, login: string, type?: string): Account {
  const found = accountOf(world, login);
  if (found) {
    if (type !== undefined && found.type !== type) throw new Error(`${login} is a ${found.type}, not a ${type}`);
    return found;
  }
  const made: Account = {
    id: KNOWN_IDS[login] ?? world.nextId(),
    login,
    type: type ?? (login.endsWith('[bot]') ? 'Bot' : 'User'),
    deleted: false,
    createdAt: world.now(),
  };
  world.accounts.push(made);
  return made;
}

/** For what must be somebody: a deleted account is GitHub's ghost. */
export const someone = (world: World, who: Account): Account => (who.deleted ? account(world, GHOST.login) : who);
