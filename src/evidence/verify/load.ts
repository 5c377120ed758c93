import {
  type Admissions,
  type Approvals,
  type Decision,
  type DocumentError,
  type Finding,
  finding,
  type Inputs,
  InternalError,
  type Packet,
  type Report,
  type Validation,
} from '../../contracts/index.ts';
import { decodeDocument, DOCUMENTS, readDocument, readLines, STREAMS } from '../documents.ts';
import { invalid, MANIFEST } from '../layout.ts';
import type { Members } from '../members.ts';
import type { PackContents } from '../read/index.ts';
import { type ListedManifest, manifestWithList, readManifest, type ReadList } from './manifest-list.ts';
import { type ListedReport, readReport, reportWithLists } from './report-lists.ts';

/** The documents of a pack, if all of them could be read. */
export interface Documents {
  members: Members;
  /** The lines of events.normalized.jsonl as they stand there. */
  eventLines: readonly string[];
  report: Report;
  manifest: ListedManifest['rest'];
}

/** With their lists of files, and what was found beside them. `exact`: the report is what the pack makes. */
export type Loaded = Documents & { contents: PackContents; exact: boolean; list: ReadList };

/** Documents whose lists of files are still left out. */
export interface Loading {
  documents: Documents | null;
  errors: Finding[];
  report: ListedReport | null;
  manifest: ListedManifest | null;
}

/** Member to bytes, of the documents that are read whole. */
type Whole = ReadonlyMap<string, Buffer>;

function read(member: string, bytes: Buffer): Validation<unknown> {
  if (member === 'report.json' || member === MANIFEST) {
    const text = decodeDocument(bytes);
    if (!text.ok) return text;
    return member === MANIFEST ? readManifest(text.value) : readReport(text.value);
  }
  const validate = DOCUMENTS[member];
  if (!validate) throw new InternalError(`${member} is no document of a pack`);
  return readDocument(bytes, validate);
}

/**
 * Reads every document and line of a pack against its contract, but for the lists of files in report and manifest. `documents` is null where one of them cannot be
 * read: what they say to each other cannot be judged then, and the errors say why.
 */
export function load(whole: Whole): Loading {
  const errors: Finding[] = [];
  const values = new Map<string, unknown>();
  for (const member of Object.keys(DOCUMENTS)) {
    const bytes = whole.get(member);
    if (!bytes) continue;
    const result = read(member, bytes);
    if (result.ok) values.set(member, result.value);
    else errors.push(...unreadable(member, result.errors));
  }
  const events = lines(whole, 'events.normalized.jsonl', errors);
  const trace = lines(whole, 'trace.jsonl', errors);
  const get = <T>(member: string): T | null => (values.get(member) as T | undefined) ?? null;
  const packet = get<Packet>('packet.json');
  const decision = get<Decision>('decision.json');
  const approvals = get<Approvals>('approvals.json');
  const admissions = get<Admissions>('admissions.json');
  const inputs = get<Inputs>('inputs.json');
  const report = get<ListedReport>('report.json');
  const manifest = get<ListedManifest>(MANIFEST);
  if (!packet || !decision || !approvals || !admissions || !inputs || !report || !manifest || !events || !trace)
    return { documents: null, errors, report, manifest };
  const members: Members = {
    packet,
    decision,
    approvals,
    admissions,
    inputs,
    events: events.values,
    trace: trace.values,
  };
  const documents = { members, eventLines: events.lines, report: report.rest, manifest: manifest.rest };
  return { documents, errors, report, manifest };
}

/** The documents with their lists, once the files are hashed; null where something cannot be read. */
export function complete(
  { documents, report, manifest }: Loading,
  contents: PackContents,
): { loaded: Loaded | null; errors: Finding[] } {
  const members = documents?.members ?? null;
  const reports = report && reportWithLists(report, members, contents);
  const manifests = manifest && manifestWithList(manifest, members, contents);
  if (documents && reports?.ok && manifests?.ok)
    return { loaded: { ...documents, ...reports.value, list: manifests.value, contents }, errors: [] };
  const errors = [
    ...(reports?.ok === false ? unreadable('report.json', reports.errors) : []),
    ...(manifests?.ok === false ? unreadable(MANIFEST, manifests.errors) : []),
  ];
  return { loaded: null, errors };
}

/** A path that the allowlist does not know is named as what it is; everything else is a broken contract. */
const unreadable = (member: string, errors: readonly DocumentError[]): Finding[] =>
  errors.map(({ at, message, rule }) =>
    finding(
      'evidence_invalid',
      rule === 'pattern' && at.endsWith('/path') ? 'the path is not on the allowlist' : message,
      `${member}${at && `#${at}`}`,
    ),
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
