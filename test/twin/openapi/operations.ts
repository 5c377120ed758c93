/** What the twin answers, by GitHub's own names of the paths. `prune.ts` keeps their descriptions, a test that each has a handler. */
const REPOSITORY = `
GET
GET branches/{branch}
GET branches/{branch}/protection
GET rules/branches/{branch}
GET rulesets
POST rulesets
GET rulesets/{ruleset_id}
GET actions/permissions
GET actions/permissions/workflow
GET collaborators/{username}/permission
GET labels
POST labels
GET labels/{name}
GET issues
POST issues
GET issues/{issue_number}
PATCH issues/{issue_number}
GET issues/{issue_number}/labels
POST issues/{issue_number}/labels
PUT issues/{issue_number}/labels
DELETE issues/{issue_number}/labels/{name}
GET issues/{issue_number}/comments
POST issues/{issue_number}/comments
GET issues/comments/{comment_id}
PATCH issues/comments/{comment_id}
DELETE issues/comments/{comment_id}
GET issues/{issue_number}/timeline
GET pulls
POST pulls
GET pulls/{pull_number}
PATCH pulls/{pull_number}
GET pulls/{pull_number}/merge
PUT pulls/{pull_number}/merge
GET pulls/{pull_number}/commits
GET pulls/{pull_number}/files
GET pulls/{pull_number}/reviews
POST pulls/{pull_number}/reviews
GET pulls/{pull_number}/reviews/{review_id}
PUT pulls/{pull_number}/reviews/{review_id}
PUT pulls/{pull_number}/reviews/{review_id}/dismissals
GET pulls/{pull_number}/requested_reviewers
POST pulls/{pull_number}/requested_reviewers
DELETE pulls/{pull_number}/requested_reviewers
GET commits/{ref}
GET commits/{commit_sha}/pulls
GET compare/{basehead}
GET contents/{path}
GET git/ref/{ref}
POST git/refs
PATCH git/refs/{ref}
DELETE git/refs/{ref}
GET git/commits/{commit_sha}
GET git/trees/{tree_sha}
GET git/blobs/{file_sha}
GET commits/{ref}/check-runs
GET commits/{ref}/check-suites
POST check-runs
GET check-runs/{check_run_id}
PATCH check-runs/{check_run_id}
GET commits/{ref}/status
GET commits/{ref}/statuses
POST statuses/{sha}
GET actions/runs
GET actions/runs/{run_id}
GET actions/runs/{run_id}/jobs
GET actions/jobs/{job_id}
GET actions/runs/{run_id}/artifacts
GET actions/artifacts
GET actions/artifacts/{artifact_id}
DELETE actions/artifacts/{artifact_id}
GET actions/artifacts/{artifact_id}/{archive_format}
GET actions/workflows
GET actions/workflows/{workflow_id}
POST actions/workflows/{workflow_id}/dispatches`;

export const OPERATIONS: readonly string[] = [
  'GET /rate_limit',
  'GET /user',
  'GET /users/{username}',
  ...REPOSITORY.trim()
    .split('\n')
    .map((line) => {
      const [method = '', path = ''] = line.split(' ');
      return `${method} /repos/{owner}/{repo}${path === '' ? '' : `/${path}`}`;
    }),
];

/** Events whose payloads the twin makes. */
export const EVENTS: readonly string[] = [
  ...['opened', 'edited', 'labeled', 'unlabeled', 'closed', 'reopened'].map((action) => `issues-${action}`),
  ...['created', 'edited', 'deleted'].map((action) => `issue-comment-${action}`),
  ...'opened synchronize edited closed reopened converted-to-draft ready-for-review labeled unlabeled review-requested review-request-removed'
    .split(' ')
    .map((action) => `pull-request-${action}`),
  ...['submitted', 'edited', 'dismissed'].map((action) => `pull-request-review-${action}`),
  ...['requested', 'in-progress', 'completed'].map((action) => `workflow-run-${action}`),
  'workflow-dispatch',
  'push',
  'merge-group-checks-requested',
  'check-run-created',
  'check-run-completed',
];
