import {
  canonicalText,
  type Digest,
  digestOfBytes,
  isCanonical,
  type Report,
  validateReport,
  type Validation,
} from '../../contracts/index.ts';
import { acceptDocument, type Parsed } from '../documents.ts';
import { SEALED } from '../layout.ts';
import type { Members } from '../members.ts';
import type { PackContents } from '../read/index.ts';
import { deriveRest } from '../report.ts';

/**
 * The report without its lists of files. To read those against the contract costs more than to hash the files, and every word of them follows from the files: so
 * the rest is read first, and once the files are hashed, a report that is exactly what the pack makes is right without being looked at in detail. Any other one is read
 * like all documents, and told what is wrong. The manifest is treated alike (docs/adr/0090).
 */
export interface ListedReport {
  parsed: Parsed;
  /** The document with its lists empty. */
  rest: Report;
  canonical: boolean;
}

const EMPTY = { artifact_paths: [], artifact_digests: {} } as const satisfies Partial<Report>;

/** Reads what stands around the lists. */
export function readReport(parsed: Parsed): Validation<ListedReport> {
  const { text, value } = parsed;
  const hasLists = Object.keys(EMPTY).every((name) => Object.hasOwn(Object(value) as object, name));
  const rest = validateReport(hasLists ? { ...(value as object), ...EMPTY } : value);
  if (rest.ok)
    return { ok: true, value: { parsed, rest: rest.value, canonical: surely(() => isCanonical(text, value)) } };
  // All that is wrong, and not only with the rest.
  const whole = validateReport(value);
  return whole.ok ? rest : whole;
}

/** What cannot even be asked (a list that is none, members that nothing can be derived from) is not so; reading it in detail says why. */
function surely(question: () => boolean): boolean {
  try {
    return question();
  } catch {
    return false;
  }
}

/** Reads the lists. `exact`: the report is what the other members derive, and nothing else can be wrong with it. */
export function reportWithLists(
  { parsed, rest, canonical }: ListedReport,
  members: Members | null,
  { files }: PackContents,
): Validation<{ report: Report; exact: boolean }> {
  const exact = surely(() => {
    if (!members || !canonical) return false;
    const { artifact_digests: digests, ...said } = parsed.value as Report;
    const paths = [...files.keys()].filter((path) => !SEALED.has(path));
    const text = canonicalText(deriveRest(members, paths, rest.changed_files));
    return (
      canonicalText(said) === text &&
      digests['report.json'] === digestOfBytes(text) &&
      Object.keys(digests).length === paths.length + 1 &&
      paths.every((path) => digests[path] === `sha256:${files.get(path)?.sha256}`)
    );
  });
  if (exact) return { ok: true, value: { report: parsed.value as Report, exact } };
  const read = acceptDocument(parsed, validateReport);
  return read.ok ? { ok: true, value: { report: read.value, exact } } : read;
}

/** Member to digest, of everything but the sealed members. */
export const digestsOf = ({ files }: PackContents): Record<string, Digest> =>
  Object.fromEntries(
    [...files].flatMap(([path, { sha256 }]) => (SEALED.has(path) ? [] : [[path, `sha256:${sha256}` as Digest]])),
  );
