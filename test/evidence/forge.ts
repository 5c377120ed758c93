import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type Admissions,
  type Approvals,
  canonicalText,
  type Decision,
  type Digest,
  digestOf,
  digestOfBytes,
  type Event,
  type Inputs,
  type Manifest,
  type ManifestFile,
  type Packet,
  type Report,
  type Statement,
  type Trace,
} from '../../src/contracts/index.ts';
import { runIdOf } from '../../src/evidence/index.ts';
import { buildManifest } from '../../src/evidence/manifest.ts';
import { renderReport } from '../../src/evidence/markdown.ts';
import { deriveReport } from '../../src/evidence/report.ts';
import { statements } from '../../src/evidence/statements.ts';
import { renderSums } from '../../src/evidence/sums.ts';
import { testLogSummary } from '../../src/evidence/test-log.ts';
import { eventOf } from '../../src/evidence/events.ts';

/** A pack taken apart, to be edited. */
export interface Parts {
  packet: Packet;
  decision: Decision;
  approvals: Approvals;
  admissions: Admissions;
  inputs: Inputs;
  events: Event[];
  trace: Trace[];
  report: Report;
  manifest: Manifest;
  /** Every other file: path to bytes. */
  files: Map<string, Buffer>;
  /** What the first file of the manifest is to say, once the manifest is made anew. */
  firstOfManifest: Partial<ManifestFile>;
  /** Statements that are not to be made anew. */
  statements: Map<string, Statement>;
}

export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Relative paths of all files. */
export const list = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();

const MEMBERS = ['packet', 'decision', 'approvals', 'admissions', 'inputs'] as const;
const OWN = new Set([
  ...MEMBERS.map((name) => `${name}.json`),
  'report.json',
  'report.md',
  'manifest.json',
  'SHA256SUMS',
  'events.normalized.jsonl',
  'trace.jsonl',
]);

export function takeApart(pack: string): Parts {
  const json = <T>(member: string): T => JSON.parse(readFileSync(join(pack, member), 'utf8')) as T;
  const lines = <T>(member: string): T[] =>
    readFileSync(join(pack, member), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as T);
  const files = list(pack).filter((path) => !OWN.has(path) && !path.startsWith('statements/'));
  return {
    packet: json('packet.json'),
    decision: json('decision.json'),
    approvals: json('approvals.json'),
    admissions: json('admissions.json'),
    inputs: json('inputs.json'),
    events: lines('events.normalized.jsonl'),
    trace: lines('trace.jsonl'),
    report: json('report.json'),
    manifest: json('manifest.json'),
    files: new Map(files.map((path) => [path, readFileSync(join(pack, path))])),
    firstOfManifest: {},
    statements: new Map(),
  };
}

/** Numbers lines and chains events again. */
function chained(events: readonly Event[]): string {
  let prev: Digest | null = null;
  let text = '';
  for (const [index, event] of events.entries()) {
    const line = canonicalText({ ...event, seq: index + 1, prev });
    prev = digestOfBytes(line);
    text += `${line}\n`;
  }
  return text;
}

/**
 * Puts a pack together again with every digest recomputed, as somebody would who knows all the rules: chain, report digests, report.md, statements,
 * manifest, sums. `rederive`: the report is made anew from the edited members, too, and the end of test.log as well.
 */
export function putTogether(parts: Parts, folder: string, { rederive }: { rederive: boolean }): void {
  rmSync(folder, { recursive: true, force: true });
  const content = new Map<string, Buffer | string>(parts.files);
  for (const name of MEMBERS) content.set(`${name}.json`, canonicalText(parts[name]));
  content.set('events.normalized.jsonl', chained(parts.events));
  content.set(
    'trace.jsonl',
    parts.trace.map((line, index) => `${canonicalText({ ...line, seq: index + 1 })}\n`).join(''),
  );
  if (rederive) {
    const log = String(content.get('test.log') ?? '');
    const completed = eventOf(parts.events, 'verification.completed')?.data ?? null;
    content.set('test.log', log.slice(0, log.lastIndexOf('\n--- countersign')) + testLogSummary(completed));
  }
  const digests = Object.fromEntries([...content].map(([path, bytes]) => [path, digestOfBytes(bytes)]));
  const { artifact_digests: _, ...rest } = rederive
    ? deriveReport(parts, { digests, changedFiles: parts.report.changed_files })
    : parts.report;
  const report: Report = { ...rest, artifact_digests: { ...digests, 'report.json': digestOf(rest) } };
  const text = canonicalText(report);
  content.set('report.json', text);
  content.set('report.md', renderReport(report));
  for (const [path, statement] of statements({ report, reportSha256: sha256(text) }))
    content.set(path, canonicalText(parts.statements.get(path) ?? statement));
  const hashed = [...content].map(([path, bytes]) => ({ path, size: Buffer.byteLength(bytes), sha256: sha256(bytes) }));
  const old = new Map(parts.manifest.files.map((file) => [file.path, file.written_at]));
  const manifest = buildManifest(
    parts.manifest.run_id,
    parts.packet,
    hashed,
    (path) => old.get(path) ?? report.run_finished_at,
  );
  Object.assign(manifest.files[0] ?? {}, parts.firstOfManifest);
  const extensions = Object.entries(parts.manifest).filter(([name]) => name.startsWith('x-'));
  content.set('manifest.json', canonicalText({ ...manifest, ...Object.fromEntries(extensions) }));
  const sums = renderSums(new Map([...content].map(([path, bytes]) => [path, sha256(bytes)])));
  content.set('SHA256SUMS', sums);
  for (const [path, bytes] of content) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

/** Only the sums again, over what lies there: for edits that are not those of a careful forger. */
export function resum(folder: string): void {
  const paths = list(folder).filter((path) => path !== 'SHA256SUMS');
  writeFileSync(
    join(folder, 'SHA256SUMS'),
    renderSums(new Map(paths.map((path) => [path, sha256(readFileSync(join(folder, path)))]))),
  );
}

/** Makes decision id, run id and everything that names them fit again, after an edit of the decision or its facts. */
export function refit(parts: Parts, decision: Omit<Decision, 'decision_id'>): void {
  const { decision_id: _, ...rest } = decision as Decision;
  parts.decision = { ...rest, decision_id: digestOf(rest) };
  const { identity } = parts.inputs;
  identity.decision_id = parts.decision.decision_id;
  identity.packet_digest = digestOf(parts.packet);
  renamed(parts);
}

/** The run id follows from the identity: every member that names it. */
export function renamed(parts: Parts): void {
  const id = runIdOf(parts.inputs.identity);
  parts.inputs.run_id = id;
  parts.manifest.run_id = id;
  parts.report.run_id = id;
  for (const line of [...parts.events, ...parts.trace]) line.run_id = id;
  for (const event of parts.events)
    if (event.type === 'task.contract.created') event.data.decision_id = parts.decision.decision_id;
  parts.report.decision_id = parts.decision.decision_id;
}

/** Lets the manifest lie about its first file. */
export const remanifested = (parts: Parts, values: Partial<ManifestFile>): void => {
  parts.firstOfManifest = values;
};

/** A copy in a place of its own. */
export function copyOf(pack: string, folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  cpSync(pack, folder, { recursive: true });
  if (!existsSync(join(folder, 'SHA256SUMS'))) throw new Error('no pack was copied');
  return folder;
}
