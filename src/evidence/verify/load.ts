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

/** A pack whose documents could all be read. */
export interface Loaded {
  contents: PackContents;
  members: Members;
  /** The lines of events.normalized.jsonl as they stand there. */
  eventLines: readonly string[];
  report: Report;
  manifest: Manifest;
}

/**
 * Reads every document and line of a pack against its contract. `loaded` is null where one of them cannot be read: what they say to each other
 * cannot be judged then, and the errors say why.
 */
export function load(contents: PackContents): { loaded: Loaded | null; errors: Finding[] } {
  const errors: Finding[] = [];
  const documents = new Map<string, unknown>();
  for (const [member, validate] of Object.entries(DOCUMENTS)) {
    const bytes = contents.whole.get(member);
    if (!bytes) continue;
    const result = readDocument(bytes, validate);
    if (result.ok) documents.set(member, result.value);
    else for (const e of result.errors) errors.push(unreadable(`${member}${e.at && `#${e.at}`}`, e.message, e.rule));
  }
  const events = lines(contents, 'events.normalized.jsonl', errors);
  const trace = lines(contents, 'trace.jsonl', errors);
  const get = <T>(member: string): T | undefined => documents.get(member) as T | undefined;
  const packet = get<Packet>('packet.json');
  const decision = get<Decision>('decision.json');
  const approvals = get<Approvals>('approvals.json');
  const admissions = get<Admissions>('admissions.json');
  const inputs = get<Inputs>('inputs.json');
  const report = get<Report>('report.json');
  const manifest = get<Manifest>(MANIFEST);
  if (!packet || !decision || !approvals || !admissions || !inputs || !report || !manifest || !events || !trace)
    return { loaded: null, errors };
  const members: Members = {
    packet,
    decision,
    approvals,
    admissions,
    inputs,
    events: events.values,
    trace: trace.values,
  };
  return { loaded: { contents, members, eventLines: events.lines, report, manifest }, errors };
}

/** A path that the allowlist does not know is named as what it is; everything else is a broken contract. */
const unreadable = (at: string, message: string, rule: string): Finding =>
  finding(
    'evidence_invalid',
    rule === 'pattern' && at.endsWith('/path') ? 'the path is not on the allowlist' : message,
    at,
  );

function lines<K extends keyof typeof STREAMS>(contents: PackContents, member: K, errors: Finding[]) {
  const bytes = contents.whole.get(member);
  if (!bytes) return null;
  const read = readLines(
    bytes,
    STREAMS[member] as Parameters<typeof readLines<Members[K extends 'trace.jsonl' ? 'trace' : 'events'][number]>>[1],
  );
  for (const { line, error } of read.errors)
    errors.push(invalid(`${member}:${line}${error.at && `#${error.at}`}`, error.message));
  return read.errors.length > 0 ? null : read;
}
