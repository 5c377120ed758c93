import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Event,
  InternalError,
  readDocument,
  type Report,
  validateEvent,
  validateReport,
} from '../contracts/index.ts';
import { verifyPack } from '../evidence/index.ts';
import type { RunResult } from '../run/index.ts';

/** What a pack says, read as a stranger would: verified from the outside, its documents validated again. */
export interface PackObservation {
  report: Report | null;
  events: Event[];
  discrepancies: string[];
  members: Map<string, string | null>;
}

const read = async (pack: string, name: string): Promise<string | null> =>
  await readFile(join(pack, name), 'utf8').catch(() => null);

/**
 * Verifies a run's pack, pinned to the digest that the run named, and reads what the expectation looks into. `repo`: the patch is applied to its base
 * again; null where that repository cannot be read.
 */
export async function observePack(
  result: RunResult,
  repo: string | null,
  names: Iterable<string>,
): Promise<PackObservation> {
  const { pack, pack_digest: expect } = result;
  const members = new Map<string, string | null>();
  if (pack === null) return { report: null, events: [], discrepancies: [], members };
  if (expect === null) throw new InternalError('a run named a pack without its digest');
  const verified = await verifyPack(pack, { expect, ...(repo === null ? {} : { repo }) });
  const discrepancies = verified.errors.map((e) => `${e.code} at ${e.at}: ${e.message}`);
  for (const name of names) members.set(name, await read(pack, name));
  const report = readDocument((await read(pack, 'report.json')) ?? '', validateReport);
  if (!report.ok) discrepancies.push('report.json is not a report');
  const events: Event[] = [];
  for (const line of ((await read(pack, 'events.normalized.jsonl')) ?? '').split('\n').slice(0, -1)) {
    const event = readDocument(line, validateEvent);
    if (event.ok) events.push(event.value);
    else discrepancies.push('a line of events.normalized.jsonl is not an event');
  }
  return { report: report.ok ? report.value : null, events, discrepancies, members };
}
