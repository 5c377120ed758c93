import type { Json } from '../types.ts';
import type { ChangedFile, Commit } from '../world/git.ts';
import type { Repository, World } from '../world/types.ts';
import { personOrNull } from './account.ts';
import { apiOf, pageOf } from './repository.ts';

const UNSIGNED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

/** GitHub finds accounts by the address: anybody can write anybody's. */
const byAddress = (world: World, email: string): Json | null => {
  const login = /^(?:\d+\+)?(.+)@users\.noreply\.github\.com$/.exec(email)?.[1];
  return personOrNull(world, world.accounts.find((account) => account.login === login) ?? null);
};

const parentsOf = (world: World, repository: Repository, { parents }: Commit, path: string): Json[] =>
  parents.map((sha) => ({
    sha,
    url: `${apiOf(world, repository)}/${path}/${sha}`,
    html_url: `${pageOf(world, repository)}/commit/${sha}`,
  }));

export function commit(world: World, repository: Repository, sha: string): Json {
  const of = repository.git.commit(sha);
  const api = apiOf(world, repository);
  const url = `${api}/commits/${sha}`;
  return {
    sha,
    node_id: `C_${sha}`,
    commit: {
      author: of.author,
      committer: of.committer,
      message: of.message,
      tree: { sha: of.tree, url: `${api}/git/trees/${of.tree}` },
      url: `${api}/git/commits/${sha}`,
      comment_count: 0,
      verification: UNSIGNED,
    },
    url,
    html_url: `${pageOf(world, repository)}/commit/${sha}`,
    comments_url: `${url}/comments`,
    author: byAddress(world, of.author.email),
    committer: byAddress(world, of.committer.email),
    parents: parentsOf(world, repository, of, 'commits'),
  };
}

/** `GET /git/commits`; a `committed` entry of a timeline is the same with `event`. */
export function gitCommit(world: World, repository: Repository, sha: string): Json {
  const of = repository.git.commit(sha);
  const api = apiOf(world, repository);
  return {
    sha,
    node_id: `C_${sha}`,
    url: `${api}/git/commits/${sha}`,
    html_url: `${pageOf(world, repository)}/commit/${sha}`,
    author: of.author,
    committer: of.committer,
    tree: { sha: of.tree, url: `${api}/git/trees/${of.tree}` },
    message: of.message,
    parents: parentsOf(world, repository, of, 'git/commits'),
    verification: UNSIGNED,
  };
}

/** As runs and events name the head. */
export function simpleCommit(repository: Repository, sha: string): Json {
  const { tree, message, committer, author } = repository.git.commit(sha);
  return {
    id: sha,
    tree_id: tree,
    message,
    timestamp: committer.date,
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
  };
}

export function changedFile(world: World, repository: Repository, commitSha: string, of: ChangedFile): Json {
  const path = of.path.split('/').map(encodeURIComponent).join('/');
  const page = pageOf(world, repository);
  return {
    sha: of.sha,
    filename: of.path,
    status: of.status,
    additions: of.additions,
    deletions: of.deletions,
    changes: of.additions + of.deletions,
    blob_url: `${page}/blob/${commitSha}/${path}`,
    raw_url: `${page}/raw/${commitSha}/${path}`,
    contents_url: `${apiOf(world, repository)}/contents/${path}?ref=${commitSha}`,
    ...(of.previous === null ? {} : { previous_filename: of.previous }),
  };
}
