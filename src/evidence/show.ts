import type { Event, Finding, Report } from '../contracts/index.ts';
import { legible } from './legible.ts';
import type { Examined } from './verify/index.ts';

/** How many of each are shown; the rest is counted. */
const SHOWN = 40;

/**
 * A pack for a reader at a terminal: verdict, why, timeline, files, what next. Pure; every text in it is legible on one line, so nothing that a
 * pack holds can move the cursor, hide a line or give a runner a command.
 */
export function showPack({
  verification,
  report,
  events,
}: Pick<Examined, 'verification' | 'report' | 'events'>): string {
  const { ok, errors, pack_digest: digest } = verification;
  const lines = [
    ok ? 'evidence  verified' : `evidence  NOT VERIFIED: ${errors.length} discrepancies; do not believe what follows`,
    `digest    ${digest ?? 'none'}`,
    ...some(errors.map(problem)),
  ];
  if (!report) return `${[...lines, '', 'The documents of this pack cannot be read.'].join('\n')}\n`;
  return `${[...lines, '', ...verdict(report), ...why(report), ...timeline(events ?? []), ...files(report), ...next(report, ok)].join('\n')}\n`;
}

const problem = ({ code, at, message }: Finding): string => `  ${code}  ${legible(at, 200)}: ${legible(message, 300)}`;

function some(lines: readonly string[]): string[] {
  return lines.length <= SHOWN ? [...lines] : [...lines.slice(0, SHOWN), `  … and ${lines.length - SHOWN} more`];
}

function verdict(report: Report): string[] {
  const engine = report.backend_process_started
    ? `${report.backend}, ${report.backend_termination ?? 'started'}, exit code ${report.backend_exit_code ?? 'none'}`
    : `${report.backend}, not started`;
  return [
    `packet    ${legible(report.case_id)}`,
    `verdict   ${report.status}`,
    `run       ${report.run_id}  ${report.run_started_at} to ${report.run_finished_at}`,
    `engine    ${engine}`,
    `mode      ${report.mutation_mode ?? 'none'}  stage ${report.stage ?? 'none'}  approval ${report.approval_status}`,
    `base      ${report.base_commit ?? 'none'}`,
    `result    ${report.result_tree === null ? 'no tree' : `tree ${report.result_tree}`}`,
    '',
  ];
}

function why(report: Report): string[] {
  const checks = report.verification.map(
    (c) =>
      `  ${c.phase.padEnd(6)} ${(c.phase === 'before' && c.result === 'pass' ? 'as expected' : c.result).padEnd(11)} ${legible(c.name, 100)}  (${c.signal === null ? `exit ${c.exit_code ?? 'none'}` : legible(c.signal, 100)})`,
  );
  const blockers = report.blockers.map(
    (b) => `  ${b.status.padEnd(7)} ${b.code}  ${legible(b.at, 200)}: ${legible(b.message, 300)}`,
  );
  return [
    'why',
    ...(blockers.length > 0 ? some(blockers) : ['  no finding']),
    ...(checks.length > 0 ? ['verification', ...some(checks)] : []),
    ...(report.observations.length > 0
      ? ['observations', ...some(report.observations.map((o) => `  ${legible(o.kind)}  ${legible(o.message, 300)}`))]
      : []),
    '',
  ];
}

function timeline(events: readonly Event[]): string[] {
  const lines = events.map((event) => {
    const result = 'result' in event.data ? `  ${event.data.result}` : '';
    const codes = event.data.blockers.length > 0 ? `  ${event.data.blockers.join(', ')}` : '';
    return `  ${event.time}  ${event.type}${result}${codes}`;
  });
  return ['timeline', ...lines, ''];
}

function files(report: Report): string[] {
  if (report.changed_files === null) return ['files', '  nothing was inspected', ''];
  const lines = report.changed_files.map((file) => {
    const counts = file.added === null ? 'binary' : `+${file.added} -${file.removed ?? 0}`;
    const from = file.old_path === undefined ? '' : `${legible(file.old_path, 200)} to `;
    return `  ${file.kind.padEnd(12)} ${counts.padEnd(12)} ${from}${legible(file.path, 200)}`;
  });
  return ['files', ...(lines.length > 0 ? some(lines) : ['  none']), ''];
}

function next(report: Report, ok: boolean): string[] {
  if (!ok) return ['next', '  Ask for the pack again from where it was made, and compare its digest.'];
  if (report.status === 'pass')
    return ['next', '  Read patch.diff. Passing tests are not acceptance: a person accepts or rejects the outcome.'];
  const fixes = [...new Set(report.blockers.map(({ fix }) => fix))];
  return ['next', ...some(fixes.map((fix) => `  ${legible(fix, 300)}`))];
}
