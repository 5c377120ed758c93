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

/** Everything but the two forms that are asked here is refused: the twin would have to make it up. */
export function graphql(world: World, caller: Caller, body: unknown): Answer {
  const { query, variables } = (body ?? {}) as { query?: unknown; variables?: Json };
  const plain = typeof query === 'string' ? query.replace(/\s+/g, ' ').trim() : '';
  if (caller.person === null)
    return { status: 401, body: { message: 'This endpoint requires you to be authenticated.' } };
  if (plain === LAST_EDIT) return lastEdit(world, caller, variables ?? {});
  const [, variable, fields = ''] = READY.exec(plain) ?? [];
  return variable === undefined
    ? { status: 200, body: { errors: [{ message: 'The twin answers two forms of GraphQL alone.' }] } }
    : markReady(world, caller, { variable, fields, variables });
}

/** What REST does not tell of an issue: who edited its body last. Source: docs.github.com/en/graphql/reference/objects#issue. */
const LAST_EDIT =
  'query($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) { issue(number: $number) { lastEditedAt editor { __typename login ... on User { databaseId } ... on Bot { databaseId } } } } }';

const no = (data: Json, type: string, message: string): Answer => ({
  status: 200,
  body: { data, errors: [{ type, path: ['repository'], message }] },
});

function lastEdit(world: World, caller: Caller, { owner, name, number }: Json): Answer {
  const repo = world.repositories.find((one) => one.owner.login === owner && one.name === name);
  const issue = repo?.issues.get(Number(number));
  try {
    if (repo) permit(caller, repo, { needs: 'issues=read', role: 'read' });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return no({ repository: null }, 'FORBIDDEN', error.message);
  }
  if (!repo) return no({ repository: null }, 'NOT_FOUND', 'Could not resolve to a Repository.');
  if (!issue || isPull(issue))
    return no({ repository: { issue: null } }, 'NOT_FOUND', 'Could not resolve to an Issue.');
  const edit = issue.lastEdit;
  const { id: databaseId, login, type, deleted } = edit?.by ?? { id: 0, login: '', type: '', deleted: true };
  const editor = deleted ? null : { __typename: type, login: login.replace('[bot]', ''), databaseId };
  return { status: 200, body: { data: { repository: { issue: { lastEditedAt: edit?.at ?? null, editor } } } } };
}

/** Source: docs.github.com/en/graphql/reference/mutations#markpullrequestreadyforreview. */
function markReady(
  world: World,
  caller: Caller,
  { variable, fields, variables }: { variable: string; fields: string; variables: Json | undefined },
): Answer {
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
