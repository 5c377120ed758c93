import { isUtf8 } from 'node:buffer';
import { type Finding, finding, type Manifest, type Packet } from '../../contracts/index.ts';
import { evidenceId } from '../identity.ts';
import { byteOrder, invalid, MANIFEST, mediaType, REQUIRED, SUMS } from '../layout.ts';
import { declaredTypes } from '../manifest.ts';
import type { PackContents } from '../read/index.ts';
import { ExactText } from './exact-text.ts';
import type { Written } from './manifest-list.ts';
import { parseSums, sumsLine } from '../sums.ts';

const missing = (path: string, message: string): Finding =>
  finding('evidence_missing', message, path, 'Ask for the whole pack again from where it was made.');

/** SHA256SUMS against the files: form, order, every listed file there, no other file, every digest. */
export function sumsErrors({ files, whole }: PackContents): Finding[] {
  const bytes = whole.get(SUMS);
  if (bytes === undefined) return [missing(SUMS, 'SHA256SUMS is absent')];
  if (!isUtf8(bytes)) return [invalid(SUMS, 'not UTF-8')];
  const text = bytes.toString('utf8');
  if (isExactly(text, files)) return [];
  const { sums, errors } = parseSums(text);
  const findings = errors.map(({ line, message }) => invalid(`${SUMS}:${line}`, message));
  for (const [path, sha256] of sums) {
    const file = files.get(path);
    if (path === SUMS) findings.push(invalid(SUMS, 'lists itself'));
    else if (!file) findings.push(missing(path, 'listed in SHA256SUMS and absent'));
    else if (file.sha256 !== sha256) findings.push(invalid(path, 'the content is not what SHA256SUMS says'));
  }
  for (const path of files.keys())
    if (path !== SUMS && !sums.has(path)) findings.push(invalid(path, 'the file is not listed in SHA256SUMS'));
  return findings;
}

function isExactly(text: string, files: PackContents['files']): boolean {
  const reading = new ExactText(text);
  for (const [path, { sha256 }] of files) if (path !== SUMS && !reading.is(sumsLine(path, sha256))) return false;
  return reading.isAtEnd;
}

/** The members that no pack may lack. */
export const presenceErrors = ({ files }: PackContents): Finding[] =>
  [...REQUIRED, MANIFEST]
    .filter((path) => !files.has(path))
    .map((path) => missing(path, 'a pack always has this file'));

/** The manifest against the files: every file once, in order, with its size, digest, id, type and place. */
export function manifestErrors(
  { run_id, files: listed }: Manifest,
  packet: Packet,
  { files }: PackContents,
): Finding[] {
  const findings: Finding[] = [];
  const declared = declaredTypes(packet);
  const seen = new Set<string>();
  let before: string | null = null;
  for (const [index, file] of listed.entries()) {
    const { path, size, sha256, seq, evidence_id, media_type } = file;
    const wrong = (message: string): unknown => findings.push(invalid(`${MANIFEST}#/files/${index}`, message));
    const is = files.get(path);
    if (!is) findings.push(missing(path, 'listed in manifest.json and absent'));
    else if (is.size !== size || is.sha256 !== sha256) wrong(`size or digest of ${path} is not so`);
    if (seq !== index + 1) wrong(`seq is ${seq}, not ${index + 1}`);
    if (evidence_id !== evidenceId(run_id, index + 1)) wrong('evidence_id does not fit run and place');
    if (media_type !== mediaType(path, declared)) wrong(`media_type is not that of ${path}`);
    if (before !== null && byteOrder(before, path) >= 0) wrong('path is not in byte order, or twice');
    before = path;
    seen.add(path);
  }
  for (const path of files.keys())
    if (!seen.has(path) && path !== MANIFEST && path !== SUMS)
      findings.push(invalid(path, 'the file is not listed in manifest.json'));
  return findings;
}

/** Freshness: nothing in a pack was written before the run or after it (2-contracts.md). */
export function freshnessErrors(files: readonly Written[], started: string, finished: string): Finding[] {
  return files
    .filter(({ written_at }) => written_at < started || written_at > finished)
    .map(({ path, written_at }) =>
      finding('evidence_stale', `written at ${written_at}, the run is from ${started} to ${finished}`, path),
    );
}
