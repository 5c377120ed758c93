import { created, ok, on, page, type Route, text } from '../http/route.ts';
import { publicUser, privateUser } from '../shapes/account.ts';
import { commit } from '../shapes/commit.ts';
import { apiOf, fullRepository, label, pageOf, permissionsOf } from '../shapes/repository.ts';
import { person } from '../shapes/account.ts';
import { accountOf } from '../world/accounts.ts';
import { invalid, notFound, Refused } from '../world/refused.ts';
import { personOf, roleOf } from '../world/rights.ts';
import { protectionOf } from '../world/rules.ts';

const READ = { needs: 'metadata=read', role: 'read' } as const;
const CONTENTS = { needs: 'contents=read', role: 'read' } as const;

export const repositoryRoutes: Route[] = [
  {
    operation: 'GET /user',
    rights: null,
    handle: ({ world, caller }) => {
      if (caller.grant !== null) throw new Refused(403, 'Resource not accessible by integration');
      return ok(privateUser(world, personOf(caller)));
    },
  },
  {
    operation: 'GET /users/{username}',
    rights: null,
    handle: ({ world, params }) => {
      const found = accountOf(world, params['username'] ?? '');
      if (found === null) throw notFound();
      return ok(publicUser(world, found));
    },
  },
  on('GET', READ, ({ world, repo, caller }) => ok(fullRepository(world, repo, caller))),
  on('GET branches/{branch}', CONTENTS, ({ world, repo, params }) => {
    const name = params['branch'] ?? '';
    const sha = repo.known.get(name);
    if (sha === undefined) throw new Refused(404, 'Branch not found');
    const url = `${apiOf(world, repo)}/branches/${encodeURIComponent(name)}`;
    const { checks, needsPull } = protectionOf(repo, name);
    const isProtected = checks.length > 0 || needsPull || repo.protections.has(name);
    return ok({
      name,
      commit: commit(world, repo, sha),
      _links: { self: url, html: `${pageOf(world, repo)}/tree/${name}` },
      protected: isProtected,
      protection: repo.protections.get(name) ?? { enabled: false },
      protection_url: `${url}/protection`,
    });
  }),
  on(
    'GET branches/{branch}/protection',
    { needs: 'administration=read', role: 'admin', never: true },
    ({ repo, params }) => {
      const protection = repo.protections.get(params['branch'] ?? '');
      if (!protection) throw new Refused(404, 'Branch not protected');
      return ok(protection);
    },
  ),
  on('GET collaborators/{username}/permission', { ...READ, role: 'write', never: true }, (call) => {
    const { world, repo, params } = call;
    const who = accountOf(world, params['username'] ?? '');
    if (who === null || who.type === 'Bot') throw new Refused(404, `${params['username']} is not a user`);
    const role = roleOf(repo, who);
    const roleName = repo.collaborators.get(who)?.roleName ?? role;
    return ok({
      // Source: the REST reference: `maintain` is shown as `write`, `triage` as `read`; `role_name` tells them apart.
      permission: role === 'maintain' ? 'write' : role === 'triage' ? 'read' : role,
      role_name: roleName,
      user: { ...person(world, who), permissions: permissionsOf(repo, who), role_name: roleName },
    });
  }),
  on('GET labels', { needs: 'issues=read; pull_requests=read', role: 'read' }, (call) =>
    page(call, call.repo.labels, (entry) => label(call.world, call.repo, entry)),
  ),
  on('GET labels/{name}', { needs: 'issues=read; pull_requests=read', role: 'read' }, ({ world, repo, params }) => {
    const found = repo.labels.find(({ name }) => name.toLowerCase() === params['name']?.toLowerCase());
    if (!found) throw notFound();
    return ok(label(world, repo, found));
  }),
  on('POST labels', { needs: 'issues=write; pull_requests=write', role: 'write' }, ({ world, repo, body }) => {
    const name = text(body['name']);
    if (repo.labels.some((other) => other.name.toLowerCase() === name.toLowerCase()))
      throw invalid([{ resource: 'Label', code: 'already_exists', field: 'name' }]);
    const description = text(body['description']);
    const made = {
      id: world.nextId(),
      name,
      color: text(body['color']) || 'ededed',
      description: description === '' ? null : description,
    };
    repo.labels.push(made);
    return created(label(world, repo, made));
  }),
];
