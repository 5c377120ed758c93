import type { Report, ReportChangedFile } from '../contracts/index.ts';
import { eventOf } from './events.ts';
import { TEST_RESULT } from './layout.ts';
import { type Members, traced } from './members.ts';

/**
 * Why there is none of an artifact, an event or a member of the report. What the pipeline said itself wins over the reasons that follow from the
 * rest. Nothing is null, empty or absent without a reason here.
 */
export function notApplicable(
  members: Members,
  changedFiles: readonly ReportChangedFile[] | null,
): Report['not_applicable'] {
  const reasons: Report['not_applicable'] = {};
  const say = (why: string, ...subjects: string[]): void => {
    for (const subject of subjects) reasons[subject] = why;
  };
  const { decision, events, packet } = members;
  const verification = eventOf(events, 'verification.completed')?.data;
  const checked = eventOf(events, 'git.diff.checked')?.data;
  const gate = eventOf(events, 'backend.gate.blocked')?.data;
  const cut = 'the run ended before it came to this';
  const why = gate ? `gate ${gate.gate} blocked before anything was copied, inspected or started` : cut;
  if (!eventOf(events, 'plan.updated')) say(why, 'plan.updated', 'writable_roots', 'isolation');
  if (!eventOf(events, 'patch.applied')) say(why, 'patch.applied', 'backend_exit_code', 'backend_termination');
  const applied = eventOf(events, 'patch.applied')?.data;
  if (applied && !applied.backend_process_started)
    say(applied.reason ?? 'the engine was not started', 'backend_exit_code', 'backend_termination');
  if (checked?.result === 'not_run') say(checked.reason ?? cut, 'allowed_writes_passed', 'forbidden_paths_passed');
  if (!checked) say(why, 'git.diff.checked', 'allowed_writes_passed', 'forbidden_paths_passed');
  if (!checked?.result_tree) say(checked?.reason ?? why, 'result_tree');
  if (!checked?.protected_roots) say(checked?.reason ?? why, 'protected_roots');
  if (changedFiles === null) say(checked?.reason ?? why, 'changed_files', 'patch.diff');
  else if (changedFiles.length === 0) say('nothing was changed', 'patch.diff');
  if (!verification) say(why, 'verification.completed', 'test.log', TEST_RESULT);
  else if (verification.verification.every((check) => check.phase === 'before'))
    say(verification.reason ?? 'no verification command ran on the result', 'test.log', TEST_RESULT);
  else if (!checked?.result_tree) say('there is no result tree that it could be about', TEST_RESULT);
  if (!decision.approval_required) say('no approval is required', 'approval.requested', 'approval.granted');
  if (!packet.evidence_expectations?.length) say('the packet expects no evidence of its own', 'expected/');
  if (decision.facts.policy.files.length === 0) say('no policy is configured', 'policy/');
  else say('no evaluator of policies is part of this harness: the gate policy blocks', 'policy/');
  for (const { subject, reason } of traced(members.trace, 'not_applicable')) say(reason, subject);
  return reasons;
}
