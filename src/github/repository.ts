import { usage } from '../contracts/index.ts';
import type { Repository } from './types.ts';

const NAME = /^([A-Za-z0-9][A-Za-z0-9_-]{0,99})\/([A-Za-z0-9._-]{1,100})$/;

/** Takes `owner/name` apart. Throws a UserError for anything else. */
export function repositoryOf(text: string): Repository {
  const [, owner, name] = NAME.exec(text) ?? [];
  if (owner === undefined || name === undefined || /^\.{1,2}$/.test(name)) {
    throw usage(`${JSON.stringify(text.slice(0, 200))} names no repository`, 'repository', 'Write it as owner/name.');
  }
  return { owner, name };
}
