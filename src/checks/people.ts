import type { Permission, Person } from './types.ts';

const MAY_WRITE: ReadonlySet<Permission> = new Set(['admin', 'maintain', 'write']);

/** Whether somebody with this permission may change the repository. */
export const mayWrite = (permission: Permission | undefined): boolean =>
  permission !== undefined && MAY_WRITE.has(permission);

/** A person with an account: no bot, no organization, nobody whose account is gone. */
export const isPerson = ({ id, login, type }: Person): boolean =>
  type === 'User' && id > 0 && login !== 'ghost' && !login.toLowerCase().endsWith('[bot]');

export const samePerson = (a: Person, b: Person): boolean =>
  (a.id > 0 && a.id === b.id) || a.login.toLowerCase() === b.login.toLowerCase();
