import { created, issueOf, nothing, number, ok, on, type RepositoryCall, type Route, text } from '../http/route.ts';
import { comment as commentJson, issue as issueJson } from '../shapes/issue.ts';
import { send } from '../world/events.ts';
import { invalid, notFound } from '../world/refused.ts';
import { demandRole, permit, personOf } from '../world/rights.ts';
import type { Comment, Issue } from '../world/types.ts';

const READ = { needs: 'issues=read; pull_requests=read', role: 'read' } as const;
const WRITE = { needs: 'issues=write; pull_requests=write', role: 'read' } as const;

/** Source: GitHub refuses above 65,536 characters. */
const MAX_BODY = 65_536;

function checkedBody({ body }: RepositoryCall): string {
  const said = text(body['body']);
  if (said.trim() === '')
    throw invalid([
      { resource: 'IssueComment', code: 'unprocessable', field: 'data', message: 'Body cannot be blank' },
    ]);
  if (said.length > MAX_BODY)
    throw invalid([
      {
        resource: 'IssueComment',
        code: 'unprocessable',
        field: 'data',
        message: `Body is too long (maximum is ${MAX_BODY} characters)`,
      },
    ]);
  return said;
}

function commentOf(call: RepositoryCall): { issue: Issue; comment: Comment } {
  const id = number(call, 'comment_id');
  for (const issue of call.repo.issues.values()) {
    for (const entry of issue.timeline) {
      if (!('comment' in entry) || entry.comment.id !== id) continue;
      const need = call.rights.needs.split('; ').find((one) => one.startsWith(issue.pull ? 'pull_requests' : 'issues'));
      permit(call.caller, call.repo, { ...call.rights, needs: need ?? call.rights.needs });
      return { issue, comment: entry.comment };
    }
  }
  throw notFound();
}

/** Another's comment may be changed by who may write to the repository. */
function mayChange({ caller, repo }: RepositoryCall, { author }: Comment): void {
  if (author !== caller.person) demandRole(caller, repo, 'write');
}

export const commentRoutes: Route[] = [
  on('POST issues/{issue_number}/comments', WRITE, (call) => {
    const { world, repo, caller } = call;
    const issue = issueOf(call);
    const at = world.now();
    const comment: Comment = {
      id: world.nextId(),
      number: issue.number,
      author: personOf(caller),
      app: caller.app,
      body: checkedBody(call),
      createdAt: at,
      updatedAt: at,
    };
    issue.timeline.push({ id: comment.id, at, event: 'commented', comment });
    issue.updatedAt = at;
    sendComment(call, issue, comment, 'created');
    return created(commentJson(world, repo, comment));
  }),
  on('GET issues/comments/{comment_id}', READ, (call) =>
    ok(commentJson(call.world, call.repo, commentOf(call).comment)),
  ),
  on('PATCH issues/comments/{comment_id}', WRITE, (call) => {
    const { issue, comment } = commentOf(call);
    mayChange(call, comment);
    const from = comment.body;
    comment.body = checkedBody(call);
    comment.updatedAt = call.world.now();
    sendComment(call, issue, comment, 'edited', { changes: { body: { from } } });
    return ok(commentJson(call.world, call.repo, comment));
  }),
  on('DELETE issues/comments/{comment_id}', WRITE, (call) => {
    const { issue, comment } = commentOf(call);
    mayChange(call, comment);
    issue.timeline = issue.timeline.filter((entry) => !('comment' in entry) || entry.comment !== comment);
    sendComment(call, issue, comment, 'deleted');
    return nothing;
  }),
];

function sendComment(
  { world, repo, caller }: RepositoryCall,
  issue: Issue,
  comment: Comment,
  action: string,
  more: Record<string, unknown> = {},
): void {
  const detail = { issue: issueJson(world, repo, issue), comment: commentJson(world, repo, comment), ...more };
  send(world, repo, ['issue_comment', action], caller, detail);
}
