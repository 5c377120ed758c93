import { type ExecutionReport, type Finding, finding, validateExecutionReport } from '../contracts/index.ts';
import {
  engineEventFindings,
  harnessReport,
  INSIDE,
  readReport,
  reportFindings,
  reviewerFindings,
  type TrueArtifact,
} from '../engines/index.ts';
import type { PackWriter } from '../evidence/index.ts';
import { relative } from 'node:path';
import type { Change } from './change.ts';
import { collect, type Collected, collectText, hashOf } from './collect.ts';
import { emitted } from './emitted.ts';
import type { Inspection } from './inspection.ts';
import type { Admitted } from './types.ts';

const REPORT = 'backend/execution-report.json';
const TRANSCRIPT = 'backend/transcript.jsonl';
/** An engine's report and its events are summaries: more than this is not read. */
const REPORT_CAP = 4 << 20;

const inOut = (path: string): string => relative(INSIDE.out, path);

/** Whether the engine ended by itself and well: only then does it owe events and a report. */
export const endedWell = ({ execution }: Change): boolean =>
  execution.outcome.ended === 'exited' && execution.outcome.exitCode === 0;

/** Things worth a look that block nothing: what the relay refused, what was left in scratch, what the engine recommends. */
function observe(pack: PackWriter, change: Change, report: ExecutionReport | null): void {
  for (const { target, reason } of change.execution.outcome.denied)
    pack.observe({
      kind: 'denied_connection',
      message: `a connection to ${JSON.stringify(target)} was refused: ${reason}`,
      at: 'relay',
    });
  for (const { path, kind } of change.result.leftovers.filter((l) => l.kind === 'scratch'))
    pack.observe({ kind: 'scratch_leftover', message: `left in a scratch path: ${JSON.stringify(path)}`, at: kind });
  if (report?.recommendation) pack.observe({ kind: 'recommendation', message: report.recommendation, at: REPORT });
}

/** The engine's own events, as they are, and what is wrong with them. */
async function readEvents(
  { engine }: Admitted,
  change: Change,
  inspection: Inspection,
  pack: PackWriter,
): Promise<Finding[]> {
  if (engine.descriptor.events.length === 0) {
    pack.notApplicable(TRANSCRIPT, `the engine ${engine.descriptor.id} declares no events of its own`);
    return [];
  }
  const text = await collectText(change.execution.out, inOut(INSIDE.events), REPORT_CAP);
  if (text === null) pack.notApplicable(TRANSCRIPT, 'the engine left no events that could be read');
  else pack.writeFile(TRANSCRIPT, text);
  const lines = (text ?? '').split('\n').filter((line) => line !== '');
  return endedWell(change) ? engineEventFindings(engine.descriptor, lines, inspection.changes.length > 0) : [];
}

/** Those of the left-over files that the engine told of, as they are. */
async function hashLeftovers({ result, workspace }: Change, told: ReadonlySet<string>): Promise<TrueArtifact[]> {
  const list: TrueArtifact[] = [];
  for (const { path } of result.leftovers.filter((leftover) => told.has(leftover.path))) {
    const hashed = await hashOf(workspace.dir, path);
    if (hashed) list.push({ path, ...hashed, kind: 'added' });
  }
  return list;
}

/** The execution report: the engine's, checked against what was really changed, or the harness's own. */
async function readExecutionReport(
  { engine }: Admitted,
  change: Change,
  { truth }: Inspection,
  pack: PackWriter,
): Promise<{ report: ExecutionReport | null; findings: Finding[] }> {
  const { descriptor } = engine;
  if (!descriptor.writes_report) {
    if (truth === null) pack.notApplicable(REPORT, 'the result was too large to hash');
    else pack.writeFile(REPORT, emitted(validateExecutionReport, harnessReport(descriptor, truth)));
    return { report: null, findings: [] };
  }
  const text = await collectText(change.execution.out, inOut(INSIDE.report), REPORT_CAP);
  if (text === null) {
    pack.notApplicable(REPORT, 'the engine left no report that could be read');
    return {
      report: null,
      findings: endedWell(change)
        ? [finding('execution_report_mismatch', 'the engine left no execution report', REPORT)]
        : [],
    };
  }
  pack.writeFile(REPORT, text);
  const { report, findings } = readReport(text);
  if (report === null || truth === null) return { report, findings };
  const told = new Set(report.artifacts.map((artifact) => artifact.path));
  const leftovers = await hashLeftovers(change, told);
  return { report, findings: [...reportFindings(descriptor, report, truth, leftovers), ...reviewerFindings(report)] };
}

/** One member of the pack that cannot be written, named in the trace; the rest of the run goes on and is recorded. */
function unwritten(pack: PackWriter, member: string, error: unknown): Finding {
  // The message of the file system names paths of this machine.
  const reason = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  pack.notApplicable(member, `it could not be written: ${reason}`);
  pack.trace('artifact.not_written', { member, reason });
  return finding('artifact_write_failure', `${member} could not be written: ${reason}`, member);
}

/** Collects the files that evidence_expectations names from the workspace. Each is copied as it is, or said to be missing. */
async function collectExpected({ packet, limits }: Admitted, change: Change, pack: PackWriter): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [index, { path, required }] of (packet.evidence_expectations ?? []).entries()) {
    const member = `expected/${path}`;
    let collected: Collected;
    try {
      collected = await collect(change.workspace.dir, path, limits.disk_mib * 1024 * 1024, () => pack.path(member));
    } catch (error) {
      findings.push(unwritten(pack, member, error));
      continue;
    }
    if (collected.ok) continue;
    pack.notApplicable(member, `not collected: ${collected.reason}`);
    if (required)
      findings.push(
        finding(
          'evidence_missing',
          `${JSON.stringify(path)} was not collected: ${collected.reason}`,
          `/evidence_expectations/${index}`,
        ),
      );
  }
  return findings;
}

/** Everything that the engine left besides the change itself, collected after its process tree was killed. */
export async function collectEngine(
  admitted: Admitted,
  change: Change,
  inspection: Inspection,
  pack: PackWriter,
): Promise<Finding[]> {
  const events = await readEvents(admitted, change, inspection, pack);
  const { report, findings } = await readExecutionReport(admitted, change, inspection, pack);
  const expected = await collectExpected(admitted, change, pack);
  observe(pack, change, report);
  return [...events, ...findings, ...expected];
}
