import type { Report } from '../contracts/index.ts';
import { byteOrder } from './layout.ts';
import { markdownText as text } from './legible.ts';

const VERDICT = {
  pass: 'Every check passed. Passing tests are not acceptance: a person decides about the outcome.',
  fail: 'At least one check failed.',
  blocked: 'The run was blocked.',
} as const;

const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: string[], rows: string[][]): string[] => [
  row(...head),
  row(...head.map(() => '---')),
  ...rows.map((cells) => row(...cells)),
  '',
];
const said = (value: string | number | boolean | null): string => (value === null ? 'none' : text(String(value)));

/** `report.md`: the report for a person, from report.json alone, so that verify can render it again. All text in it is escaped. */
export function renderReport(report: Report): string {
  return [
    `# ${text(report.case_id)}: ${report.status}`,
    '',
    VERDICT[report.status],
    '',
    ...blockers(report),
    ...verification(report),
    ...changes(report),
    ...facts(report),
    ...list(
      'Observations',
      report.observations.map((o) => `${text(o.kind)} ${text(o.at)}: ${text(o.message)}`),
    ),
    ...list('Success criteria (for the person who decides)', report.success_criteria.map(text)),
    ...list(
      'Not applicable',
      Object.entries(report.not_applicable)
        .toSorted(([a], [b]) => byteOrder(a, b))
        .map(([what, why]) => `${text(what)}: ${text(why ?? '')}`),
    ),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function list(title: string, items: string[]): string[] {
  return items.length === 0 ? [] : [`## ${title}`, '', ...items.map((item) => `- ${item}`), ''];
}

function blockers(report: Report): string[] {
  if (report.blockers.length === 0) return [];
  return [
    '## Why',
    '',
    ...report.blockers.flatMap((b) => [
      `- ${b.status} ${text(b.code)} at ${text(b.at)}: ${text(b.message)}`,
      `  - what to do: ${text(b.fix)}`,
      ...(b.evidence.length > 0 ? [`  - evidence: ${b.evidence.map(text).join(', ')}`] : []),
    ]),
    '',
  ];
}

function verification(report: Report): string[] {
  if (report.verification.length === 0) return [];
  const rows = report.verification.map((c) => [
    text(c.name),
    c.phase,
    c.result,
    c.signal === null ? said(c.exit_code) : text(c.signal),
    c.argv.map(text).join(' '),
  ]);
  return ['## Verification', '', ...table(['command', 'phase', 'result', 'exit', 'argv'], rows)];
}

function changes(report: Report): string[] {
  if (!report.changed_files?.length) return [];
  const rows = report.changed_files.map((c) => [
    c.old_path === undefined ? text(c.path) : `${text(c.old_path)} to ${text(c.path)}`,
    text(c.kind),
    c.mode === c.old_mode ? c.mode : `${c.old_mode} to ${c.mode}`,
    said(c.added),
    said(c.removed),
  ]);
  return ['## Changed files', '', ...table(['path', 'kind', 'mode', 'added', 'removed'], rows)];
}

function facts(report: Report): string[] {
  const rows: [string, string | number | boolean | null][] = [
    ['run', report.run_id],
    ['engine', report.backend],
    ['mode', report.mutation_mode],
    ['stage', report.stage],
    ['approval', report.approval_status],
    ['started', report.run_started_at],
    ['finished', report.run_finished_at],
    ['engine process', report.backend_process_started ? (report.backend_termination ?? 'started') : 'not started'],
    ['base commit', report.base_commit],
    ['base tree', report.base_tree],
    ['result tree', report.result_tree],
    ['packet', report.packet_digest],
    ['decision', report.decision_id],
    ['patch', report.artifact_digests['patch.diff'] ?? null],
    ['source admission', report.source_admission_status],
    ['model admission', report.model_admission_status],
  ];
  return [
    '## Run',
    '',
    ...table(
      ['what', 'value'],
      rows.map(([name, value]) => [text(name), said(value)]),
    ),
  ];
}
