import { created, number, ok, on, page, type Route } from '../http/route.ts';
import { apiOf, fullName, pageOf } from '../shapes/repository.ts';
import type { Json } from '../types.ts';
import { notFound } from '../world/refused.ts';
import { rulesOf } from '../world/rules.ts';
import type { Repository, World } from '../world/types.ts';

const READ = { needs: 'metadata=read', role: 'read' } as const;

const without = (ruleset: Json, ...names: string[]): Json =>
  Object.fromEntries(Object.entries(ruleset).filter(([name]) => !names.includes(name)));

/** Keeps a ruleset as GitHub shows it. `given`: as it was created. */
export function addRuleset(world: World, repo: Repository, given: Json): Json {
  const id = world.nextId();
  const at = world.now();
  const ruleset = {
    ...given,
    id,
    target: given['target'] ?? 'branch',
    source_type: 'Repository',
    source: fullName(repo),
    node_id: `RRS_${id}`,
    _links: {
      self: { href: `${apiOf(world, repo)}/rulesets/${id}` },
      html: { href: `${pageOf(world, repo)}/rules/${id}` },
    },
    bypass_actors: given['bypass_actors'] ?? [],
    created_at: at,
    updated_at: at,
  };
  repo.rulesets.push(ruleset);
  return ruleset;
}

const isAsked = (targets: unknown, target: unknown): boolean =>
  typeof targets !== 'string' || targets.split(',').includes(String(target));

export const ruleRoutes: Route[] = [
  on('GET rules/branches/{branch}', READ, (call) =>
    page(call, rulesOf(call.repo, call.params['branch'] ?? ''), ({ type, parameters, rulesetId }) => ({
      type,
      ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
      ruleset_source_type: 'Repository',
      ruleset_source: fullName(call.repo),
      ruleset_id: rulesetId,
    })),
  ),
  on('GET rulesets', READ, (call) =>
    // A list leaves conditions and rules out.
    page(
      call,
      call.repo.rulesets.filter(({ target }) => isAsked(call.query['targets'], target)),
      (ruleset) => without(ruleset, 'conditions', 'rules', 'bypass_actors'),
    ),
  ),
  on('GET rulesets/{ruleset_id}', READ, (call) => {
    const found = call.repo.rulesets.find(({ id }) => id === number(call, 'ruleset_id'));
    if (!found) throw notFound();
    // Who may pass by is for those to see who may change it.
    const permissions = call.caller.grant?.permissions;
    const mayWrite = permissions
      ? permissions.get('administration') === 'write'
      : call.caller.person === call.repo.owner;
    return ok(mayWrite ? found : without(found, 'bypass_actors'));
  }),
  on('POST rulesets', { needs: 'administration=write', role: 'admin' }, ({ world, repo, body }) =>
    created(addRuleset(world, repo, body)),
  ),
];
