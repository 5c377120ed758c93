import { type Digest, type Finding, finding, type ReportChangedFile } from '../contracts/index.ts';
import type { PackWriter } from '../evidence/index.ts';
import { type Pristine, sourceStatus, type SourceStatus } from '../git/index.ts';
import { type Change, change, copyBase } from './change.ts';
import { collectEngine, endedWell } from './engine-step.ts';
import { found, type Inspection, inspectChange } from './inspection.ts';
import { Log } from './log.ts';
import { NO_OUTPUTS, type Outputs } from './outputs.ts';
import type { Timeline } from './timeline.ts';
import type { Admitted } from './types.ts';
import { runSetup, treeFinding, verifyResult } from './verify-step.ts';

export interface Work {
  admitted: Admitted;
  pack: PackWriter;
  timeline: Timeline;
  /** State of the source repository before anything was copied. */
  before: SourceStatus;
  progress: (line: string) => void;
  /** What inspection found; null until it did. */
  changedFiles: readonly ReportChangedFile[] | null;
}

/** Opens a log of the pack; what could not be written of it is an `artifact_write_failure` that names it. */
function openLog({ admitted, pack }: Work, member: string): { log: Log; close: () => void } {
  const log = new Log(member, pack.path(member), admitted.limits.output_bytes);
  const close = (): void => {
    log.close();
    if (log.failure)
      pack.finding(finding('artifact_write_failure', `${member} could not be written: ${log.failure.message}`, member));
  };
  return { log, close };
}

/** Runs `action` with a log of the pack that is closed whatever happens. */
async function withLog<T>(work: Work, member: string, action: (log: Log) => Promise<T>): Promise<T> {
  const { log, close } = openLog(work, member);
  try {
    return await action(log);
  } finally {
    close();
  }
}

async function setupStep(work: Work): Promise<Outputs | null> {
  const { admitted, pack, progress } = work;
  if (!admitted.packet.setup) return NO_OUTPUTS;
  progress('setup');
  const prepared = await withLog(work, 'backend/setup.log', (log) => runSetup(admitted, 'setup', null, log));
  if (prepared.ok) {
    pack.trace('setup.completed', { outputs: prepared.outputs.made });
    return prepared.outputs;
  }
  for (const found of prepared.findings) pack.finding(found);
  return null;
}

interface Changed {
  done: Change;
  inspection: Inspection;
  pristine: Pristine | null;
  roots: Roots;
}

/** State of the source repository before and after; `finding` where it differs. */
interface Roots {
  roots: { root: string; before: Digest; after: Digest }[];
  finding: Finding | null;
}

/** Once the engine was started: what it did, seen and judged. */
async function changeStep(work: Work, outputs: Outputs): Promise<Changed> {
  const { admitted, pack, timeline, progress } = work;
  progress('copying the base');
  const copy = await copyBase(admitted, 'engine', admitted.packet.verification_commands !== undefined);
  timeline.inputs(copy.inputs, outputs.made);
  pack.trace('base.copied', { inputs: copy.inputs.length, setup_outputs: outputs.made.length });
  progress(`running ${admitted.engine.descriptor.id}`);
  const done = await withLog(work, 'backend/stdout.log', (stdout) =>
    withLog(work, 'backend/stderr.log', (stderr) => change(admitted, copy, outputs, 'engine', { stdout, stderr })),
  );
  timeline.engineEnded(done.execution);
  const roots = lookAtRoots(work);
  // Whatever else ends this step first, nobody is left with a promise that nobody listens to.
  roots.catch(() => undefined);
  for (const f of done.execution.findings) pack.finding(f);
  pack.trace('engine.ended', { termination: done.execution.termination, exit_code: done.execution.outcome.exitCode });
  progress('inspecting the change');
  const inspection = await inspectChange(admitted, done, pack.path('patch.diff'));
  pack.trace('change.inspected', {
    changed_files: inspection.changes.length,
    patch_bytes: inspection.patchBytes,
    patch_complete: inspection.patchComplete,
    leftovers: done.result.leftovers.length,
  });
  if (!inspection.patchComplete) {
    const why =
      'the change is larger than eight times limits.patch_bytes, or has too many entries: it is not in the pack';
    pack.notApplicable('patch.diff', why);
    pack.notApplicable('result_tree', why);
  }
  for (const f of await collectEngine(admitted, done, inspection, pack)) pack.finding(f);
  timeline.patchApplied();
  for (const f of inspection.findings) pack.finding(f);
  return { done, inspection, pristine: copy.pristine, roots: await roots };
}

