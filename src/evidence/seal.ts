import { appendFileSync, existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Admissions,
  type Approvals,
  canonicalText,
  type Decision,
  type Digest,
  digestOfBytes,
  finding,
  type Inputs,
  InternalError,
  type Packet,
  type ReportChangedFile,
  sha256Hex,
  type Trace,
} from '../contracts/index.ts';
import { DOCUMENTS, readDocument, readLines, STREAMS } from './documents.ts';
import { eventOf, eventOrderErrors } from './events.ts';
import { BLOCK, hashFile } from './hashing.ts';
import { isMember, MANIFEST, SUMS } from './layout.ts';
import { buildManifest, type HashedFile } from './manifest.ts';
import { renderReport } from './markdown.ts';
import type { Members } from './members.ts';
import type { PackWriter, SealedPack } from './pack.ts';
import { commit, createFile, discard, listFiles, PackWriteError } from './partial-folder.ts';
import { deriveReport, exitOf, statusOf } from './report.ts';
import { statements } from './statements.ts';
import { renderSums } from './sums.ts';
import { testLogSummary } from './test-log.ts';
import { OpenPack } from './writer.ts';

/**
 * Seals a pack in the order of 2-contracts.md and puts it in its place by one rename. Ends the log of verification, emits `run.completed`, derives
 * the report and the statements from what lies in the folder, and validates each before it is written. Findings of sealing itself (evidence that
 * is older than the run) count like all others.
 *
 * @param changedFiles what inspection found, as `changed_files`; null where nothing was inspected.
 * @throws PackWriteError where a member cannot be written: there is then no pack. InternalError where the harness broke its own contract.
 */
export async function sealPack(
  writer: PackWriter,
  { changedFiles }: { changedFiles: readonly ReportChangedFile[] | null },
): Promise<SealedPack> {
  const pack = open(writer);
  finishLogs(pack);
  for (const { path, mtimeMs } of listFiles(pack.folder)) {
    if (!isMember(path)) throw new InternalError(`${path} is no member of a pack`);
    if (mtimeMs < pack.partial.madeAtMs) pack.finding(finding('evidence_stale', `${path} is older than the run`, path));
  }
  complete(pack);
  const members = readBack(pack);
  const errors = eventOrderErrors(members.events);
  if (errors.length > 0) throw new InternalError(errors.map((e) => `${e.at} ${e.message}`).join('; '));
  const finished = pack.events.at(-1)?.time ?? '';

  const buffer = Buffer.allocUnsafe(BLOCK);
  const hashes = listFiles(pack.folder).map(({ path }) => hashed(pack.folder, path, buffer));
  const digests = Object.fromEntries(hashes.map(({ path, sha256 }) => [path, `sha256:${sha256}` as Digest]));
  const report = deriveReport(members, { digests, changedFiles });
  const write = (member: string, text: string): void => {
    createFile(pack.partial, member, text);
    hashes.push({ path: member, size: Buffer.byteLength(text), sha256: sha256Hex(text) });
  };
  const reportText = document('report.json', report);
  write('report.json', reportText);
  write('report.md', renderReport(report));
  for (const [member, statement] of statements({ report, reportSha256: sha256Hex(reportText) }))
    write(member, document(member, statement));
  const manifest = buildManifest(pack.runId, members.packet, hashes, (path) => pack.writtenAt.get(path) ?? finished);
  write(MANIFEST, document(MANIFEST, manifest));
  const sums = renderSums(new Map(hashes.map(({ path, sha256 }) => [path, sha256])));
  createFile(pack.partial, SUMS, sums);
  await commit(pack.partial);
  return { path: pack.partial.target, packDigest: digestOfBytes(sums), report };
}

/** Takes an unsealed pack away: for a run that could not even say why it failed. */
export const discardPack = (writer: PackWriter): void => {
  const pack = open(writer);
  pack.closeStreams();
  discard(pack.partial);
};

function open(writer: PackWriter): OpenPack {
  if (writer instanceof OpenPack) return writer;
  throw new InternalError('only what openPack made can be sealed');
}

/** Nothing to show is an empty patch and a log that says why. */
function finishLogs(pack: OpenPack): void {
  if (!existsSync(join(pack.folder, 'patch.diff'))) pack.writeFile('patch.diff', '');
  const log = pack.path('test.log');
  try {
    appendFileSync(log, testLogSummary(eventOf(pack.events, 'verification.completed')?.data ?? null));
  } catch (error) {
    throw new PackWriteError('test.log', error);
  }
}

function complete(pack: OpenPack): void {
  const members = {
    events: pack.events,
    trace: pack.findings.map(
      (f) => ({ kind: 'finding', data: { ...f, evidence: f.evidence ?? [] } }) as unknown as Trace,
    ),
  };
  pack.event('run.completed', { status: statusOf(members), exit_code: exitOf(members) });
  pack.closeStreams();
}

/** The members as they lie on disk: what was written is what is judged. */
function readBack(pack: OpenPack): Members {
  const bytes = (member: string): Buffer => {
    try {
      return readFileSync(join(pack.folder, member));
    } catch (error) {
      // What was written and is gone was taken away from outside: the folder moved, or another one put in its place.
      if (pack.writtenAt.has(member)) throw new PackWriteError(member, error);
      throw new InternalError(`${member} was never written`, { cause: error });
    }
  };
  const read = <T>(member: string): T => {
    const validate = DOCUMENTS[member];
    const result = validate ? readDocument(bytes(member), validate) : null;
    if (!result?.ok) throw new InternalError(`${member} cannot be read back: ${JSON.stringify(result?.errors ?? [])}`);
    return result.value as T;
  };
  const events = readLines(bytes('events.normalized.jsonl'), STREAMS['events.normalized.jsonl']);
  const trace = existsSync(join(pack.folder, 'trace.jsonl'))
    ? readLines(bytes('trace.jsonl'), STREAMS['trace.jsonl'])
    : null;
  const errors = [...events.errors, ...(trace?.errors ?? [])];
  if (!trace || errors.length > 0)
    throw new InternalError(`events or trace cannot be read back: ${JSON.stringify(errors)}`);
  return {
    packet: read<Packet>('packet.json'),
    decision: read<Decision>('decision.json'),
    approvals: read<Approvals>('approvals.json'),
    admissions: read<Admissions>('admissions.json'),
    inputs: read<Inputs>('inputs.json'),
    events: events.values,
    trace: trace.values,
  };
}

function hashed(folder: string, path: string, buffer: Buffer): HashedFile {
  const full = join(folder, path);
  const result = lstatSync(full).isFile() ? hashFile(full, buffer) : { error: 'not a regular file' };
  if ('error' in result) throw new InternalError(`${path}: ${result.error}`);
  return { path, ...result };
}

/** A document's canonical text, once its contract accepts it. */
function document(member: string, value: unknown): string {
  const result = DOCUMENTS[member]?.(value);
  if (!result?.ok)
    throw new InternalError(`${member}: ${result?.errors.map((e) => `${e.at} ${e.message}`).join('; ') ?? 'unknown'}`);
  return canonicalText(value);
}
