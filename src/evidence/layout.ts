import manifestSchema from '../../schemas/manifest.v1.schema.json' with { type: 'json' };
import { type Finding, finding } from '../contracts/index.ts';

/** Members that every pack has (2-contracts.md, Run artifacts), whatever came of the run. */
export const REQUIRED = [
  'admissions.json',
  'approvals.json',
  'decision.json',
  'events.normalized.jsonl',
  'inputs.json',
  'packet.json',
  'patch.diff',
  'report.json',
  'report.md',
  'statements/provenance.intoto.json',
  'statements/verification-summary.intoto.json',
  'test.log',
  'trace.jsonl',
] as const;

export const MANIFEST = 'manifest.json';
export const SUMS = 'SHA256SUMS';
export const TEST_RESULT = 'statements/test-result.intoto.json';
export const STATEMENTS = [
  'statements/provenance.intoto.json',
  TEST_RESULT,
  'statements/verification-summary.intoto.json',
] as const;

/** What is made from the rest when a pack is sealed: nobody else may write it. */
export const SEALED = new Set<string>(['report.json', 'report.md', MANIFEST, SUMS, ...STATEMENTS]);

/** Documents that are read whole: member to the most bytes that are read. Everything else is streamed. */
export const READ_WHOLE: Readonly<Record<string, number>> = {
  [SUMS]: 16 << 20,
  [MANIFEST]: 48 << 20,
  'report.json': 48 << 20,
  'report.md': 48 << 20,
  'events.normalized.jsonl': 16 << 20,
  'trace.jsonl': 32 << 20,
  'packet.json': 4 << 20,
  'decision.json': 16 << 20,
  'approvals.json': 4 << 20,
  'admissions.json': 4 << 20,
  'inputs.json': 32 << 20,
  ...Object.fromEntries(STATEMENTS.map((member) => [member, 48 << 20])),
};

const { maxLength, pattern } = manifestSchema.$defs.path;
const MEMBER = new RegExp(pattern, 'u');

/** The allowlist is the manifest schema's own pattern. Its longest path is counted in code points. */
export const isMember = (path: string): boolean =>
  (path.length <= maxLength || Array.from(path).length <= maxLength) && MEMBER.test(path);

const BY_EXTENSION: ReadonlyMap<string, string> = new Map([
  ['json', 'application/json'],
  ['jsonl', 'application/jsonl'],
  ['md', 'text/markdown'],
  ['log', 'text/plain'],
  ['txt', 'text/plain'],
  ['diff', 'text/x-diff'],
]);

/**
 * The media type of a member. `declared` is what evidence_expectations says, by the path under `expected/`; what nobody declared there is bytes,
 * because its name is the engine's choice.
 */
export function mediaType(path: string, declared: ReadonlyMap<string, string>): string {
  if (path.startsWith('expected/')) return declared.get(path.slice('expected/'.length)) ?? 'application/octet-stream';
  if (path.startsWith('statements/')) return 'application/vnd.in-toto+json';
  return BY_EXTENSION.get(path.slice(path.lastIndexOf('.') + 1)) ?? 'application/octet-stream';
}

/**
 * Byte order, as `LC_ALL=C sort` has it. JavaScript's own order of UTF-16 units is the same but from the surrogates on, so only there bytes are made
 * of the text: ten thousand paths are sorted by every reading of a large pack.
 */
export function byteOrder(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  if (at === end) return a.length - b.length;
  const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
  return x < 0xd800 && y < 0xd800 ? x - y : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const FROM_SURROGATES = /[\ud800-\uffff]/;

/** Sorts many paths: in the order of UTF-16 units, which is quick, where that is byte order. */
export function inByteOrder(paths: readonly string[]): string[] {
  const sorted = paths.toSorted();
  return sorted.some((path) => FROM_SURROGATES.test(path)) ? sorted.toSorted(byteOrder) : sorted;
}

/** A discrepancy of a pack; `at` is a member, a member with a JSON pointer, or a line of one. */
export const invalid = (at: string, message: string): Finding => finding('evidence_invalid', message, at);
