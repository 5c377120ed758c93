import {
  type ExecutionReport,
  type Finding,
  finding,
  readDocument,
  validateExecutionReport,
} from '../contracts/index.ts';
import type { EngineDescriptor } from './engine.ts';

const AT = 'backend/execution-report.json';

/** One changed path as the harness itself hashed it in the result tree. A deleted one has 64 zeroes and 0 bytes. */
export type TrueArtifact = ExecutionReport['artifacts'][number];

/** So many lies are told one by one; what a report of megabytes holds besides is counted. */
const MOST_NAMED = 100;

const lie = (message: string): Finding => finding('execution_report_mismatch', message, AT);

function bounded(findings: Finding[]): Finding[] {
  const rest = findings.length - MOST_NAMED;
  return rest > 0 ? [...findings.slice(0, MOST_NAMED), lie(`${rest} more such mismatches`)] : findings;
}

/** Reads an engine's report. Anything that is no execution report is a mismatch: what cannot be checked is not believed. */
export function readReport(text: string): { report: ExecutionReport | null; findings: Finding[] } {
  const result = readDocument(text, validateExecutionReport);
  if (result.ok) return { report: result.value, findings: [] };
  const findings = result.errors.map((e) =>
    lie(`the execution report breaks its contract at ${e.at || '/'}: ${e.message}`),
  );
  return { report: null, findings: bounded(findings) };
}

/**
 * Compares what an engine says it did with what it did. Both directions: a claimed change that is none, and a change that it kept quiet about.
 * `leftovers` are files that it left and that are no part of the patch: it need not tell of them, but what it tells must be true.
 */
export function reportFindings(
  descriptor: EngineDescriptor,
  report: ExecutionReport,
  truth: readonly TrueArtifact[],
  leftovers: readonly TrueArtifact[],
): Finding[] {
  const findings: Finding[] = [];
  const { id, version } = descriptor;
  if (report.engine.id !== id)
    findings.push(lie(`the report is of engine ${JSON.stringify(report.engine.id)}, the run of ${id}`));
  if (report.engine.version !== version)
    findings.push(lie(`the report is of version ${JSON.stringify(report.engine.version)}, the run of ${version}`));
  if (report.model !== null && !descriptor.uses_model) findings.push(lie(`the report names a model, ${id} uses none`));
  const told = new Map<string, TrueArtifact>();
  for (const artifact of report.artifacts) {
    if (told.has(artifact.path)) findings.push(lie(`the report lists ${JSON.stringify(artifact.path)} twice`));
    told.set(artifact.path, artifact);
  }
  const owed = new Set(truth);
  for (const is of [...truth, ...leftovers]) {
    const said = told.get(is.path);
    told.delete(is.path);
    if (!said && !owed.has(is)) continue;
    if (!said) findings.push(lie(`${JSON.stringify(is.path)} was changed and is not in the report`));
    else if (said.sha256 !== is.sha256 || said.bytes !== is.bytes || said.kind !== is.kind)
      findings.push(lie(`the report's hash, size or kind of ${JSON.stringify(is.path)} is not what the harness found`));
  }
  for (const path of told.keys()) findings.push(lie(`the report lists ${JSON.stringify(path)}, which was not changed`));
  return bounded(findings);
}

/** The engine's own reviewer may stop a result; it can never let one through. */
export const reviewerFindings = (report: ExecutionReport): Finding[] =>
  report.reviewer?.verdict === 'reject'
    ? [finding('reviewer_rejected', "the engine's own reviewer rejected the result", AT)]
    : [];

/** The report that the harness writes for engines that owe none. */
export const harnessReport = (descriptor: EngineDescriptor, truth: readonly TrueArtifact[]): ExecutionReport => ({
  schema: 'countersign/execution-report/v1',
  engine: { id: descriptor.id, version: descriptor.version },
  tool_versions: {},
  model: null,
  artifacts: [...truth],
});
