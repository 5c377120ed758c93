import { canonicalText, CODES, type Finding, isCode, type ReportCheck } from '../../contracts/index.ts';
import { eventOf } from '../events.ts';
import { invalid } from '../layout.ts';
import { findingsOf, traced } from '../members.ts';
import { testLogSummary } from '../test-log.ts';
import type { Documents, Loaded } from './load.ts';

const EVENTS = 'events.normalized.jsonl';

/** The engine's end against its findings. */
export function engineErrors({ members }: Documents): Finding[] {
  const applied = eventOf(members.events, 'patch.applied')?.data;
  if (!applied) return [];
  const at = `${EVENTS} (patch.applied)`;
  const errors: Finding[] = [];
  const codes = new Set(findingsOf(members.trace).map(({ code }) => code));
  const { backend_process_started: started, backend_exit_code: code, backend_termination: end } = applied;
  const well = started && end === 'exited' && code === 0;
  if (!started && (code !== null || end !== null))
    errors.push(invalid(at, 'the engine was not started and has an end'));
  if ((applied.result === 'pass') !== (well || end === 'harness_completed'))
    errors.push(invalid(at, 'result is not what exit code and termination say'));
  if ((applied.result === 'not_run') !== !started)
    errors.push(invalid(at, 'not_run is for an engine that was not started'));
  if ((applied.reason === null) === (applied.result === 'not_run'))
    errors.push(invalid(at, 'a reason stands exactly where nothing ran'));
  const explained = (
    ['engine_failed', 'timeout', 'lifecycle_timeout_after_valid_patch', 'output_limit', 'cancelled'] as const
  ).some((c) => codes.has(c));
  if (applied.result === 'fail' && !explained) errors.push(invalid(at, 'the engine failed, and no finding says so'));
  if (applied.result === 'pass' && codes.has('engine_failed'))
    errors.push(invalid(at, 'the engine did not fail, and a finding says so'));
  if (end === 'timeout' && !codes.has('timeout') && !codes.has('lifecycle_timeout_after_valid_patch'))
    errors.push(invalid(at, 'the engine ran into its time limit, and no finding says so'));
  return errors;
}

/** Verification against the packet's commands, the findings and the end of test.log. */
export function verificationErrors({ members, contents }: Loaded): Finding[] {
  const completed = eventOf(members.events, 'verification.completed')?.data;
  const errors: Finding[] = [];
  const end = Buffer.from(testLogSummary(completed ?? null));
  if (!contents.logEnd.subarray(Math.max(0, contents.logEnd.length - end.length)).equals(end))
    errors.push(invalid('test.log', 'its end is not what verification.completed says'));
  if (!completed) return errors;
  const at = `${EVENTS} (verification.completed)`;
  const { verification, result, reason } = completed;
  const codes = new Set(findingsOf(members.trace).map(({ code }) => code));
  if ((result === 'not_run') !== (reason !== null))
    errors.push(invalid(at, 'a reason stands exactly where it is not_run'));
  const failed = verification.some((check) => check.result !== 'pass');
  if (result !== 'not_run' && (result === 'fail') !== failed)
    errors.push(invalid(at, 'result is not that of its commands'));
  errors.push(
    ...commandErrors(members.packet.verification_commands ?? [], verification, result === 'not_run').map((m) =>
      invalid(at, m),
    ),
  );
  const explains = (...names: (keyof typeof CODES)[]): boolean => names.some((name) => codes.has(name));
  const after = verification.some((c) => c.phase === 'after' && c.result !== 'pass');
  const before = verification.some((c) => c.phase === 'before' && c.result !== 'pass');
  if (after && !explains('verification_failed', 'timeout', 'output_limit', 'cancelled'))
    errors.push(invalid(at, 'a command failed on the result, and no finding says so'));
  if (before && !explains('before_check_mismatch', 'timeout', 'output_limit', 'cancelled'))
    errors.push(invalid(at, 'a command did not behave on the base as expected, and no finding says so'));
  if (!after && codes.has('verification_failed')) errors.push(invalid(at, 'no command failed, and a finding says so'));
  if (!before && codes.has('before_check_mismatch'))
    errors.push(invalid(at, 'every command behaved on the base as expected, and a finding says not'));
  return errors;
}

