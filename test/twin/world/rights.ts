import type { Role } from '../types.ts';
import { notFound, Refused } from './refused.ts';
import type { Account, Caller, Repository } from './types.ts';

const RANK: readonly Role[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

export const atLeast = (role: Role, least: Role): boolean => RANK.indexOf(role) >= RANK.indexOf(least);

/** What somebody may do, an app's bot through its token alone. */
export function roleOf(repository: Repository, who: Account | null): Role {
  const open: Role = repository.visibility === 'public' ? 'read' : 'none';
  if (who === null || who.deleted) return open;
  if (who === repository.owner) return 'admin';
  return repository.collaborators.get(who)?.role ?? open;
}

/** What an operation asks for. */
export interface Rights {
  /** As GitHub writes it into `x-accepted-github-permissions`: any of these is enough, `issues=write; pull_requests=write`. */
  needs: string;
  /** Of a person's own token. */
  role: Role;
  /** Reads that need a permission even where the repository is public. */
  never?: boolean;
}

export const isWrite = ({ needs }: Rights): boolean => needs.includes('=write');

const acceptedBy = (needs: string, permissions: ReadonlyMap<string, 'read' | 'write'>): boolean =>
  needs.split('; ').some((need) => {
    const [name = '', level = ''] = need.split('=');
    const granted = name === 'metadata' ? 'read' : permissions.get(name.replaceAll('_', '-'));
    return granted === 'write' || granted === level;
  });

/** Throws what GitHub would say. Source: docs.github.com, "Permissions required for GitHub Apps"; "Troubleshooting the REST API". */
export function permit(caller: Caller, repository: Repository, rights: Rights): void {
  const { grant, person } = caller;
  const isPublic = repository.visibility === 'public';
  const isOpen = isPublic && !isWrite(rights) && rights.never !== true;
  if (grant !== null) {
    if (grant.repositoryId !== repository.id && !isPublic) throw notFound();
    if (!isOpen && (grant.repositoryId !== repository.id || !acceptedBy(rights.needs, grant.permissions)))
      throw new Refused(
        403,
        'Resource not accessible by integration',
        {},
        { 'x-accepted-github-permissions': rights.needs },
      );
  } else if (person === null) {
    if (!isPublic) throw notFound();
    if (!isOpen) throw new Refused(401, 'Requires authentication');
  } else {
    const role = roleOf(repository, person);
    if (!atLeast(role, 'read')) throw notFound();
    if (!atLeast(role, rights.role)) throw new Refused(403, 'Must have admin rights to Repository.');
  }
  if (isWrite(rights) && repository.archived) throw new Refused(403, 'Repository was archived so is read-only.');
}

/** What a person must be, an app's token not. */
export function demandRole(caller: Caller, repository: Repository, role: Role): void {
  if (caller.grant === null && !atLeast(roleOf(repository, caller.person), role))
    throw new Refused(403, 'Must have admin rights to Repository.');
}

/** Who it is; every write has somebody. */
export function personOf({ person }: Caller): Account {
  if (person === null) throw new Refused(401, 'Requires authentication');
  return person;
}
