import { notFound, Refused } from '../world/refused.ts';
import { type Answer, ok, on, page, type RepositoryCall, type Route } from '../http/route.ts';
import { changedFile, commit as commitJson } from '../shapes/commit.ts';
import { isPull, pullSimple } from '../shapes/pull.ts';
import { apiOf, pageOf } from '../shapes/repository.ts';

const READ = { needs: 'contents=read', role: 'read' } as const;

/** The commit that a parameter names. */
export function shaOf({ repo, params }: RepositoryCall, name: string): string {
  const sha = repo.git.resolve(params[name] ?? '');
  if (sha === null) throw new Refused(422, `No commit found for SHA: ${params[name]}`);
  return sha;
}

export const commitRoutes: Route[] = [
  on('GET commits/{ref}', READ, (call) => {
    const { world, repo } = call;
    const sha = shaOf(call, 'ref');
    const [parent] = repo.git.commit(sha).parents;
    const files = repo.git.diff(parent ?? '4b825dc642cb6eb9a060e54bf8d69288fbee4904', sha);
    const additions = files.reduce((sum, file) => sum + file.additions, 0);
    const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
    return ok({
      ...commitJson(world, repo, sha),
      stats: { additions, deletions, total: additions + deletions },
      files: files.slice(0, 300).map((file) => changedFile(world, repo, sha, file)),
    });
  }),
  on('GET commits/{commit_sha}/pulls', { needs: 'pull_requests=read', role: 'read' }, (call) => {
    const { world, repo } = call;
    const sha = shaOf(call, 'commit_sha');
    // Those that brought it to the default branch, or, while it is not there, those that hold it.
    const found = [...repo.issues.values()]
      .filter(isPull)
      .filter(
        ({ pull }) =>
          pull.mergeCommit === sha || holds(call, sha, pull.headSha, repo.known.get(pull.baseRef) ?? pull.baseSha),
      )
      .toSorted((a, b) => a.number - b.number);
    return page(call, found, (issue) => pullSimple(world, repo, issue));
  }),
  on('GET compare/{basehead}', READ, compare),
];

const holds = ({ repo }: RepositoryCall, sha: string, head: string, base: string): boolean =>
  head === sha || (repo.git.isAncestor(sha, head) && !repo.git.isAncestor(sha, base));

function compare(call: RepositoryCall): Answer {
  const { world, repo, params } = call;
  const [baseName = '', headName = ''] = (params['basehead'] ?? '').split('...');
  const base = repo.git.resolve(baseName);
  const head = repo.git.resolve(headName);
  if (base === null || head === null) throw notFound();
  const from = repo.git.mergeBase(base, head);
  if (from === null) throw new Refused(404, `No common ancestor between ${baseName} and ${headName}.`);
  const commits = repo.git.between(base, head);
  const behind = repo.git.between(head, base).length;
  const page = `${pageOf(world, repo)}/compare/${baseName}...${headName}`;
  const status =
    commits.length > 0 && behind > 0 ? 'diverged' : commits.length > 0 ? 'ahead' : behind > 0 ? 'behind' : 'identical';
  return ok({
    url: `${apiOf(world, repo)}/compare/${baseName}...${headName}`,
    html_url: page,
    permalink_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: commitJson(world, repo, base),
    merge_base_commit: commitJson(world, repo, from),
    status,
    ahead_by: commits.length,
    behind_by: behind,
    total_commits: commits.length,
    commits: commits.slice(0, 250).map((sha) => commitJson(world, repo, sha)),
    files: repo.git
      .diff(from, head)
      .slice(0, 300)
      .map((file) => changedFile(world, repo, head, file)),
  });
}
