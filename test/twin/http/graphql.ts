import { isPull } from '../shapes/pull.ts';
import type { Json } from '../types.ts';
import { setDraft } from '../world/pulls.ts';
import { Refused } from '../world/refused.ts';
import { demandRole, permit } from '../world/rights.ts';
import type { Caller, World } from '../world/types.ts';
import type { Answer } from './route.ts';

/** The one mutation that REST has no operation for, in the one form that is asked here. */
const READY =
  /^mutation(?: \w+)? ?\( ?\$(\w+): ?ID! ?\) ?\{ ?markPullRequestReadyForReview ?\( ?input: ?\{ ?pullRequestId: ?\$\1 ?\} ?\) ?\{ ?pullRequest ?\{ ?((?:(?:id|number|isDraft),? ?)+)\} ?\} ?\}$/;

const failed = (type: string, message: string): Answer => ({
  status: 200,
  body: {
    data: { markPullRequestReadyForReview: null },
    errors: [{ type, path: ['markPullRequestReadyForReview'], message }],
  },
});

/** Source: docs.github.com/en/graphql/reference/mutations#markpullrequestreadyforreview. Everything else is refused: the twin would have to make it up. */
export function graphql(world: World, caller: Caller, body: unknown): Answer {
  const { query, variables } = (body ?? {}) as { query?: unknown; variables?: Json };
  const plain = typeof query === 'string' ? query.replace(/\s+/g, ' ').trim() : '';
  const [, variable, fields = ''] = READY.exec(plain) ?? [];
  if (caller.person === null)
    return { status: 401, body: { message: 'This endpoint requires you to be authenticated.' } };
  if (variable === undefined)
    return { status: 200, body: { errors: [{ message: 'The twin answers markPullRequestReadyForReview alone.' }] } };
  const id = variables?.[variable];
  for (const repo of world.repositories) {
    for (const issue of repo.issues.values()) {
      if (!isPull(issue) || `PR_${issue.pull.id}` !== id) continue;
      try {
        permit(caller, repo, { needs: 'pull_requests=write', role: 'read' });
        if (issue.author !== caller.person) demandRole(caller, repo, 'write');
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return error.status === 404 ? unknown(id) : failed('FORBIDDEN', error.message);
      }
      if (issue.state === 'closed') return failed('UNPROCESSABLE', 'Pull request is closed');
      setDraft(world, repo, issue, false, caller);
      const all: Json = { id, number: issue.number, isDraft: issue.pull.draft };
      const asked = fields.split(/[ ,]+/).filter((name) => name !== '');
      const pullRequest = Object.fromEntries(asked.map((name) => [name, all[name]]));
      return { status: 200, body: { data: { markPullRequestReadyForReview: { pullRequest } } } };
    }
  }
  return unknown(id);
}

const unknown = (id: unknown): Answer =>
  failed('NOT_FOUND', `Could not resolve to a node with the global id of '${String(id)}'.`);
