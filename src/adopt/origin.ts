import { isSha, VERSION } from '../contracts/index.ts';
import { openSource, originUrl } from '../git/index.ts';
import { repositoryOf } from '../github/index.ts';
import type { Pin } from './types.ts';

/** `owner/name` out of the address of a remote: `https://host/o/n(.git)`, `git@host:o/n.git`, `ssh://git@host/o/n`; null for any other. */
export function repositoryIn(url: string): string | null {
  const found = /^(?:(?:https|ssh|git):\/\/(?:[^/@]+@)?[^/]+\/|[\w.-]+@[^/:]+:)([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(
    url,
  )?.[1];
  try {
    const { owner, name } = repositoryOf(found ?? '');
    return `${owner}/${name}`;
  } catch {
    return null;
  }
}

/** The commit and the repository of the checkout that this very program runs from; null where it is installed otherwise. */
export async function ownPin(checkout: string): Promise<Pin | null> {
  try {
    const source = await openSource(checkout);
    const [commit, url] = [await source.resolveRef('HEAD'), await originUrl(source)];
    const repository = url === null ? null : repositoryIn(url);
    return commit === null || commit.length !== 40 || repository === null
      ? null
      : { repository, commit, version: VERSION };
  } catch {
    // A package, an archive, an export: it has no commit to name.
    return null;
  }
}

/** `OWNER/NAME@SHA`, as somebody writes it; null where it is nothing of the kind. */
export function pinOf(text: string): Pin | null {
  const [, repository, commit] = /^([\w.-]+\/[\w.-]+)@([0-9a-f]{40})$/.exec(text) ?? [];
  return repository === undefined || commit === undefined || !isSha(commit)
    ? null
    : { repository, commit, version: VERSION };
}
