import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { canonicalText, InternalError, type Problem, UserError } from '../contracts/index.ts';
import { requiredApproval } from '../policy/index.ts';
import { decidePacket, type RunOptions, type RunResult, runPacket } from '../run/index.ts';
import { approvalsOf } from './approvals.ts';
import { codesOf, compare, type Observation } from './compare.ts';
import { argvOf } from './fixture.ts';
import type { Lane } from './library.ts';
import { observePack } from './observe.ts';
import { watch } from './outside.ts';
import { closePlaces, environmentOf, openPlaces, type Places } from './places.ts';
import { processesWith } from './processes.ts';
import type { ScenarioResult, ScenariosOptions } from './types.ts';

type Played = { result: RunResult; errors: [] } | { result: null; errors: Problem[] };

/** Plays a scenario for real in a place of its own and says how what came of it differs from what was expected. */
export async function play(lane: Lane, options: ScenariosOptions): Promise<ScenarioResult> {
  const { scenario } = lane;
  const mark = `countersign-mark-${randomBytes(8).toString('hex')}`;
  const places = await openPlaces(lane, mark, options.out);
  try {
    const request = await requestOf(lane, places, mark, options);
    const changes = await watch(places);
    let played = await attempt(lane, places, request);
    for (let n = 1; n < (scenario.conditions?.runs ?? 1); n += 1) played = await attempt(lane, places, request);
    const seen = await observe(lane, places, played, await changes(), mark);
    const differences = compare(scenario.expect, seen);
    const status = played.result?.status ?? null;
    return { id: scenario.id, ok: differences.length === 0, status, blockers: codesOf(played.result), differences };
  } finally {
    await closePlaces(places);
  }
}

/** What is asked of the harness, with the approvals that people would have given. */
async function requestOf(lane: Lane, places: Places, mark: string, options: ScenariosOptions): Promise<RunOptions> {
  const { scenario } = lane;
  const engine = lane.engine ?? scenario.engine;
  const request: RunOptions = {
    packetFile: places.packetFile,
    repo: places.repo,
    out: places.out,
    argv: argvOf(lane, mark),
    env: environmentOf(lane, places, options.env),
    fixture: true,
    ...(engine === undefined ? {} : { engine }),
    ...(scenario.protected_ref === undefined ? {} : { protectedRef: scenario.protected_ref }),
    ...(options.signal ? { signal: options.signal } : {}),
  };
  if (scenario.approvals === undefined) return request;
  const wanted = requiredApproval((await decidePacket(request)).facts);
  if (wanted === null) throw new InternalError(`scenario ${scenario.id}: nothing that could be approved`);
  const document = approvalsOf(scenario.approvals, wanted.bound, Date.now());
  await writeFile(places.approvalsFile, canonicalText(document));
  return { ...request, approvalsFile: places.approvalsFile };
}

async function attempt({ scenario }: Lane, places: Places, request: RunOptions): Promise<Played> {
  const cancel = new AbortController();
  const over = new AbortController();
  const file = scenario.conditions?.cancel_when;
  const watching = file === undefined ? null : cancelWhen(places.tmp, file, cancel, over.signal);
  const signals = [cancel.signal, ...(request.signal ? [request.signal] : [])];
  try {
    return { result: await runPacket({ ...request, signal: AbortSignal.any(signals) }), errors: [] };
  } catch (error) {
    if (error instanceof UserError) return { result: null, errors: error.errors };
    throw error;
  } finally {
    over.abort();
    await watching;
  }
}

/** Waits for a file of the engine's workspace, wherever below TMPDIR the run keeps that, and cancels the run. */
async function cancelWhen(tmp: string, file: string, cancel: AbortController, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    const folders = await readdir(tmp, { recursive: true }).catch(() => []);
    if (folders.some((path) => path.endsWith('/workspace') && existsSync(join(tmp, path, file)))) cancel.abort();
    if (cancel.signal.aborted) return;
    await pause(20);
  }
}

async function observe(
  { scenario }: Lane,
  places: Places,
  { result, errors }: Played,
  outside: string[],
  mark: string,
): Promise<Observation> {
  const { files, processes_gone: gone } = scenario.expect;
  const repo = scenario.repository.lost_object === undefined ? places.repo : null;
  const empty = { report: null, events: [], discrepancies: [], members: new Map<string, null>() };
  const pack = result === null ? empty : await observePack(result, repo, Object.keys(files ?? {}));
  return { ...pack, result, errors, outside, alive: gone ? await processesWith(mark) : [] };
}