type Command = NonNullable<Loaded['members']['packet']['verification_commands']>[number];

/** Each command of the packet in order, once on the result, and once on the base where it says what to expect there. */
function commandErrors(commands: readonly Command[], checks: readonly ReportCheck[], notRun: boolean): string[] {
  const errors: string[] = [];
  for (const check of checks) {
    const exited = check.signal === null && check.exit_code !== null;
    if (check.result === 'pass' && check.phase === 'after' && !(exited && check.exit_code === 0))
      errors.push(`${JSON.stringify(check.name)} passed without exit code 0`);
  }
  for (const phase of ['before', 'after'] as const) {
    const due = commands.filter((command) => phase === 'after' || command.expect_before !== undefined);
    const ran = checks.filter((check) => check.phase === phase);
    if (!notRun && ran.length !== due.length && ran.at(-1)?.result !== 'fail')
      errors.push(`${ran.length} commands ran ${phase} the change, not ${due.length}`);
    for (const [index, check] of ran.entries()) {
      const command = due[index];
      if (!command || command.name !== check.name || !isArgv(command, check.argv))
        errors.push(`${JSON.stringify(check.name)} is not command ${index + 1} of the packet`);
      if (phase === 'before' && command && check.result === 'pass' && check.exit_code !== null) {
        const expected = command.expect_before;
        if (expected !== 'any' && (expected === 'pass') !== (check.exit_code === 0))
          errors.push(`${JSON.stringify(check.name)} was expected to ${String(expected)} on the base and did not`);
      }
    }
  }
  return errors;
}

const isArgv = (command: Command, argv: readonly string[]): boolean =>
  command.run ? canonicalText(command.run) === canonicalText(argv) : argv.at(-1) === command.script;

/** Each finding against the table of codes, the files that it names as evidence, and what else must have been found. */
export function findingErrors({ members, contents }: Loaded): Finding[] {
  const errors: Finding[] = [];
  for (const blocker of traced(members.trace, 'finding')) {
    if (!isCode(blocker.code)) errors.push(invalid('trace.jsonl', `${blocker.code} is no code of the table`));
    else if (CODES[blocker.code].status !== blocker.status)
      errors.push(invalid('trace.jsonl', `${blocker.code} is ${CODES[blocker.code].status} in the table of codes`));
    for (const path of blocker.evidence)
      if (!contents.files.has(path))
        errors.push(invalid('trace.jsonl', `${blocker.code} names ${path} as evidence, and there is no such file`));
  }
  return [...errors, ...expectedErrors({ members, contents }), ...rootErrors(members)];
}

/** `expected/` against evidence_expectations: nothing undeclared, and nothing required that is silently absent. */
function expectedErrors({ members, contents }: Pick<Loaded, 'members' | 'contents'>): Finding[] {
  const declared = members.packet.evidence_expectations ?? [];
  const paths = new Set(declared.map(({ path }) => `expected/${path}`));
  const errors = [...contents.files.keys()]
    .filter((path) => path.startsWith('expected/') && !paths.has(path))
    .map((path) => invalid(path, 'no evidence_expectations of the packet names it'));
  const started = eventOf(members.events, 'patch.applied')?.data.backend_process_started ?? false;
  const codes = new Set<string>(findingsOf(members.trace).map(({ code }) => code));
  const excused =
    !started || ['evidence_missing', 'internal_error', 'artifact_write_failure'].some((c) => codes.has(c));
  for (const { path, required } of declared)
    if (required && !excused && !contents.files.has(`expected/${path}`))
      errors.push(invalid(`expected/${path}`, 'is required and absent, and no finding says so'));
  return errors;
}

/** What must not change during a run: a difference is a finding. */
function rootErrors({ events, trace }: Loaded['members']): Finding[] {
  const roots = eventOf(events, 'git.diff.checked')?.data.protected_roots ?? [];
  const said = findingsOf(trace).some(({ code, at }) => code === 'dirty_ending_tree' && at === 'protected_roots');
  const differs = roots.some(({ before, after }) => before !== after);
  return differs === said
    ? []
    : [invalid(`${EVENTS} (git.diff.checked)`, 'protected_roots and the findings do not agree')];
}
