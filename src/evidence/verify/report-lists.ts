import {
  canonicalText,
  type Digest,
  digestOfBytes,
  type Report,
  validateReport,
  type Validation,
} from '../../contracts/index.ts';
import { parseText, readText } from '../documents.ts';
import { SEALED } from '../layout.ts';
import type { Members } from '../members.ts';
import type { PackContents } from '../read/index.ts';
import { deriveRest } from '../report.ts';
import { ExactText } from './exact-text.ts';

/**
 * The report without its lists of files, and its text. To read those against the contract costs more than to hash the files, and every word of them follows from the
 * files: so what stands around them is read first, and once the files are hashed, a report that is byte for byte what the pack makes is right without being looked at
 * in detail. Any other one is read like all documents, and told what is wrong. The manifest is treated alike (docs/adr/0090).
 */
export interface ListedReport {
  text: string;
  /** The document with its lists empty. */
  rest: Report;
}

const REPORT = 'report.json';
/** The lists stand side by side in a canonical report. Before them stand a boolean and an enum, and no string of JSON holds these characters as they are: the first of each is the one. */
const DIGESTS = '"artifact_digests":{';
const PATHS = '"artifact_paths":[';
const END = '],"artifacts_dir":';

/** Reads what stands around the lists. A text that has no such lists is read whole. */
export function readReport(text: string): Validation<ListedReport> {
  const begin = text.indexOf(DIGESTS);
  const end = text.indexOf(END, begin);
  const around = parseText(`${text.slice(0, begin)}${DIGESTS}},${PATHS}${text.slice(end)}`);
  const read = around.ok && begin > 0 && end > 0 ? validateReport(around.value.value) : null;
  const result = read?.ok ? read : readText(text, validateReport);
  return result.ok ? { ok: true, value: { text, rest: result.value } } : result;
}

/** Reads the lists. `exact`: the report is what the other members derive, and nothing else can be wrong with it. */
export function reportWithLists(
  { text, rest }: ListedReport,
  members: Members | null,
  contents: PackContents,
): Validation<{ report: Report; exact: boolean }> {
  const report = members && exactly(text, rest, members, contents);
  if (report) return { ok: true, value: { report, exact: true } };
  const read = readText(text, validateReport);
  return read.ok ? { ok: true, value: { report: read.value, exact: false } } : read;
}

/** The report, if its text is what the members and files make. What they cannot make anything of is not so: reading it in detail says why. */
function exactly(text: string, rest: Report, members: Members, { files }: PackContents): Report | null {
  let derived: ReturnType<typeof deriveRest>;
  let empty: string;
  try {
    const paths = [...files.keys()].filter((path) => !SEALED.has(path));
    derived = deriveRest(members, paths, rest.changed_files);
    empty = canonicalText({ ...derived, artifact_paths: [] });
  } catch {
    return null;
  }
  const [before = '', after = ''] = empty.split(`${PATHS}]`);
  const paths = `${PATHS}${JSON.stringify(derived.artifact_paths).slice(1)}${after}`;
  const own = digestOfBytes(`${before}${paths}`);
  const reading = new ExactText(text);
  if (!reading.is(`${before}${DIGESTS}`)) return null;
  // The files are in byte order, which is that of a canonical form but for names that a pack has hardly ever: those are read in detail.
  const digests = Object.create(null) as Record<string, Digest>;
  let comma = '';
  let last = '';
  for (const [path, { sha256 }] of files) {
    if (SEALED.has(path) && path !== REPORT) continue;
    const digest = path === REPORT ? own : (`sha256:${sha256}` as Digest);
    if (path < last || !reading.is(`${comma}${JSON.stringify(path)}:"${digest}"`)) return null;
    comma = ',';
    last = path;
    digests[path] = digest;
  }
  return reading.is(`},${paths}`) && reading.isAtEnd ? { ...derived, artifact_digests: digests } : null;
}

/** Member to digest, of everything but the sealed members. */
export const digestsOf = ({ files }: PackContents): Record<string, Digest> =>
  Object.fromEntries(
    [...files].flatMap(([path, { sha256 }]) => (SEALED.has(path) ? [] : [[path, `sha256:${sha256}` as Digest]])),
  );
