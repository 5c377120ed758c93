import { digestOf } from '../../../src/contracts/index.ts';
import type { Parts } from '../forge.ts';
import { FAR_OFF, type Forgery, LONG_AGO, object, set } from './edits.ts';

const change = (parts: Parts, path: string): object | undefined =>
  parts.report.changed_files?.find((file) => file.path === path);
const INVENTED = { path: 'src/x', kind: 'added', mode: '100644', old_mode: '000000', added: 1, removed: 0 } as const;

/** Members of report.json that say something else than the rest of the pack. */
export const REPORT: readonly Forgery[] = [
  ['status', 'fail', 'once', (p) => set(p.report, { status: 'pass' })],
  ['case_id', 'pass', 'once', (p) => set(p.report, { case_id: 'other-packet' })],
  ['backend', 'pass', 'once', (p) => set(p.report, { backend: 'codex' })],
  ['run_started_at', 'pass', 'once', (p) => set(p.report, { run_started_at: LONG_AGO })],
  ['run_finished_at', 'pass', 'once', (p) => set(p.report, { run_finished_at: FAR_OFF })],
  ['backend_exit_code', 'pass', 'once', (p) => set(p.report, { backend_exit_code: 3 })],
  ['backend_process_started', 'blocked', 'once', (p) => set(p.report, { backend_process_started: true })],
  ['backend_termination', 'pass', 'once', (p) => set(p.report, { backend_termination: 'killed' })],
  ['a changed file hidden', 'pass', 'once', (p) => p.report.changed_files?.pop()],
  ['a changed file invented', 'pass', 'once', (p) => p.report.changed_files?.push(INVENTED)],
  ['the lines of a changed file', 'pass', 'once', (p) => set(change(p, 'src/add.mjs'), { added: 7 })],
  ['the mode of a changed file', 'pass', 'once', (p) => set(change(p, 'src/add.mjs'), { mode: '100755' })],
  ['the path of a changed file', 'fail', 'once', (p) => set(change(p, 'README.md'), { path: 'src/README.md' })],
  ['the old path of a rename', 'pass', 'once', (p) => set(change(p, 'src/after.mjs'), { old_path: 'src/else.mjs' })],
  ['the kind of a change', 'pass', 'once', (p) => set(change(p, 'src/add.mjs'), { kind: 'added' })],
  ['allowed_writes_passed', 'fail', 'once', (p) => set(p.report, { allowed_writes_passed: true })],
  ['forbidden_paths_passed', 'pass', 'once', (p) => set(p.report, { forbidden_paths_passed: false })],
  ['approval_status', 'blocked', 'once', (p) => set(p.report, { approval_status: 'granted' })],
  ['a verification result', 'fail', 'once', (p) => set(p.report.verification[0], { result: 'pass' })],
  ['a verification exit code', 'fail', 'once', (p) => set(p.report.verification[0], { exit_code: 0 })],
  ['a blocker', 'fail', 'once', (p) => p.report.blockers.pop()],
  ['the message of a blocker', 'fail', 'once', (p) => set(p.report.blockers[0], { message: 'nothing to see' })],
  ['an observation', 'pass', 'once', (p) => p.report.observations.push({ kind: 'advice', message: 'merge', at: 'x' })],
  ['artifact_paths', 'pass', 'once', (p) => p.report.artifact_paths.pop()],
  ['freshness', 'pass', 'once', (p) => set(p.report.freshness, { not_before: LONG_AGO })],
  ['base_commit', 'pass', 'once', (p) => set(p.report, { base_commit: object('0') })],
  ['base_tree', 'pass', 'once', (p) => set(p.report, { base_tree: object('0') })],
  ['result_tree', 'pass', 'once', (p) => set(p.report, { result_tree: object('0') })],
  ['packet_digest', 'pass', 'once', (p) => set(p.report, { packet_digest: digestOf('x') })],
  ['decision_id', 'pass', 'once', (p) => set(p.report, { decision_id: digestOf('x') })],
  ['mutation_mode', 'pass', 'once', (p) => set(p.report, { mutation_mode: 'sandbox-repo' })],
  ['stage', 'pass', 'once', (p) => set(p.report, { stage: 6 })],
  ['protected_roots', 'pass', 'once', (p) => set(p.report.protected_roots?.[0], { after: digestOf('x') })],
  ['writable_roots', 'pass', 'once', (p) => set(p.report, { writable_roots: ['/'] })],
  ['isolation', 'pass', 'once', (p) => set(p.report.isolation, { namespaces: ['user'] })],
  ['source_admission_status', 'pass', 'once', (p) => set(p.report, { source_admission_status: 'admitted' })],
  ['model', 'pass', 'once', (p) => set(p.report, { model: { admitted: 'x/y', runtime: 'x/y' } })],
  ['model_admission_status', 'pass', 'once', (p) => set(p.report, { model_admission_status: 'admitted' })],
  ['required_events_passed', 'pass', 'once', (p) => set(p.report, { required_events_passed: false })],
  ['success_criteria', 'pass', 'once', (p) => set(p.report, { success_criteria: [] })],
  ['not_applicable', 'blocked', 'once', (p) => set(p.report, { not_applicable: {} })],
  ['an extension of the report', 'pass', 'once', (p) => set(p.report, { 'x-note': 'fine' })],
];
