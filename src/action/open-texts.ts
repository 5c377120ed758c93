import { missingGates } from '../checks/index.ts';
import type { Decision } from '../contracts/index.ts';
import { markdownText } from '../evidence/index.ts';
import { waitsForApproval } from '../policy/index.ts';
import { failureOf } from './failure.ts';

/** What happens to a packet that was opened: the end of the comment on its issue. */
export function nextText(pull: number, decision: Decision | null): string {
  if (decision === null) return `the configuration or the packet cannot be read; #${pull} waits.`;
  if (waitsForApproval(decision))
    return `#${pull} waits for an approval: review it, or write the sentence that stands there.`;
  return missingGates(decision).some(({ id }) => id !== 'approval')
    ? `a run follows, and is blocked by the gates above; #${pull} shows it. Edit the issue, and it is opened again.`
    : `a run follows; #${pull} shows what came of it.`;
}

/** Why a packet could not be opened, for who opened the issue: they wait for an answer there, and may not see the job's log. */
export function failedText(error: unknown): string {
  const why = failureOf(error).problems.map(({ code, message, fix }) =>
    code === 'internal_error' ? 'a defect of Countersign, whose text is in the log of the job.' : `${message}. ${fix}`,
  );
  return `opening failed: ${markdownText(why.join(' '))} After that, re-run the failed job of this workflow run.`;
}
