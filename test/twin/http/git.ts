import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refused } from '../world/refused.ts';
import { permit } from '../world/rights.ts';
import { protectionOf } from '../world/rules.ts';
import type { Caller, Repository } from '../world/types.ts';

export interface GitRequest {
  repo: string;
  service: 'git-upload-pack' | 'git-receive-pack';
  /** `/info/refs`, `/git-upload-pack`, … */
  rest: string;
}

/** `/acme/site.git/info/refs?service=git-upload-pack`; GitHub takes the name without `.git`, too. */
export function gitRequestOf(url: URL): GitRequest | null {
  const [, repo, rest = ''] =
    /^\/([^/]+\/[^/]+?)(?:\.git)?(\/info\/refs|\/git-upload-pack|\/git-receive-pack)$/.exec(url.pathname) ?? [];
  if (repo === undefined) return null;
  const service = rest === '/info/refs' ? url.searchParams.get('service') : rest.slice(1);
  return service === 'git-upload-pack' || service === 'git-receive-pack' ? { repo, service, rest } : null;
}

/** Null where the caller may; else what GitHub's git front end answers. */
export function gitRefusal(
  repo: Repository | null,
  caller: Caller | null,
  { service }: GitRequest,
): { status: number; text: string } | null {
  const push = service === 'git-receive-pack';
  const unknown = { status: 404, text: 'remote: Repository not found.' };
  const ask = { status: 401, text: 'Repository not found.' };
  if (caller === null) return { status: 401, text: 'remote: Invalid username or token.' };
  if (repo === null) return caller.person === null ? ask : unknown;
  try {
    permit(caller, repo, push ? { needs: 'contents=write', role: 'write' } : { needs: 'contents=read', role: 'read' });
    return null;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (caller.person === null) return ask;
    return push && error.status === 403
      ? { status: 403, text: `remote: Write access to repository not granted.` }
      : unknown;
  }
}

/** git's own server as one CGI request (RFC 3875, git-http-backend(1)). `hooks`: a folder whose pre-receive says no as GitHub would. Resolves when the answer is out. */
export function serveGit(
  repo: Repository,
  caller: Caller,
  asked: GitRequest,
  { request, response, url, hooks }: { request: IncomingMessage; response: ServerResponse; url: URL; hooks: string },
): Promise<void> {
  const config: Record<string, string> = {
    'core.hooksPath': hooks,
    'http.receivepack': asked.service === 'git-receive-pack' ? 'true' : 'false',
  };
  const cgi = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: '/nonexistent',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
      GIT_CONFIG_COUNT: String(Object.keys(config).length),
      ...Object.fromEntries(
        Object.entries(config).flatMap(([key, value], n) => [
          [`GIT_CONFIG_KEY_${n}`, key],
          [`GIT_CONFIG_VALUE_${n}`, value],
        ]),
      ),
      GIT_PROJECT_ROOT: repo.git.dir,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: caller.person?.login ?? '',
      REQUEST_METHOD: request.method ?? '',
      PATH_INFO: asked.rest,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      ...rulesFor(repo, caller),
    },
  });
  cgi.stdin.on('error', () => undefined);
  request.pipe(cgi.stdin);
  // A client that was killed ends its request without an end.
  request.on('close', () => {
    if (!request.complete) cgi.kill();
  });
  const chunks: Buffer[] = [];
  cgi.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    cgi.on('close', () => {
      const all = Buffer.concat(chunks);
      const end = all.indexOf('\r\n\r\n');
      for (const line of all.toString('latin1', 0, Math.max(end, 0)).split('\r\n')) {
        const [name = '', value = ''] = line.split(/: (.*)/s);
        if (name === 'Status') response.statusCode = Number(value.slice(0, 3));
        else if (name !== '') response.setHeader(name, value);
      }
      response.end(all.subarray(end + 4));
      resolve();
    });
  });
}

/** What the pre-receive hook is told. An app's token without `workflows: write` pushes no workflow files; a workflow's token never has it. */
function rulesFor(repo: Repository, { grant }: Caller): Record<string, string> {
  const branches = [...repo.known.keys()];
  const where = (of: 'needsPull' | 'noForce' | 'noDeletion'): string =>
    branches
      .filter((branch) => protectionOf(repo, branch)[of])
      .map((branch) => `refs/heads/${branch}`)
      .join('\n');
  return {
    TWIN_NO_WORKFLOWS: grant !== null && grant.permissions.get('workflows') !== 'write' ? '1' : '',
    TWIN_NEEDS_PULL: where('needsPull'),
    TWIN_NO_FORCE: where('noForce'),
    TWIN_NO_DELETION: where('noDeletion'),
  };
}

/** Source: GitHub's own words on a refused push (GH006, GH013, and for workflow files). */
export const PRE_RECEIVE = `#!/bin/sh
set -f
zero=0000000000000000000000000000000000000000
no() { echo "error: $1" >&2; exit 1; }
listed() { printf '%s\\n' "$1" | grep -qxF -- "$ref"; }
while read -r old new ref; do
  if [ "$new" = "$zero" ]; then
    listed "$TWIN_NO_DELETION" && no "GH013: Repository rule violations found for $ref. Cannot delete this branch"
    continue
  fi
  if [ "$old" != "$zero" ]; then
    listed "$TWIN_NEEDS_PULL" && no "GH013: Repository rule violations found for $ref. Changes must be made through a pull request."
    if listed "$TWIN_NO_FORCE" && ! git merge-base --is-ancestor "$old" "$new"; then
      no "GH013: Repository rule violations found for $ref. Cannot force-push to this branch"
    fi
  fi
  if [ -n "$TWIN_NO_WORKFLOWS" ]; then
    file=$(git log --format= --name-only -m --first-parent "$new" --not --all -- .github/workflows | head -n 1)
    [ -n "$file" ] && no "refusing to allow a GitHub App to create or update workflow \\\`$file\\\` without \\\`workflows\\\` permission"
  fi
done
exit 0
`;