/** The source repository must be as it was: nothing of a run may reach it (1-product.md, Non-negotiable). */
async function lookAtRoots({ admitted, before }: Work): Promise<Roots> {
  const after = await sourceStatus(admitted.baseline.source, admitted.baseline);
  const changed = finding(
    'dirty_ending_tree',
    'the source repository changed while the run was under way',
    'protected_roots',
    'Leave the repository alone until the run has ended, then run again.',
  );
  return {
    roots: [{ root: 'source', before: before.digest, after: after.digest }],
    finding: after.digest === before.digest ? null : changed,
  };
}

/** Why verification cannot run on what the engine left, or null (2-contracts.md, Status). */
function whyNotVerified(done: Change, inspection: Inspection): string | null {
  const { outcome } = done.execution;
  if (outcome.ended === 'aborted') return 'the run was cancelled';
  if (outcome.limit === 'time') return 'the engine ran into its time limit';
  if (outcome.ended !== 'exited') return 'the engine was killed';
  if (found(inspection, 'no_diff')) return 'the engine changed nothing though a change was expected';
  if (!inspection.patchComplete) return 'the patch is too large to be applied';
  return null;
}

/** Ctrl-C between two steps: nothing was killed that would say so. */
function cancelledBetween({ admitted, pack }: Work): boolean {
  if (admitted.signal.aborted && !pack.findings.some(({ code }) => code === 'cancelled'))
    pack.finding(finding('cancelled', 'the run was cancelled', 'harness'));
  return admitted.signal.aborted;
}

/**
 * The second run of a packet with the constraint `deterministic`: on a new copy, and it must give the same tree. It takes place whether the packet
 * names verification commands or a rationale: the constraint is about the engine.
 */
async function determinismStep(work: Work, outputs: Outputs, first: Change): Promise<void> {
  const { admitted, pack, progress } = work;
  if (admitted.packet.constraints?.deterministic !== true || pack.findings.length > 0 || !endedWell(first)) return;
  progress('running the engine a second time');
  const copy = await copyBase(admitted, 'again', false);
  const again = await withLog(work, 'backend/again.stdout.log', (stdout) =>
    withLog(work, 'backend/again.stderr.log', (stderr) => change(admitted, copy, outputs, 'again', { stdout, stderr })),
  );
  pack.trace('engine.repeated', { result_tree: again.result.tree });
  if (again.execution.outcome.ended === 'aborted')
    pack.finding(finding('cancelled', 'the run was cancelled', 'engine'));
  else if (!endedWell(again) || again.result.tree !== first.result.tree)
    pack.finding(
      finding(
        'nondeterministic',
        `the second run left tree ${again.result.tree}, the first ${first.result.tree}`,
        'result_tree',
      ),
    );
}

/** Everything after the gates: setup, engine, inspection, verification, each with its event. Findings are recorded, never thrown. */
export async function carryOut(work: Work): Promise<void> {
  const { admitted, pack, timeline, progress } = work;
  const outputs = await setupStep(work);
  if (outputs === null) {
    timeline.notRun('setup failed');
    return;
  }
  const starts = admitted.decision.allowed_mutation_mode !== 'none';
  let changed: Changed | null = null;
  if (starts) {
    changed = await changeStep(work, outputs);
    work.changedFiles = changed.inspection.changedFiles;
    // A tree that the patch of this pack does not make is nothing that anybody could check.
    const tree = changed.inspection.patchComplete ? changed.done.result.tree : null;
    if (changed.roots.finding) pack.finding(changed.roots.finding);
    timeline.diffChecked(changed.inspection, tree, changed.roots.roots);
  } else {
    timeline.inputs([], outputs.made);
    timeline.notChanged('mutation mode none: nothing may change, so the engine is not started');
  }
  const why = cancelledBetween(work)
    ? 'the run was cancelled'
    : changed && whyNotVerified(changed.done, changed.inspection);
  if (why !== null) timeline.verificationNotRun(why);
  else if (admitted.packet.verification_commands === undefined) {
    if (changed) await determinismStep(work, outputs, changed.done);
    timeline.verificationNotRun(`no verification: ${admitted.packet.no_verification_rationale ?? 'none is given'}`);
  } else {
    progress('verifying in a fresh checkout');
    const patch = changed ? pack.path('patch.diff') : null;
    const verified = await withLog(work, 'test.log', (log) =>
      verifyResult(admitted, changed?.inspection ?? null, patch ?? '', outputs, changed?.pristine ?? null, log),
    );
    for (const f of [
      ...verified.findings,
      ...treeFinding(changed?.done.result.tree ?? admitted.base.tree, verified.tree),
    ])
      pack.finding(f);
    pack.trace('result.verified', { tree: verified.tree, commands: verified.results.length });
    if (changed) await determinismStep(work, outputs, changed.done);
    timeline.verificationCompleted(verified);
  }
}
