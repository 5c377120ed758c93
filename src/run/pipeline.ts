import {
  type Blocker,
  type Code,
  digestOf,
  finding,
  InternalError,
  isCode,
  type RunId,
  type RunIdentity,
} from '../contracts/index.ts';
import { engineById } from '../engines/index.ts';
import {
  discardPack,
  openPack,
  PackWriteError,
  type PackWriter,
  runIdOf,
  type SealedPack,
  sealPack,
} from '../evidence/index.ts';
import { openSource } from '../git/index.ts';
import {
  approvalState,
  effectiveLimits,
  exitCode,
  explainDecision,
  gateFindings,
  requiredApproval,
  scopeOf,
} from '../policy/index.ts';
import { type Admission, admit } from './admit.ts';
import { reserve, settle } from './approvals-used.ts';
import { carryOut, type Work } from './carry-out.ts';
import { type Clock, openClock } from './clock.ts';
import { closePlaces, openPlaces, type Places } from './places.ts';
import { Stopwatch } from './telemetry.ts';
import { Timeline } from './timeline.ts';
import type { Admitted, RunOptions, RunResult } from './types.ts';

/**
 * `countersign run`: admit, prepare, execute, inspect, verify, assemble (3-architecture.md, The run pipeline). Leaves a sealed pack whatever happens
 * once packet and protected ref could be read; works on copies and never touches the repository.
 *
 * @throws UserError for invalid documents, usage and refs that are not there (exit 3, no pack).
 */
export async function runPacket(options: RunOptions): Promise<RunResult> {
  const { env } = options;
  const clock = openClock(env);
  const watch = new Stopwatch();
  const source = await openSource(options.repo);
  const places = await openPlaces(source, options.out, env);
  let admission: Admission | null = null;
  try {
    admission = await admit(options, { source, clock, places, write: true, probe: true });
    return await runAdmitted(watched(options, watch), admission, places, clock, watch);
  } finally {
    await admission?.sandbox?.close();
    await closePlaces(places);
  }
}

/** The same options, with every step of the run also on the stopwatch. */
const watched = (options: RunOptions, watch: Stopwatch): RunOptions => ({
  ...options,
  progress: (line) => {
    watch.mark(line);
    options.progress?.(line);
  },
});

/** What makes this run this one; `run_id` is its digest (2-contracts.md, Run artifacts). */
function identityOf(
  { decision, facts, packetDigest, argv }: Admission,
  clock: Clock,
  env: RunOptions['env'],
): RunIdentity {
  const engine = decision.requested_engine === null ? null : engineById(decision.requested_engine);
  const { id, version } = engine?.descriptor ?? { id: decision.requested_engine, version: null };
  return {
    packet_digest: packetDigest,
    decision_id: decision.decision_id,
    base_commit: facts.base?.sha ?? null,
    engine_digest: id === null ? null : digestOf({ id, version, argv: [...argv] }),
    run_started_at: clock.now(),
    ci_run: env.GITHUB_RUN_ID ?? null,
    ci_attempt: env.GITHUB_RUN_ATTEMPT ?? null,
    nonce: clock.nonce,
  };
}

/** A pack that cannot even be begun: the result says so, and standard error names the path. */
const withoutPack = (runId: RunId, error: unknown, blocked: boolean): RunResult => {
  const message = `no pack could be written: ${(error as Error).message}`;
  const { at, fix } = finding('artifact_write_failure', message, '--out');
  return {
    status: blocked ? 'blocked' : 'fail',
    run_id: runId,
    exit_code: blocked ? 2 : 1,
    pack: null,
    pack_digest: null,
    blockers: [{ code: 'artifact_write_failure', message, at, fix }],
  };
};

async function runAdmitted(
  options: RunOptions,
  admission: Admission,
  places: Places,
  clock: Clock,
  watch: Stopwatch,
): Promise<RunResult> {
  const identity = identityOf(admission, clock, options.env);
  const runId = runIdOf(identity);
  const blocked = admission.decision.missing_gates.length > 0;
  let pack: PackWriter;
  try {
    pack = openPack(places.out, runId, clock);
  } catch (error) {
    if (error instanceof PackWriteError) return withoutPack(runId, error, blocked);
    throw error;
  }
  const nonces = approvalState(admission.facts).counted.map((a) => a.nonce);
  let changedFiles: Parameters<typeof sealPack>[1]['changedFiles'] = null;
  let sealed: SealedPack | null = null;
  let started = false;
  try {
    const timeline = open(pack, admission, identity, runId);
    try {
      if (blocked) block(pack, timeline, admission);
      else if (!(await reserve(places.state, nonces, runId))) {
        lost(pack, timeline, admission);
      } else {
        const work = begin(options, admission, places, clock, pack, timeline, nonces);
        started = true;
        await carryOut(work);
        changedFiles = work.changedFiles;
      }
    } catch (error) {
      if (error instanceof PackWriteError) pack.finding(finding('artifact_write_failure', error.message, error.member));
      else pack.finding(finding('internal_error', (error as Error).message || 'unknown error', 'harness'));
      pack.telemetry('crash.txt', String((error as Error).stack));
      timeline.cutShort('the run was cut short');
    }
    watch.mark('sealing');
    sealed = await sealPack(pack, { changedFiles });
    pack.telemetry('timings.json', watch.report());
    return resultOf(runId, sealed);
  } catch (error) {
    discardPack(pack);
    if (error instanceof PackWriteError) return withoutPack(runId, error, blocked);
    throw error instanceof InternalError ? error : new InternalError((error as Error).message, { cause: error });
  } finally {
    if (started) await settle(places.state, nonces, runId, sealed?.report.status === 'pass');
  }
}

