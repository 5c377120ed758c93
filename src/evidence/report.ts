import {
  type Digest,
  digestOf,
  type EventRunCompleted,
  type Report,
  type ReportChangedFile,
} from '../contracts/index.ts';
import { exitCode, runStatus } from '../policy/index.ts';
import { eventOf, eventOrderErrors } from './events.ts';
import { inByteOrder, MANIFEST, REQUIRED, SUMS, TEST_RESULT } from './layout.ts';
import { findingsOf, type Members, traced } from './members.ts';
import { notApplicable } from './not-applicable.ts';

/** What a report says besides what the members say: the files that were there before it, and the inspected changes. */
export interface Surroundings {
  /** Member to digest, of everything but the sealed members. */
  digests: Readonly<Record<string, Digest>>;
  changedFiles: readonly ReportChangedFile[] | null;
}

type Judged = Pick<Members, 'events' | 'trace'>;

export const statusOf = ({ events, trace }: Judged): Report['status'] =>
  runStatus(findingsOf(trace), eventOf(events, 'backend.gate.blocked') !== undefined);

/** The exit code that belongs into `run.completed`. A document error ends with 3 before there is a pack, so that one is not among them. */
export const exitOf = (judged: Judged): EventRunCompleted['exit_code'] =>
  exitCode(statusOf(judged), findingsOf(judged.trace)) as EventRunCompleted['exit_code'];

/** Whether there is something that a test result can be about: a result tree, and commands that ran on it. */
export const hasTestResult = (members: Members): boolean =>
  (eventOf(members.events, 'git.diff.checked')?.data.result_tree ?? null) !== null &&
  (eventOf(members.events, 'verification.completed')?.data.verification ?? []).some((check) => check.phase === 'after');

/**
 * The report, derived from the other members and nothing else (pure): the writer writes it, verify compares with it. `artifact_digests` covers the
 * given files and, under `report.json`, the report's own canonical form without that member (2-contracts.md, Sealing order).
 */
export function deriveReport(members: Members, { digests, changedFiles }: Surroundings): Report {
  const rest = deriveRest(members, Object.keys(digests), changedFiles);
  return { ...rest, artifact_digests: { ...digests, 'report.json': digestOf(rest) } };
}

/** All of it but `artifact_digests`. `paths`: everything but the sealed members. */
export function deriveRest(
  members: Members,
  paths: readonly string[],
  changedFiles: Surroundings['changedFiles'],
): Omit<Report, 'artifact_digests'> {
  const { packet, decision, inputs, events, trace } = members;
  const applied = eventOf(events, 'patch.applied')?.data;
  const checked = eventOf(events, 'git.diff.checked')?.data;
  const plan = eventOf(events, 'plan.updated')?.data;
  const started = inputs.identity.run_started_at;
  const finished = events.at(-1)?.time ?? started;
  const findings = findingsOf(trace);
  const files = [...paths, ...REQUIRED, MANIFEST, SUMS, ...(hasTestResult(members) ? [TEST_RESULT] : [])];
  return {
    schema: 'countersign/report/v1',
    case_id: packet.packet_id,
    run_id: inputs.run_id,
    status: statusOf(members),
    backend: eventOf(events, 'run.started')?.data.backend ?? decision.selected_engine,
    run_started_at: started,
    run_finished_at: finished,
    backend_exit_code: applied?.backend_exit_code ?? null,
    backend_process_started: applied?.backend_process_started ?? false,
    backend_termination: applied?.backend_termination ?? null,
    artifacts_dir: '.',
    changed_files: changedFiles === null ? null : [...changedFiles],
    allowed_writes_passed: checked?.allowed_writes_passed ?? null,
    forbidden_paths_passed: checked?.forbidden_paths_passed ?? null,
    approval_status: decision.approval_status,
    verification: eventOf(events, 'verification.completed')?.data.verification ?? [],
    blockers: traced(trace, 'finding'),
    observations: traced(trace, 'observation'),
    artifact_paths: inByteOrder([...new Set(files)]),
    freshness: {
      not_before: started,
      not_after: finished,
      stale: findings.filter((finding) => finding.code === 'evidence_stale').map((finding) => finding.at),
    },
    base_commit: inputs.identity.base_commit,
    base_tree: inputs.base_tree,
    result_tree: checked?.result_tree ?? null,
    packet_digest: decision.packet_digest,
    decision_id: decision.decision_id,
    mutation_mode: packet.mutation_mode ?? null,
    stage: decision.stage,
    protected_roots: checked?.protected_roots ?? null,
    writable_roots: plan?.writable_roots ?? null,
    isolation: plan?.isolation ?? null,
    source_admission_status: decision.source_admission_status,
    model: { admitted: admittedModel(members), runtime: applied?.model_runtime ?? null },
    model_admission_status: decision.model_admission_status,
    required_events_passed:
      eventOrderErrors(events).length === 0 && !findings.some(({ code }) => code === 'missing_required_event'),
    success_criteria: packet.success_criteria ?? [],
    not_applicable: notApplicable(members, changedFiles),
  };
}

/** The model of the admission that the decision stands on, as `provider/model`; null where none is admitted. */
function admittedModel({ decision, admissions }: Members): string | null {
  if (decision.model_admission_status !== 'admitted') return null;
  const wanted = decision.facts.config?.engines?.[decision.selected_engine]?.model;
  const record = admissions.admissions.find(({ kind, id }) => kind === 'model' && id === wanted);
  return record?.kind === 'model' ? `${record.provider}/${record.model}` : null;
}
