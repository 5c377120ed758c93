import type { Json } from '../types.ts';
import { protectionOf } from './rules.ts';
import type { Issue, Pull, Repository } from './types.ts';

export interface MergeState {
  /** Null where it is not asked any more. */
  mergeable: boolean | null;
  /** Source: docs.github.com/en/graphql/reference/enums#mergestatestatus, in small letters. */
  word: 'clean' | 'dirty' | 'blocked' | 'draft' | 'unknown';
  /** What is missing, as the merge button says it. */
  missing: string[];
}

export function mergeStateOf(repository: Repository, issue: Issue & { pull: Pull }): MergeState {
  const { pull } = issue;
  const base = repository.known.get(pull.baseRef);
  if (issue.state === 'closed' || base === undefined) return { mergeable: null, word: 'unknown', missing: [] };
  const mergeable = repository.git.mergedTree(base, pull.headSha) !== null;
  const missing = missingFor(repository, pull);
  const word = !mergeable ? 'dirty' : pull.draft ? 'draft' : missing.length > 0 ? 'blocked' : 'clean';
  return { mergeable, word, missing };
}

/** Passed as GitHub counts it: `neutral` and `skipped` pass. Of one app where the rule names it. The newest of a name counts. */
function checkPassed(repository: Repository, sha: string, context: string, appId: number | null): boolean {
  const run = repository.checkRuns.findLast(
    ({ headSha, name, app }) => headSha === sha && name === context && (appId === null || app.id === appId),
  );
  if (run) return run.conclusion !== null && ['success', 'neutral', 'skipped'].includes(run.conclusion);
  const status = repository.statuses.findLast((entry) => entry.sha === sha && entry.context === context);
  return appId === null && status?.state === 'success';
}

function missingFor(repository: Repository, pull: Pull): string[] {
  const { checks, reviews } = protectionOf(repository, pull.baseRef);
  const missing = checks
    .filter(({ context, appId }) => !checkPassed(repository, pull.headSha, context, appId))
    .map(({ context }) => `Required status check "${context}" is expected.`);
  const latest = new Map(
    pull.reviews.filter(({ state }) => state !== 'COMMENTED').map(({ author, state }) => [author, state]),
  );
  const approvals = [...latest.values()].filter((state) => state === 'APPROVED').length;
  if (approvals < reviews)
    missing.push(`At least ${reviews} approving review is required by reviewers with write access.`);
  if (reviews > 0 && [...latest.values()].includes('CHANGES_REQUESTED')) missing.push('Changes were requested.');
  return missing;
}

/** How large the change is. */
export function sizeOf({ known, git }: Repository, pull: Pull): Json {
  const base = known.get(pull.baseRef) ?? pull.baseSha;
  const from = git.mergeBase(base, pull.headSha);
  const files = from === null ? [] : git.diff(from, pull.headSha);
  return {
    commits: git.between(base, pull.headSha).length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}
