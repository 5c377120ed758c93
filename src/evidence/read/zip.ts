import { fstatSync } from 'node:fs';
import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl';
import { readJson, validateManifest } from '../../contracts/index.ts';
import { BLOCK } from '../hashing.ts';
import { MANIFEST } from '../layout.ts';
import type { ArchiveEntry, ArchiveIntake } from './archive-intake.ts';
import { blocksOf, eachBlock, fitsInMemory, type Part } from './part.ts';
import { WindowReader } from './zip-reader.ts';

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
 * Reads a zip archive, its directory and headers through yauzl. The archive must be exactly its entries, one after the other, and its directory: nothing before,
 * between, over or after them, so that no reader sees others (docs/adr/0054). The manifest is read first: what is not of the size that it says is not unpacked.
 */
export async function readZip(descriptor: number, intake: ArchiveIntake): Promise<void> {
  const { size } = fstatSync(descriptor);
  const options = { autoClose: false, strictFileNames: true, validateEntrySizes: true };
  const zip = await fromRandomAccessReaderPromise(new WindowReader(descriptor), size, options);
  try {
    if (zip.comment !== '') throw new TypeError('the archive has a comment');
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) {
      if (entries.length > 200_000) throw new RangeError('too many entries');
      entries.push(entry);
    }
    const starts = await checkPlaces(zip, entries);
    const first = entries.find(({ fileName }) => isManifest(fileName));
    const take = async (entry: Entry, sizes: Map<string, number> | null): Promise<void> =>
      await takeEntry(descriptor, entry, starts.get(entry) ?? 0, intake, sizes);
    if (first) await take(first, null);
    const sizes = manifestSizes(intake.whole.get(MANIFEST));
    for (const entry of entries) if (entry !== first) await take(entry, sizes);
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

/** Local headers that agree with the directory, and entries that lie side by side from the first byte on. Returns where the bytes of each begin. */
async function checkPlaces(zip: ZipFile, entries: readonly Entry[]): Promise<Map<Entry, number>> {
  const starts = new Map<Entry, number>();
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
    starts.set(entry, local.fileDataStart);
    end = local.fileDataStart + entry.compressedSize;
  }
  if (!TRAILERS.has(zip.fileSize - Number(zip.readEntryCursor)))
    throw new TypeError('something lies after the directory');
  if (!DESCRIPTORS.has(directoryStart(zip, entries) - end)) throw new TypeError('something lies before the directory');
  return starts;
}

/** Where the central directory begins, from where reading it ended: each of its records has a fixed part of 46 bytes (APPNOTE 4.3.12). */
const directoryStart = (zip: ZipFile, entries: readonly Entry[]): number =>
  Number(zip.readEntryCursor) -
  entries.reduce((sum, e) => sum + 46 + e.fileNameLength + e.extraFieldLength + e.fileCommentLength, 0);

async function takeEntry(
  descriptor: number,
  entry: Entry,
  at: number,
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
  const part: Part = { at, stored: entry.compressedSize, size, deflated: entry.isCompressed() };
  const whole = !part.deflated || fitsInMemory(part);
  const sink = intake.entry({ name, kind, size }, whole ? part : null);
  if (!sink) return;
  const pass = (block: Buffer): void => sink.block(block);
  if (whole) eachBlock(descriptor, part, Buffer.allocUnsafe(BLOCK), pass);
  else await inflateStreamed(descriptor, part, pass);
  sink.end();
}

/** What is too large to be inflated in memory, in one pass. Throws where it is not exactly what it is said to be. */
async function inflateStreamed(
  descriptor: number,
  { at, stored, size }: Part,
  take: (block: Buffer) => void,
): Promise<void> {
  const source = Readable.from(blocksOf(descriptor, at, stored));
  const inflate = createInflateRaw({ chunkSize: BLOCK });
  source.once('error', (error) => inflate.destroy(error));
  let unpacked = 0;
  for await (const block of source.pipe(inflate)) {
    unpacked += (block as Buffer).length;
    if (unpacked > size) break;
    take(block as Buffer);
  }
  if (unpacked !== size || inflate.bytesWritten !== stored)
    throw new TypeError('the compressed bytes do not make the declared ones');
}
