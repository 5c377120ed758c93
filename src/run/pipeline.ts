import {
  type Blocker,
  type Code,
  type Finding,
  finding,
  InternalError,
  isCode,
  type RunId,
} from '../contracts/index.ts';
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
import { approvalState, exitCode, gateFindings, runStatus } from '../policy/index.ts';
import { type Admission, admit } from './admit.ts';
import { reserve, settle } from './approvals-used.ts';
import { begin, openTimeline } from './begin.ts';
import { block, lost } from './blocked.ts';
import { carryOut, type Work } from './carry-out.ts';
import { type Clock, openClock } from './clock.ts';
import { identityOf } from './identity.ts';
import { closePlaces, openPlaces, type Places } from './places.ts';
import { Stopwatch } from './telemetry.ts';
import type { RunOptions, RunResult } from './types.ts';

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

/** A pack that cannot even be begun: the result says so, and standard error names the path. */
const withoutPack = (runId: RunId, error: unknown, found: readonly Finding[], blocked: boolean): RunResult => {
  const message = `no pack could be written: ${(error as Error).message}`;
  const findings = [...found, finding('artifact_write_failure', message, '--out')];
  const status = runStatus(findings, blocked);
  return {
    status,
    run_id: runId,
    exit_code: exitCode(status, findings),
    pack: null,
    pack_digest: null,
    blockers: findings.map(({ code, message, at, fix }) => ({ code, message, at, fix })),
  };
};

/** What went wrong, without the paths of this machine: it goes into the pack. */
function withoutPaths(error: unknown, { source }: Admission, { work, out, state }: Places): string {
  const message = (error instanceof Error && error.message) || 'unknown error';
  const named = { '<work>': work, '<out>': out, '<state>': state, '<repository>': source.dir };
  return Object.entries(named).reduce((text, [name, path]) => text.replaceAll(path, name), message);
}

async function runAdmitted(
  options: RunOptions,
  admission: Admission,
  places: Places,
  clock: Clock,
  watch: Stopwatch,
): Promise<RunResult> {
  const identity = identityOf(admission, clock, options.env);
  const runId = runIdOf(identity);
  const blocked = admission.crash === null && admission.decision.missing_gates.length > 0;
  let pack: PackWriter;
  try {
    pack = openPack(places.out, runId, clock);
  } catch (error) {
    if (error instanceof PackWriteError)
      return withoutPack(runId, error, blocked ? gateFindings(admission.decision) : [], blocked);
    throw error;
  }
  const counted = approvalState(admission.facts).counted.map((a) => a.nonce);
  // What GitHub remembers is not reserved here: one run of a packet at a time is the workflow's concurrency group (docs/adr/0122).
  const reservable = options.hosted ? [] : counted;
  let work: Work | null = null;
  let sealed: SealedPack | null = null;
  let reserved = false;
  try {
    const timeline = openTimeline(pack, admission, identity, runId);
    const crashed = (error: unknown): void => {
      if (error instanceof PackWriteError) pack.finding(finding('artifact_write_failure', error.message, error.member));
      else pack.finding(finding('internal_error', withoutPaths(error, admission, places), 'harness'));
      pack.telemetry('crash.txt', String((error as Error).stack));
      timeline.cutShort('the run was cut short');
    };
    if (admission.crash) crashed(admission.crash);
    else if (blocked) block(pack, timeline, admission);
    else {
      try {
        reserved = await reserve(places.state, reservable, runId);
        if (!reserved) lost(pack, timeline, admission);
        else {
          work = begin(options, admission, places, clock, pack, timeline, counted);
          await carryOut(work);
        }
      } catch (error) {
        crashed(error);
      }
    }
    watch.mark('sealing');
    sealed = await sealPack(pack, { changedFiles: work?.changedFiles ?? null });
    pack.telemetry('timings.json', watch.report());
    return resultOf(runId, sealed);
  } catch (error) {
    discardPack(pack);
    if (error instanceof PackWriteError) return withoutPack(runId, error, pack.findings, blocked);
    throw error instanceof InternalError ? error : new InternalError((error as Error).message, { cause: error });
  } finally {
    if (reserved) await settle(places.state, reservable, runId, sealed?.report.status === 'pass');
  }
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
