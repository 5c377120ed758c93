import {
  type Admissions,
  type Approvals,
  type Decision,
  type Finding,
  finding,
  type Inputs,
  type Manifest,
  type Packet,
  type Report,
} from '../../contracts/index.ts';
import { DOCUMENTS, readDocument, readLines, STREAMS } from '../documents.ts';
import { invalid, MANIFEST } from '../layout.ts';
import type { Members } from '../members.ts';
import type { PackContents } from '../read/index.ts';

/** The documents of a pack, if all of them could be read. */
export interface Documents {
  members: Members;
  /** The lines of events.normalized.jsonl as they stand there. */
  eventLines: readonly string[];
  report: Report;
  manifest: Manifest;
}
export type Loaded = Documents & { contents: PackContents };

/** Member to bytes, of the documents that are read whole. */
type Whole = ReadonlyMap<string, Buffer>;

/**
 * Reads every document and line of a pack against its contract. `documents` is null where one of them cannot be read: what they say to each other
 * cannot be judged then, and the errors say why.
 */
export function load(whole: Whole): { documents: Documents | null; errors: Finding[] } {
  const errors: Finding[] = [];
  const values = new Map<string, unknown>();
  for (const [member, validate] of Object.entries(DOCUMENTS)) {
    const bytes = whole.get(member);
    if (!bytes) continue;
    const result = readDocument(bytes, validate);
    if (result.ok) values.set(member, result.value);
    else for (const e of result.errors) errors.push(unreadable(`${member}${e.at && `#${e.at}`}`, e.message, e.rule));
  }
  const events = lines(whole, 'events.normalized.jsonl', errors);
  const trace = lines(whole, 'trace.jsonl', errors);
  const get = <T>(member: string): T | undefined => values.get(member) as T | undefined;
  const packet = get<Packet>('packet.json');
  const decision = get<Decision>('decision.json');
  const approvals = get<Approvals>('approvals.json');
  const admissions = get<Admissions>('admissions.json');
  const inputs = get<Inputs>('inputs.json');
  const report = get<Report>('report.json');
  const manifest = get<Manifest>(MANIFEST);
  if (!packet || !decision || !approvals || !admissions || !inputs || !report || !manifest || !events || !trace)
    return { documents: null, errors };
  const members: Members = {
    packet,
    decision,
    approvals,
    admissions,
    inputs,
    events: events.values,
    trace: trace.values,
  };
  return { documents: { members, eventLines: events.lines, report, manifest }, errors };
}

/** A path that the allowlist does not know is named as what it is; everything else is a broken contract. */
const unreadable = (at: string, message: string, rule: string): Finding =>
  finding(
    'evidence_invalid',
    rule === 'pattern' && at.endsWith('/path') ? 'the path is not on the allowlist' : message,
    at,
  );

function lines<K extends keyof typeof STREAMS>(whole: Whole, member: K, errors: Finding[]) {
  const bytes = whole.get(member);
  if (!bytes) return null;
  const read = readLines(
    bytes,
    STREAMS[member] as Parameters<typeof readLines<Members[K extends 'trace.jsonl' ? 'trace' : 'events'][number]>>[1],
  );
  for (const { line, error } of read.errors)
    errors.push(invalid(`${member}:${line}${error.at && `#${error.at}`}`, error.message));
  return read.errors.length > 0 ? null : read;
}
