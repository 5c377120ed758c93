import commonSchema from '../../../schemas/common.v1.schema.json' with { type: 'json' };
import { type Manifest, validateManifest, type Validation } from '../../contracts/index.ts';
import { parseText, readText } from '../documents.ts';
import { evidenceId } from '../identity.ts';
import { isMember, MANIFEST, mediaType, SUMS } from '../layout.ts';
import { declaredTypes } from '../manifest.ts';
import type { Members } from '../members.ts';
import { MAX_FILES, type PackContents } from '../read/index.ts';
import { ExactText } from './exact-text.ts';

/** The manifest without its list, and its text. */
export interface ListedManifest {
  text: string;
  rest: Omit<Manifest, 'files'>;
}

/** When each file was written. */
export type Written = Pick<Manifest['files'][number], 'path' | 'written_at'>;

const BEGIN = '{"files":[';
/** What follows the list in a canonical manifest begins so. */
const END = '],"run_id":';

/** Reads what stands around the list. A text that has no such end is read whole. */
export function readManifest(text: string): Validation<ListedManifest> {
  const around = parseText(`${BEGIN}${text.slice(text.lastIndexOf(END))}`);
  const read = around.ok && text.startsWith(BEGIN) ? validateManifest(around.value.value) : null;
  const result = read?.ok ? read : readText(text, validateManifest);
  return result.ok ? { ok: true, value: { text, rest: result.value } } : result;
}

/** `inexact`: the manifest itself, where it is not exactly what the files make. */
export interface ReadList {
  written: readonly Written[];
  inexact: Manifest | null;
}

/** Reads the list; the report is treated alike (report-lists.ts). */
export function manifestWithList(
  { text }: ListedManifest,
  members: Members | null,
  contents: PackContents,
): Validation<ReadList> {
  const written = members && exactly(text, members, contents);
  if (written) return { ok: true, value: { written, inexact: null } };
  const read = readText(text, validateManifest);
  return read.ok ? { ok: true, value: { written: read.value.files, inexact: read.value } } : read;
}

const TIME = new RegExp(commonSchema.$defs.time.pattern, 'u');
const TIME_LENGTH = '2026-01-01T00:00:00.000Z'.length;

/**
 * The times in a manifest that is otherwise what the files make, byte for byte; null where it is not, or holds what the contract would not take.
 */
function exactly(text: string, { packet, inputs }: Members, { files }: PackContents): Written[] | null {
  const runId = inputs.run_id;
  const declared = declaredTypes(packet);
  const written: Written[] = [];
  /** Each type as JSON, and a file of it. */
  const types = new Map<string, { json: string; path: string }>();
  const reading = new ExactText(text);
  let time = '';
  if (!reading.is(BEGIN)) return null;
  for (const [path, { size, sha256 }] of files) {
    if (path === MANIFEST || path === SUMS) continue;
    const seq = written.length + 1;
    const type = mediaType(path, declared);
    const typed = types.get(type) ?? { json: JSON.stringify(type), path };
    types.set(type, typed);
    const before = `${seq > 1 ? ',' : ''}{"evidence_id":"${evidenceId(runId, seq)}","media_type":${typed.json},"path":${JSON.stringify(path)},"seq":${seq},"sha256":"${sha256}","size":${size},"written_at":"`;
    if (!isMember(path) || !reading.is(before)) return null;
    const at = reading.take(TIME_LENGTH);
    // Most files of a pack were written at the same time.
    if ((at !== time && !TIME.test(at)) || !reading.is('"}')) return null;
    time = at;
    written.push({ path, written_at: time });
  }
  if (!reading.is(`],"run_id":${JSON.stringify(runId)},"schema":"countersign/manifest/v1"}`) || !reading.isAtEnd)
    return null;
  return written.length <= MAX_FILES && [...types].every(([type, { path }]) => mayStand(type, path)) ? written : null;
}

/** What a packet declares a type to be may be more than a manifest takes: asked through the manifest's own validator, once for each type. */
function mayStand(media_type: string, path: string): boolean {
  const fixed = { size: 0, sha256: '0'.repeat(64), seq: 1, evidence_id: evidenceId('run-0000000000000000', 1) };
  const file = { ...fixed, path, media_type, written_at: '2000-01-01T00:00:00.000Z' };
  return validateManifest({ schema: 'countersign/manifest/v1', run_id: 'run-0000000000000000', files: [file] }).ok;
}
