import { number, ok, on, optional, page, type RepositoryCall, type Route, text } from '../http/route.ts';
import { review as reviewJson } from '../shapes/pull.ts';
import { ACTIONS } from '../world/accounts.ts';
import { addReview, dismissReview, editReview, type NewReview } from '../world/pulls.ts';
import { invalid, notFound, Refused } from '../world/refused.ts';
import { demandRole, personOf } from '../world/rights.ts';
import type { Review } from '../world/types.ts';
import { pullOf } from './pulls.ts';

const READ = { needs: 'pull_requests=read', role: 'read' } as const;
const WRITE = { needs: 'pull_requests=write', role: 'read' } as const;

const STATES: Readonly<Record<string, NewReview['state']>> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

function reviewOf(call: RepositoryCall): Review {
  const id = number(call, 'review_id');
  const found = pullOf(call).pull.reviews.find((review) => review.id === id);
  if (!found) throw notFound();
  return found;
}

const shown = (call: RepositoryCall, review: Review): Record<string, unknown> =>
  reviewJson(call.world, call.repo, pullOf(call), review);

export const reviewRoutes: Route[] = [
  on('GET pulls/{pull_number}/reviews', READ, (call) =>
    page(call, pullOf(call).pull.reviews, (review) => shown(call, review)),
  ),
  on('POST pulls/{pull_number}/reviews', WRITE, (call) => {
    const { world, repo, caller, body } = call;
    const issue = pullOf(call);
    const state = STATES[text(body['event'])];
    // Pending reviews are seen by nobody but their author.
    if (state === undefined) throw invalid('The twin keeps no pending reviews: give an event.');
    if (state === 'APPROVED' && caller.app?.id === ACTIONS.id && !repo.actions.canApprovePullRequests)
      throw new Refused(403, 'GitHub Actions is not permitted to approve pull requests.');
    const commit = optional<string>(body['commit_id']) ?? issue.pull.headSha;
    if (!repo.git.has(commit)) throw invalid([{ resource: 'PullRequestReview', field: 'commit_id', code: 'invalid' }]);
    const by = { person: personOf(caller), app: caller.app };
    const review = addReview(world, repo, issue, by, { state, body: text(body['body']), commit });
    return ok(shown(call, review));
  }),
  on('GET pulls/{pull_number}/reviews/{review_id}', READ, (call) => ok(shown(call, reviewOf(call)))),
  on('PUT pulls/{pull_number}/reviews/{review_id}', WRITE, (call) => {
    const review = reviewOf(call);
    if (review.author !== call.caller.person) demandRole(call.caller, call.repo, 'write');
    editReview(call.world, call.repo, pullOf(call), review, text(call.body['body']), call.caller);
    return ok(shown(call, review));
  }),
  on('PUT pulls/{pull_number}/reviews/{review_id}/dismissals', { ...WRITE, role: 'write' }, (call) => {
    const review = reviewOf(call);
    dismissReview(call.world, call.repo, pullOf(call), review, text(call.body['message']), call.caller);
    return ok(shown(call, review));
  }),
];
