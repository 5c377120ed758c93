import { type Answer, created, nothing, ok, on, type RepositoryCall, type Route, text } from '../http/route.ts';
import { gitCommit } from '../shapes/commit.ts';
import { apiOf } from '../shapes/repository.ts';
import { invalid, notFound, Refused } from '../world/refused.ts';
import { whyNoPush } from '../world/rules.ts';

const READ = { needs: 'contents=read', role: 'read' } as const;
const WRITE = { needs: 'contents=write', role: 'write' } as const;

/** `heads/main` → `refs/heads/main`; null where GitHub would not take it as a name. */
const fullRef = ({ params }: RepositoryCall): string => `refs/${params['ref'] ?? ''}`;

function shown({ world, repo }: RepositoryCall, ref: string, sha: string): Record<string, unknown> {
  const api = apiOf(world, repo);
  return {
    ref,
    node_id: `REF_${ref}`,
    url: `${api}/git/${ref}`,
    object: { type: 'commit', sha, url: `${api}/git/commits/${sha}` },
  };
}

function checkPush({ repo }: RepositoryCall, ref: string, sha: string | null, force: boolean): void {
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  const before = repo.git.resolve(ref);
  if (sha !== null && !repo.git.has(sha)) throw invalid('Object does not exist');
  const isFast = before === null || sha === null || repo.git.isAncestor(before, sha);
  if (!isFast && !force) throw invalid('Update is not a fast forward');
  const why = branch === undefined ? null : whyNoPush(repo, branch, sha);
  if (why !== null) throw invalid(`Repository rule violations found\n\n${why}`);
}

export const gitRoutes: Route[] = [
  on('GET git/ref/{ref}', READ, (call) => {
    const sha = call.repo.git.resolve(fullRef(call));
    if (sha === null) throw notFound();
    return ok(shown(call, fullRef(call), sha));
  }),
  on('POST git/refs', WRITE, (call) => {
    const ref = text(call.body['ref']);
    const sha = text(call.body['sha']);
    if (!/^refs\/(heads|tags)\/./.test(ref) || !call.repo.git.holds(['check-ref-format', ref]))
      throw invalid('Reference name is invalid');
    if (call.repo.git.resolve(ref) !== null) throw invalid('Reference already exists');
    checkPush(call, ref, sha, false);
    call.repo.git.update(ref, sha);
    return created(shown(call, ref, sha));
  }),
  on('PATCH git/refs/{ref}', WRITE, (call) => {
    const ref = fullRef(call);
    const sha = text(call.body['sha']);
    if (call.repo.git.resolve(ref) === null) throw invalid('Reference does not exist');
    checkPush(call, ref, sha, call.body['force'] === true);
    call.repo.git.update(ref, sha);
    return ok(shown(call, ref, sha));
  }),
  on('DELETE git/refs/{ref}', WRITE, (call) => {
    const ref = fullRef(call);
    if (call.repo.git.resolve(ref) === null) throw invalid('Reference does not exist');
    checkPush(call, ref, null, true);
    call.repo.git.update(ref, null);
    return nothing;
  }),
  on('GET git/commits/{commit_sha}', READ, (call) => {
    const sha = call.params['commit_sha'] ?? '';
    if (!/^[0-9a-f]{40}$/.test(sha) || !call.repo.git.has(sha)) throw notFound();
    return ok(gitCommit(call.world, call.repo, sha));
  }),
  on('GET git/trees/{tree_sha}', READ, (call) => {
    const { world, repo, params, query } = call;
    const name = params['tree_sha'] ?? '';
    const commit = repo.git.resolve(name);
    const sha = commit === null ? name : repo.git.commit(commit).tree;
    if (!/^[0-9a-f]{40}$/.test(sha) || !repo.git.isType(sha, 'tree')) throw notFound();
    const api = apiOf(world, repo);
    const kinds: Record<string, string> = { blob: 'blobs', tree: 'trees' };
    return ok({
      sha,
      url: `${api}/git/trees/${sha}`,
      // A recursive listing is asked for by any value at all.
      tree: repo.git.tree(sha, query['recursive'] !== undefined).map(({ mode, type, sha: id, size, path }) => ({
        path,
        mode,
        type,
        sha: id,
        ...(size === null ? {} : { size }),
        ...(kinds[type] === undefined ? {} : { url: `${api}/git/${kinds[type]}/${id}` }),
      })),
      truncated: false,
    });
  }),
  on('GET git/blobs/{file_sha}', READ, (call) => {
    const { world, repo, params } = call;
    const sha = params['file_sha'] ?? '';
    if (!/^[0-9a-f]{40}$/.test(sha) || !repo.git.isType(sha, 'blob')) throw notFound();
    const content = repo.git.blob(sha);
    return ok({
      sha,
      node_id: `B_${sha}`,
      size: content.length,
      url: `${apiOf(world, repo)}/git/blobs/${sha}`,
      content: wrapped(content),
      encoding: 'base64',
    });
  }),
  on('GET contents/{path}', READ, contents),
];

/** GitHub breaks its base64 after 60 characters. */
const wrapped = (content: Buffer): string => content.toString('base64').replace(/.{60}/g, '$&\n');

const TYPES: Readonly<Record<string, string>> = { '040000': 'dir', '160000': 'submodule', '120000': 'symlink' };

function contents(call: RepositoryCall): Answer {
  const { world, repo, params, query } = call;
  const ref = text(query['ref']) || repo.defaultBranch;
  const commit = repo.git.resolve(ref);
  if (commit === null) throw new Refused(404, `No commit found for the ref ${ref}`);
  const path = (params['path'] ?? '').replace(/\/+$/, '');
  const tree = repo.git.tree(commit, true);
  const entry = tree.find((one) => one.path === path);
  const api = apiOf(world, repo);
  const describe = (one: (typeof tree)[number]): Record<string, unknown> => {
    const url = `${api}/contents/${one.path.split('/').map(encodeURIComponent).join('/')}?ref=${encodeURIComponent(ref)}`;
    const git = `${api}/git/${one.type === 'tree' ? 'trees' : 'blobs'}/${one.sha}`;
    return {
      type: TYPES[one.mode] ?? 'file',
      size: one.size ?? 0,
      name: one.path.split('/').at(-1) ?? '',
      path: one.path,
      sha: one.sha,
      url,
      git_url: git,
      html_url: null,
      download_url: null,
      _links: { self: url, git, html: null },
    };
  };
  if (entry === undefined) throw notFound();
  if (entry.type === 'tree') {
    const inside = tree.filter(
      (one) => one.path.startsWith(`${path}/`) && !one.path.slice(path.length + 1).includes('/'),
    );
    return ok(inside.map(describe));
  }
  if (TYPES[entry.mode] !== undefined) throw new Refused(404, 'The twin shows files and folders only');
  return ok({ ...describe(entry), encoding: 'base64', content: wrapped(repo.git.blob(entry.sha)) });
}
