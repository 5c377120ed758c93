import type { EventType } from './events.ts';

/**
 * The one table of codes (2-contracts.md: gates, failure matrix, further codes). Status, event and gate of a finding, its fix and its docs come
 * from here and nowhere else; docs/reference/codes.md is generated from it.
 */
export type FindingStatus = 'fail' | 'blocked';

export interface CodeEntry {
  /** The status that a finding with this code gives a run. */
  status: FindingStatus;
  /** The first event that names the code; every later event names it too. */
  event: EventType;
  /** The gate that blocks with it, where one does. */
  gate: string | null;
  summary: string;
  fix: string;
}

const gateCode = (
  gate: string,
  summary: string,
  fix: string,
  event: EventType = 'backend.gate.blocked',
): CodeEntry => ({
  status: 'blocked',
  event,
  gate,
  summary,
  fix,
});
const code = (status: FindingStatus, event: EventType, summary: string, fix: string): CodeEntry => ({
  status,
  event,
  gate: null,
  summary,
  fix,
});

export const CODES = {
  // Gates, document tier
  contract_invalid: gateCode(
    'contract',
    'The document breaks its contract.',
    'Correct every listed error and validate again.',
  ),
  scope_incomplete: gateCode(
    'scope',
    'The packet lacks something that a run needs.',
    'Add the missing fields to the packet.',
  ),
  missing_test_command: gateCode(
    'scope',
    'Verification is required and none is given.',
    'Add verification_commands to the packet.',
  ),
  constraint_unsupported: gateCode(
    'constraints',
    'The packet names a constraint that this harness does not know.',
    'Remove the constraint, or use a harness that knows it.',
  ),
  // Gates, configuration tier
  engine_unknown: gateCode('engine_registered', 'No engine has this id.', 'Name a registered engine.'),
  engine_not_enabled: gateCode(
    'engine_enabled',
    'The protected configuration does not enable this engine.',
    'Have a maintainer enable the engine in .countersign/config.yml on the protected ref.',
  ),
  stage_not_allowed: gateCode(
    'stage_allowed',
    'The configuration does not let this engine run at the stage that the mode needs.',
    "Have a maintainer list the stage under the engine's stages.",
  ),
  stage_exceeded: gateCode(
    'stage_earned',
    'The engine has not earned the stages that the mode needs.',
    'Prove the earlier stages first, or choose a narrower mutation mode.',
  ),
  risk_exceeded: gateCode(
    'risk',
    'The risk class does not allow this mutation mode.',
    'Choose a narrower mutation mode, or split the work.',
  ),
  unowned_repository: gateCode(
    'repository_class',
    'The repository is not of the class that the mode needs.',
    'Choose a mode that fits the repository, or correct repository.class.',
  ),
  critical_repository: gateCode(
    'repository_class',
    'The repository is critical; the mode needs another class.',
    'Use copied-fixture: its result is a proposal that a person may apply.',
  ),
  source_not_admitted: gateCode(
    'source',
    "The engine's source is not admitted.",
    'Record a source admission under .countersign/admissions/ on the protected ref.',
  ),
  model_not_admitted: gateCode(
    'model',
    'The model is not admitted.',
    'Record a model admission under .countersign/admissions/ on the protected ref.',
  ),
  model_mismatch: gateCode(
    'model',
    'The model that was asked for or answered is not the admitted one.',
    'Make configuration, admission and runtime name the same model; a fallback is never taken.',
  ),
  target_not_admitted: gateCode(
    'target',
    'The target repository is not admitted for this work.',
    'Record a target admission that covers repository, paths and mode.',
  ),
  permission_not_allowed: gateCode(
    'permissions',
    'The packet asks for more than the configuration allows.',
    'Ask for less, or have a maintainer widen the configuration.',
  ),
  policy_denied: gateCode(
    'policy',
    'The repository policy denies the run, or could not be evaluated.',
    "Satisfy the policy's reasons, or have a maintainer change the policy.",
  ),
  approval_missing: gateCode(
    'approval',
    'An approval is required and none counts.',
    'Have an entitled person approve exactly this content.',
    'backend.gate.blocked',
  ),
  approval_denied: gateCode(
    'approval',
    'An entitled person denied the run.',
    'Change the packet: a denial stays until the packet digest changes.',
    'approval.denied',
  ),
  approval_expired: gateCode(
    'approval',
    'The approval has expired.',
    'Ask for a new approval.',
    'backend.gate.blocked',
  ),
  approval_stale: gateCode(
    'approval',
    'The approval was given for other content.',
    'Ask for an approval of what would run now.',
    'backend.gate.blocked',
  ),
  approval_consumed: gateCode(
    'approval',
    'The approval was used before.',
    'Ask for a new approval: one approval grants one passing run.',
    'backend.gate.blocked',
  ),
  // Gates, repository tier
  dependency_not_merged: gateCode(
    'dependencies',
    'A packet that this one depends on is not merged.',
    'Merge the dependency first.',
  ),
  migration_blocked: gateCode(
    'dependencies',
    'The packet waits for a migration.',
    'Finish the migration, then remove the blocked_by entry.',
  ),
  dirty_starting_tree: gateCode(
    'clean_base',
    'The repository has staged, unstaged or untracked changes.',
    'Commit, stash or remove the changes, then run again.',
    'task.contract.created',
  ),
  sandbox_unavailable: gateCode(
    'sandbox',
    'The sandbox cannot be set up here.',
    'Install bubblewrap and allow user namespaces; the message has the line to type.',
  ),
  // Gates, provider tier
  provider_unavailable: gateCode(
    'provider',
    'The provider, command-line tool or model cannot be reached.',
    'Check the provider, then run again.',
    'run.completed',
  ),
  provider_auth_unavailable: gateCode(
    'provider',
    'The credential of the provider is missing or refused.',
    'Provide the admitted credential to the relay.',
  ),
  provider_config_missing: gateCode(
    'provider',
    'The configuration of the provider is incomplete.',
    'Provide what the provider decision names at run time.',
  ),
  provider_response_shape: gateCode(
    'provider',
    'The provider answered in a shape that cannot be used.',
    'Check endpoint and model; nothing was started.',
  ),
  gate_missing: gateCode(
    'contract',
    'A required gate was not evaluated.',
    'Report this: a gate that is missing blocks.',
  ),
  // The approval of evidence
  artifact_write_failure: {
    status: 'fail',
    event: 'run.completed',
    gate: 'evidence',
    summary: 'An artifact cannot be written.',
    fix: 'Make room and make the output directory writable.',
  },
  // Findings on the diff
  no_diff: code(
    'fail',
    'git.diff.checked',
    'The engine changed nothing though a change is expected.',
    'Say expects_changes: false if nothing need change.',
  ),
  disallowed_file_change: code(
    'fail',
    'git.diff.checked',
    'A path outside the allowed ones was changed.',
    'Keep to allowed_paths, or have the packet widened and approved again.',
  ),
  forbidden_path_change: code(
    'fail',
    'git.diff.checked',
    'A forbidden or protected path was changed.',
    'Leave forbidden and protected paths alone.',
  ),
  unsafe_path: code(
    'fail',
    'git.diff.checked',
    'A path or file kind that is not safe to check out.',
    'Use plain names and regular files.',
  ),
  too_many_files: code(
    'fail',
    'git.diff.checked',
    'More files were changed than the limit allows.',
    'Split the work, or raise limits.changed_files in the packet.',
  ),
  patch_too_large: code(
    'fail',
    'git.diff.checked',
    'The patch is larger than the limit allows.',
    'Split the work, or raise limits.patch_bytes in the packet.',
  ),
  secret_detected: code(
    'fail',
    'git.diff.checked',
    'Something that looks like a secret would become public.',
    'Remove the secret and rotate it if it is real.',
  ),
  forbidden_action_attempted: code(
    'fail',
    'git.diff.checked',
    'The engine tried something that the packet forbids.',
    'Use an engine that keeps to the packet.',
  ),
  // Engine and verification
  engine_failed: code('fail', 'patch.applied', 'The engine ended with a failure.', 'Read backend/ in the pack.'),
  setup_failed: code(
    'fail',
    'verification.completed',
    'A setup command failed.',
    'Read backend/setup.log in the pack.',
  ),
  output_limit: code(
    'fail',
    'run.completed',
    'More output was produced than the limit allows.',
    'Make the engine quieter, or raise limits.output_bytes in the packet.',
  ),
  agent_protocol_failed: code(
    'fail',
    'patch.applied',
    'The engine did not keep its own protocol.',
    'Read backend/ in the pack.',
  ),
  execution_report_mismatch: code(
    'fail',
    'patch.applied',
    "The engine's report does not match what it did.",
    'Read backend/execution-report.json in the pack.',
  ),
  verification_failed: code(
    'fail',
    'verification.completed',
    'A verification command failed.',
    'Read test.log in the pack.',
  ),
  before_check_mismatch: code(
    'fail',
    'verification.completed',
    'A verification command did not behave on the base as the packet expects.',
    'Correct expect_before, or the command.',
  ),
  nondeterministic: code(
    'fail',
    'verification.completed',
    'A second run of the engine gave another tree.',
    'Make the engine deterministic, or drop the constraint.',
  ),
  reviewer_rejected: code(
    'blocked',
    'verification.completed',
    "The engine's own reviewer rejected the result.",
    'Read the findings of the reviewer in backend/execution-report.json.',
  ),
  missing_required_event: code(
    'fail',
    'run.completed',
    'A required event is missing or out of order.',
    'Read events.normalized.jsonl and backend/ in the pack.',
  ),
  timeout: code(
    'blocked',
    'run.completed',
    'The engine or the verification took too long.',
    'Raise limits.timeout_seconds, or make the work smaller.',
  ),
  lifecycle_timeout_after_valid_patch: code(
    'fail',
    'run.completed',
    'The engine did not end after it made a valid patch.',
    'Read backend/ in the pack.',
  ),
  dirty_ending_tree: code(
    'fail',
    'run.completed',
    'Left-overs outside the scratch paths.',
    'Have the engine clean up, or name them in scratch_paths.',
  ),
  // Evidence and the end
  evidence_missing: code(
    'fail',
    'run.completed',
    'Expected evidence is absent.',
    'Produce every required file of evidence_expectations.',
  ),
  evidence_invalid: code(
    'fail',
    'run.completed',
    'The evidence contradicts itself or its contract.',
    'Do not trust this pack; run again.',
  ),
  evidence_stale: code(
    'fail',
    'run.completed',
    'The evidence is older than the run.',
    'Run again; evidence is never reused.',
  ),
  telemetry_in_pack: code(
    'fail',
    'run.completed',
    'The pack holds telemetry.',
    'Keep timings, token counts and host names beside the pack.',
  ),
  missing_operator_outcome: code(
    'blocked',
    'run.completed',
    'The outcome of a person is missing.',
    'Ask for the outcome.',
  ),
  cancelled: code('fail', 'run.completed', 'The run was cancelled.', 'Run again.'),
  internal_error: code(
    'fail',
    'run.completed',
    'The harness itself failed.',
    'Report this with the pack; nothing was published.',
  ),
} as const satisfies Record<string, CodeEntry>;

export type Code = keyof typeof CODES;
export const isCode = (text: string): text is Code => Object.hasOwn(CODES, text);
/** The table read by a code that is only known at run time. */
export const codeEntry = (name: Code): CodeEntry => CODES[name];
