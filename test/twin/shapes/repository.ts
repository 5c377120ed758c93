import type { Json } from '../types.ts';
import { atLeast, roleOf } from '../world/rights.ts';
import type { Account, Caller, Label, Repository, World } from '../world/types.ts';
import { nodeId, person } from './account.ts';

export const fullName = ({ owner, name }: Repository): string => `${owner.login}/${name}`;
export const apiOf = (world: World, repository: Repository): string => `${world.apiUrl}/repos/${fullName(repository)}`;
export const pageOf = (world: World, repository: Repository): string => `${world.url}/${fullName(repository)}`;

const URLS = {
  archive: '/{archive_format}{/ref}',
  assignees: '/assignees{/user}',
  blobs: '/git/blobs{/sha}',
  branches: '/branches{/branch}',
  collaborators: '/collaborators{/collaborator}',
  comments: '/comments{/number}',
  commits: '/commits{/sha}',
  compare: '/compare/{base}...{head}',
  contents: '/contents/{+path}',
  contributors: '/contributors',
  deployments: '/deployments',
  downloads: '/downloads',
  events: '/events',
  forks: '/forks',
  git_commits: '/git/commits{/sha}',
  git_refs: '/git/refs{/sha}',
  git_tags: '/git/tags{/sha}',
  hooks: '/hooks',
  issue_comment: '/issues/comments{/number}',
  issue_events: '/issues/events{/number}',
  issues: '/issues{/number}',
  keys: '/keys{/key_id}',
  labels: '/labels{/name}',
  languages: '/languages',
  merges: '/merges',
  milestones: '/milestones{/number}',
  notifications: '/notifications{?since,all,participating}',
  pulls: '/pulls{/number}',
  releases: '/releases{/id}',
  stargazers: '/stargazers',
  statuses: '/statuses/{sha}',
  subscribers: '/subscribers',
  subscription: '/subscription',
  tags: '/tags',
  teams: '/teams',
  trees: '/git/trees{/sha}',
};

export function permissionsOf(repository: Repository, who: Account | null): Json {
  const role = roleOf(repository, who);
  return {
    admin: atLeast(role, 'admin'),
    maintain: atLeast(role, 'maintain'),
    push: atLeast(role, 'write'),
    triage: atLeast(role, 'triage'),
    pull: atLeast(role, 'read'),
  };
}

/** Fits `repository`, `minimal-repository` and the repository of an event. */
export function repository(world: World, of: Repository): Json {
  const api = apiOf(world, of);
  const page = pageOf(world, of);
  const open = [...of.issues.values()].filter(({ state }) => state === 'open').length;
  const host = new URL(world.url).host;
  return {
    id: of.id,
    node_id: nodeId('R', of.id),
    name: of.name,
    full_name: fullName(of),
    private: of.visibility === 'private',
    owner: person(world, of.owner),
    html_url: page,
    description: null,
    fork: of.parent !== null,
    url: api,
    ...Object.fromEntries(Object.entries(URLS).map(([name, path]) => [`${name}_url`, api + path])),
    git_url: `git://${host}/${fullName(of)}.git`,
    ssh_url: `git@${host}:${fullName(of)}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    mirror_url: null,
    homepage: null,
    language: null,
    forks_count: 0,
    forks: 0,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    size: 1,
    default_branch: of.defaultBranch,
    open_issues_count: open,
    open_issues: open,
    is_template: false,
    topics: [],
    has_issues: of.hasIssues,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    archived: of.archived,
    disabled: false,
    visibility: of.visibility,
    license: null,
    allow_forking: true,
    web_commit_signoff_required: false,
    pushed_at: of.createdAt,
    created_at: of.createdAt,
    updated_at: of.createdAt,
  };
}

export const fullRepository = (world: World, of: Repository, { person: who, grant }: Caller): Json => ({
  ...repository(world, of),
  ...(grant === null ? { permissions: permissionsOf(of, who) } : {}),
  ...(of.parent === null ? {} : { parent: repository(world, of.parent), source: repository(world, of.parent) }),
  subscribers_count: 0,
  network_count: 0,
});

export const label = (world: World, of: Repository, { id, name, color, description }: Label): Json => ({
  id,
  node_id: nodeId('LA', id),
  url: `${apiOf(world, of)}/labels/${encodeURIComponent(name)}`,
  name,
  color,
  description,
  default: name === 'bug',
});
