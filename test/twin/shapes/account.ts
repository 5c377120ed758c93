import type { Json } from '../types.ts';
import { someone } from '../world/accounts.ts';
import { roleOf } from '../world/rights.ts';
import type { Account, App, Repository, World } from '../world/types.ts';

export const nodeId = (kind: string, id: number): string => `${kind}_${id}`;

/** GitHub's ghost for a deleted account. */
export function person(world: World, who: Account): Json {
  const { id, login, type } = someone(world, who);
  const url = `${world.apiUrl}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId('U', id),
    avatar_url: `${world.url}/avatars/${id}`,
    gravatar_id: '',
    url,
    html_url: type === 'Bot' ? `${world.url}/apps/${login.replace(/\[bot\]$/, '')}` : `${world.url}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** Where GitHub leaves out who it was once the account is gone. */
export const personOrNull = (world: World, who: Account | null): Json | null =>
  who === null || who.deleted ? null : person(world, who);

export function publicUser(world: World, who: Account): Json {
  return {
    ...person(world, who),
    name: null,
    company: null,
    blog: null,
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: who.createdAt,
    updated_at: who.createdAt,
  };
}

export const privateUser = (world: World, who: Account): Json => ({
  ...publicUser(world, who),
  private_gists: 0,
  total_private_repos: 0,
  owned_private_repos: 0,
  disk_usage: 0,
  collaborators: 0,
  two_factor_authentication: true,
});

export function app(world: World, { id, slug, name }: App): Json {
  const owner = world.accounts.find(({ login }) => login === 'github');
  return {
    id,
    slug,
    node_id: nodeId('A', id),
    client_id: `Iv1.${id.toString(16).padStart(16, '0')}`,
    owner: owner ? person(world, owner) : null,
    name,
    description: '',
    external_url: `${world.url}/${slug}`,
    html_url: `${world.url}/apps/${slug}`,
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2026-01-01T00:00:00Z',
    permissions: { metadata: 'read' },
    events: [],
  };
}

/** Source: docs.github.com/en/graphql/reference/enums#commentauthorassociation. */
export function association(repository: Repository, who: Account): string {
  if (who === repository.owner) return 'OWNER';
  return !who.deleted && repository.collaborators.has(who) && roleOf(repository, who) !== 'none'
    ? 'COLLABORATOR'
    : 'NONE';
}