/** The documents that every pack has, and the first event. */
function open(
  pack: PackWriter,
  { packet, decision, facts, protected: guarded }: Admission,
  identity: RunIdentity,
  runId: RunId,
): Timeline {
  pack.writeJson('packet.json', packet);
  pack.writeJson('decision.json', decision);
  pack.writeJson('approvals.json', {
    schema: 'countersign/approvals/v1',
    approvals: facts.approvals.map((a) => a.document),
  });
  const admissions = facts.admissions.flatMap((a) => (a.document ? [a.document] : []));
  pack.writeJson('admissions.json', { schema: 'countersign/admissions/v1', admissions });
  pack.trace('run.admitted', { engine: decision.requested_engine, gates_missing: decision.missing_gates });
  return new Timeline(pack, {
    runId,
    identity,
    decision,
    guarded,
    backend: decision.requested_engine ?? 'none',
    packetId: packet.packet_id,
  });
}

/** A gate blocked: nothing was copied, inspected or started. */
function block(pack: PackWriter, timeline: Timeline, { decision, facts }: Admission): void {
  for (const found of gateFindings(decision)) pack.finding(found);
  timeline.started();
  timeline.contractCreated();
  timeline.approval(approvalState(facts), requiredApproval(facts));
  pack.writeFile('backend/gate.log', explainDecision(decision));
  const gate = decision.gates.find((g) => g.state === 'missing');
  for (const code of gate?.codes.filter((c) => c.startsWith('provider_') && isCode(c)) ?? [])
    pack.writeFile(`backend/${code}`, `${gate?.reason}\n`);
  timeline.gateBlocked(
    gate?.id ?? 'contract',
    gate?.reason ?? 'a gate is missing',
    pack.findings.some((f) => f.code === 'missing_test_command'),
  );
}

/** Another run reserved the same approval between the decision and now. */
function lost(pack: PackWriter, timeline: Timeline, { facts }: Admission): void {
  const reason = 'another run reserved the approval first';
  pack.finding(finding('approval_consumed', reason, 'gate:approval'));
  timeline.started();
  timeline.contractCreated();
  timeline.approval(approvalState(facts), requiredApproval(facts));
  timeline.gateBlocked('approval', reason, false);
}

/** Every gate passed: what the run needs, or an InternalError where a fact that a gate rests on is not there after all. */
function begin(
  options: RunOptions,
  admission: Admission,
  places: Places,
  clock: Clock,
  pack: PackWriter,
  timeline: Timeline,
  nonces: string[],
): Work {
  const { packet, decision, facts, settings, base, baseline, sandbox, status } = admission;
  const engine = engineById(decision.selected_engine);
  if (!engine || !base || !sandbox || !status) throw new InternalError('a gate passed without what it stands for');
  const request = requiredApproval(facts);
  const admitted: Admitted = {
    packet,
    packetDigest: admission.packetDigest,
    decision,
    settings,
    scope: scopeOf(facts),
    limits: effectiveLimits(packet),
    engine,
    argv: engine.descriptor.id === 'command' ? admission.argv : null,
    script: admission.script,
    base: { commit: base.commit, tree: base.tree },
    approvalDigests: nonces.length > 0 && request ? [request.approval_digest] : [],
    baseline,
    sandbox,
    places,
    clock,
    signal: options.signal ?? new AbortController().signal,
  };
  timeline.started();
  timeline.contractCreated();
  const verifies = packet.verification_commands !== undefined;
  timeline.planned(sandbox.isolation, [
    ...(packet.setup ? ['setup'] : []),
    'execute',
    'inspect',
    ...(verifies ? ['verify'] : []),
  ]);
  timeline.approval(approvalState(facts), request);
  return { admitted, pack, timeline, before: status, progress: options.progress ?? (() => {}), changedFiles: null };
}

const isBlocker = (blocker: Blocker): blocker is Blocker & { code: Code } => isCode(blocker.code);

const resultOf = (runId: RunId, { path, packDigest, report }: SealedPack): RunResult => ({
  status: report.status,
  run_id: runId,
  exit_code: exitCode(report.status, report.blockers.filter(isBlocker)),
  pack: path,
  pack_digest: packDigest,
  blockers: report.blockers.filter(isBlocker).map(({ code, message, at, fix }) => ({ code, message, at, fix })),
});
