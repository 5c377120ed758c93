import { type Finding, finding, type Manifest, type ManifestFile, type Packet } from '../../contracts/index.ts';
import { byteOrder, invalid, MANIFEST, REQUIRED, SUMS } from '../layout.ts';
import { buildManifest } from '../manifest.ts';
import type { PackContents } from '../read/index.ts';
import { parseSums, renderSums } from '../sums.ts';

const missing = (path: string, message: string): Finding => finding('evidence_missing', message, path);

/** SHA256SUMS against the files: form, order, every listed file there, no other file, every digest. */
export function sumsErrors({ files, whole }: PackContents): Finding[] {
  const text = whole.get(SUMS)?.toString('utf8');
  if (text === undefined) return [missing(SUMS, 'SHA256SUMS is absent')];
  const digests = [...files].filter(([path]) => path !== SUMS).map(([path, { sha256 }]) => [path, sha256] as const);
  if (text === renderSums(new Map(digests))) return [];
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

/** The members that no pack may lack. */
export const presenceErrors = ({ files }: PackContents): Finding[] =>
  [...REQUIRED, MANIFEST]
    .filter((path) => !files.has(path))
    .map((path) => missing(path, 'a pack always has this file'));

/** All but the place in the list, which is judged apart. */
const sameFile = (a: ManifestFile, b: ManifestFile): boolean =>
  a.size === b.size &&
  a.sha256 === b.sha256 &&
  a.evidence_id === b.evidence_id &&
  a.media_type === b.media_type &&
  a.written_at === b.written_at;

/** The manifest against the files: every file once, in order, with its size, digest, id, type and place. */
export function manifestErrors(manifest: Manifest, packet: Packet, { files }: PackContents): Finding[] {
  const listed = new Map(manifest.files.map((file) => [file.path, file]));
  const findings: Finding[] = [];
  if (listed.size !== manifest.files.length) findings.push(invalid(MANIFEST, 'a path stands twice'));
  const present = [...files].filter(([path]) => path !== MANIFEST && path !== SUMS);
  for (const [path] of listed) if (!files.has(path)) findings.push(missing(path, 'listed in manifest.json and absent'));
  for (const [path] of present)
    if (!listed.has(path)) findings.push(invalid(path, 'the file is not listed in manifest.json'));
  const expected = buildManifest(
    manifest.run_id,
    packet,
    present.map(([path, file]) => ({ path, ...file })),
    (path) => listed.get(path)?.written_at ?? '',
  );
  for (const file of expected.files) {
    const said = listed.get(file.path);
    if (said && !sameFile(said, file))
      findings.push(invalid(`${MANIFEST}#/files/${said.seq - 1}`, `what it says of ${file.path} is not so`));
  }
  for (const [index, { path, seq }] of manifest.files.entries()) {
    const before = manifest.files[index - 1]?.path;
    if (seq !== index + 1) findings.push(invalid(`${MANIFEST}#/files/${index}/seq`, `is ${seq}, not ${index + 1}`));
    if (before !== undefined && byteOrder(before, path) >= 0)
      findings.push(invalid(`${MANIFEST}#/files/${index}/path`, 'is not in byte order'));
  }
  return findings;
}

/** Freshness: nothing in a pack was written before the run or after it (2-contracts.md). */
export function freshnessErrors(manifest: Manifest, started: string, finished: string): Finding[] {
  return manifest.files
    .filter(({ written_at }) => written_at < started || written_at > finished)
    .map(({ path, written_at }) =>
      finding('evidence_stale', `written at ${written_at}, the run is from ${started} to ${finished}`, path),
    );
}
