import commonSchema from '../../../schemas/common.v1.schema.json' with { type: 'json' };
import {
  canonicalText,
  type Digest,
  digestOfBytes,
  isCanonical,
  type Manifest,
  type Report,
  validateManifest,
  validateReport,
  type Validation,
  type Validator,
} from '../../contracts/index.ts';
import { acceptDocument, type Parsed } from '../documents.ts';
import { isMember, MANIFEST, SEALED, SUMS } from '../layout.ts';
import { buildManifest } from '../manifest.ts';
import type { Members } from '../members.ts';
import { MAX_FILES, type PackContents } from '../read/index.ts';
import { deriveRest } from '../report.ts';

/**
 * A document that lists every file of the pack. To read its lists against the contract costs more than to hash the files, and every word of them follows from the
 * files: so the rest is read first, and once the files are hashed, a document that is exactly what the pack makes is right without being looked at in detail. Any other
 * one is read like all documents, and told what is wrong.
 */
export interface Listed<T> {
  parsed: Parsed;
  /** The document with its lists empty. */
  rest: T;
  /** Whether what can be seen of the lists before the files are hashed is as it must be. */
  promising: boolean;
}

const listed =
  <T extends object>(validate: Validator<T>, empty: Partial<T>, promises: (parsed: Parsed) => boolean) =>
  (parsed: Parsed): Validation<Listed<T>> => {
    const { value } = parsed;
    const hasLists = Object.keys(empty).every((name) => Object.hasOwn(Object(value) as object, name));
    const rest = validate(hasLists ? { ...(value as object), ...empty } : value);
    if (rest.ok) return { ok: true, value: { parsed, rest: rest.value, promising: surely(() => promises(parsed)) } };
    // All that is wrong, and not only with the rest.
    const whole = validate(value);
    return whole.ok ? rest : whole;
  };

/** What cannot even be asked of a document (a list that is none, members that nothing can be derived from) is not so; reading it in detail says why. */
function surely(question: () => boolean): boolean {
  try {
    return question();
  } catch {
    return false;
  }
}

const TIME = new RegExp(commonSchema.$defs.time.pattern, 'u');

export const listedReport = listed<Report>(
  validateReport,
  { artifact_paths: [], artifact_digests: {} },
  ({ text, value }) => isCanonical(text, value),
);
export const listedManifest = listed<Manifest>(validateManifest, { files: [] }, ({ value }) => {
  const { files } = value as Manifest;
  return files.length <= MAX_FILES && files.every((file) => isMember(file.path) && TIME.test(file.written_at));
});

/** A document with its lists, and whether it is exactly what the pack makes: nothing else can be wrong with it then. */
export type WithLists<T> = Validation<{ document: T; exact: boolean }>;

function settled<T>(exact: boolean, parsed: Parsed, validate: Validator<T>): WithLists<T> {
  if (exact) return { ok: true, value: { document: parsed.value as T, exact } };
  const read = acceptDocument(parsed, validate);
  return read.ok ? { ok: true, value: { document: read.value, exact } } : read;
}

/** Exact: what the members derive. */
export function reportWithLists(
  { parsed, rest, promising }: Listed<Report>,
  members: Members | null,
  { files }: PackContents,
): WithLists<Report> {
  const exact = surely(() => {
    if (!members || !promising) return false;
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
  return settled(exact, parsed, validateReport);
}

/** Member to digest, of everything but the sealed members. */
export const digestsOf = ({ files }: PackContents): Record<string, Digest> =>
  Object.fromEntries(
    [...files].flatMap(([path, { sha256 }]) => (SEALED.has(path) ? [] : [[path, `sha256:${sha256}` as Digest]])),
  );

/** Exact: what the files make, with the times that it says itself. */
export function manifestWithLists(
  { parsed, promising }: Listed<Manifest>,
  members: Members | null,
  { files }: PackContents,
): WithLists<Manifest> {
  const exact = surely(() => {
    if (!members || !promising) return false;
    const { files: said } = parsed.value as Manifest;
    const hashed = [...files].flatMap(([path, hash]) =>
      path === MANIFEST || path === SUMS ? [] : [{ path, ...hash }],
    );
    const made = buildManifest(
      members.inputs.run_id,
      members.packet,
      hashed,
      (_path, index) => said[index]?.written_at ?? '',
    );
    // What a packet declares a type to be may be more than a manifest takes.
    const types = [...new Map(made.files.map((file) => [file.media_type, file])).values()];
    return JSON.stringify(made) === parsed.text && validateManifest({ ...made, files: types }).ok;
  });
  return settled(exact, parsed, validateManifest);
}
