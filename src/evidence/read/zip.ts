import type { Readable } from 'node:stream';
import type { Entry, ZipFile } from 'yauzl';
import { readJson, validateManifest } from '../../contracts/index.ts';
import { MANIFEST } from '../layout.ts';
import type { ArchiveEntry, ArchiveIntake } from './archive-intake.ts';

const UNIX = 3;
const TYPE_MASK = 0o170000;
const TYPES: Readonly<Record<number, ArchiveEntry['kind']>> = {
  0: 'file',
  0o100000: 'file',
  0o040000: 'folder',
  0o120000: 'link',
};
/** A data descriptor after an entry: with or without signature, 32 or 64 bit sizes (APPNOTE 4.3.9). */
const DESCRIPTORS = new Set([0, 12, 16, 20, 24]);

/** What ends the file after the directory: its end record, without or with the two of zip64 (APPNOTE 4.3.14 to 4.3.16). */
const TRAILERS = new Set([22, 22 + 56 + 20]);

/**
 * Reads a zip archive through yauzl. The archive must be exactly its entries, one after the other, and its directory: nothing before, between, over
 * or after them, so that no reader sees others (docs/adr/0054). The manifest is read first: what is not of the size that it says is not unpacked.
 */
export async function readZip(file: string, intake: ArchiveIntake): Promise<void> {
  const yauzl = await import('yauzl');
  const zip = await yauzl.openPromise(file, { autoClose: false, strictFileNames: true, validateEntrySizes: true });
  try {
    if (zip.comment !== '') throw new TypeError('the archive has a comment');
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) {
      if (entries.length > 200_000) throw new RangeError('too many entries');
      entries.push(entry);
    }
    await checkPlaces(zip, entries);
    const first = entries.filter(({ fileName }) => isManifest(fileName)).slice(0, 1);
    for (const entry of first) await take(zip, entry, intake, null);
    const sizes = manifestSizes(intake.document(MANIFEST));
    for (const entry of entries) if (!first.includes(entry)) await take(zip, entry, intake, sizes);
  } finally {
    zip.close();
  }
}

const isManifest = (name: string): boolean => name.split('/').at(-1) === MANIFEST && name.split('/').length <= 2;

function manifestSizes(bytes: Buffer | undefined): Map<string, number> | null {
  const json = bytes ? readJson(bytes.toString('utf8')) : null;
  const manifest = json?.ok ? validateManifest(json.value) : null;
  return manifest?.ok ? new Map(manifest.value.files.map(({ path, size }) => [path, size])) : null;
}

/** Local headers that agree with the directory, and entries that lie side by side from the first byte on. */
async function checkPlaces(zip: ZipFile, entries: readonly Entry[]): Promise<void> {
  let end = 0;
  for (const entry of entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader)) {
    const local = await zip.readLocalFileHeaderPromise(entry);
    const gap = entry.relativeOffsetOfLocalHeader - end;
    if (gap < 0) throw new TypeError('entries lie over each other');
    if (!(end === 0 ? gap === 0 : DESCRIPTORS.has(gap))) throw new TypeError('something lies between the entries');
    if (!local.fileName.equals(entry.fileNameRaw) || !Buffer.from(entry.fileName).equals(entry.fileNameRaw))
      throw new TypeError('an entry has two names');
    if (local.compressionMethod !== entry.compressionMethod)
      throw new TypeError('an entry has two kinds of compression');
    end = local.fileDataStart + entry.compressedSize;
  }
  if (!TRAILERS.has(zip.fileSize - Number(zip.readEntryCursor)))
    throw new TypeError('something lies after the directory');
  if (!DESCRIPTORS.has(directoryStart(zip, entries) - end)) throw new TypeError('something lies before the directory');
}

/** Where the central directory begins, from where reading it ended: each of its records has a fixed part of 46 bytes (APPNOTE 4.3.12). */
const directoryStart = (zip: ZipFile, entries: readonly Entry[]): number =>
  Number(zip.readEntryCursor) -
  entries.reduce((sum, e) => sum + 46 + e.fileNameLength + e.extraFieldLength + e.fileCommentLength, 0);

async function take(
  zip: ZipFile,
  entry: Entry,
  intake: ArchiveIntake,
  sizes: Map<string, number> | null,
): Promise<void> {
  const { fileName: name, uncompressedSize: size } = entry;
  const mode = entry.versionMadeBy >> 8 === UNIX ? (entry.externalFileAttributes >>> 16) & TYPE_MASK : 0;
  const kind = name.endsWith('/') ? 'folder' : (TYPES[mode] ?? 'special');
  if (kind === 'folder' && size > 0) throw new TypeError(`${JSON.stringify(name)} is no file and has content`);
  if (entry.isEncrypted() || !entry.canDecodeFileData())
    return intake.error(name, 'the entry is encrypted or packed in an unknown way');
  const said = sizes?.get(name) ?? sizes?.get(name.slice(name.indexOf('/') + 1));
  if (said !== undefined && said !== size) return intake.error(name, `has ${size} bytes, the manifest says ${said}`);
  const sink = intake.entry({ name, kind, size });
  if (!sink) return;
  const stream: Readable = await zip.openReadStreamPromise(entry);
  for await (const block of stream) sink.block(block as Buffer);
  sink.end();
}
