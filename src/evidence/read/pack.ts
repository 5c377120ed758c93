import { closeSync, constants, createReadStream, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { usage } from '../../contracts/index.ts';
import { BLOCK } from '../hashing.ts';
import { ArchiveIntake, type FileSink } from './archive-intake.ts';
import { openDirectory } from './directory.ts';
import type { Reading } from './intake.ts';
import { TarReader } from './tar.ts';

export type Storage = 'folder' | 'tar' | 'tgz' | 'zip' | 'unknown';

/** Beyond this many unpacked bytes, gzip may not unpack to more than RATIO times its size. */
const FREE_BYTES = 2 ** 30;
const RATIO = 200;

/**
 * What a pack is stored as, by its content and not by its name.
 * @throws UserError where there is nothing at `path`, or something that is neither folder nor regular file.
 */
export function storageOf(path: string): Storage {
  let fd: number;
  try {
    if (statSync(path).isDirectory()) return 'folder';
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw usage(`there is no pack at ${path} (${code})`, path, 'Name a run folder, or a tar, tgz or zip of one.');
  }
  try {
    if (!fstatSync(fd).isFile())
      throw usage(`${path} is no file`, path, 'Name a run folder, or a tar, tgz or zip of one.');
    const head = Buffer.alloc(512);
    const bytes = readSync(fd, head, 0, head.length, 0);
    if (head[0] === 0x1f && head[1] === 0x8b) return 'tgz';
    if (head.toString('latin1', 0, 2) === 'PK') return 'zip';
    return bytes === 512 && head.toString('latin1', 257, 262) === 'ustar' ? 'tar' : 'unknown';
  } finally {
    closeSync(fd);
  }
}

/** A plain tar is read with one reused buffer: a stream would allocate a new one for every block. */
function readTar(path: string, tar: TarReader): void {
  const fd = openSync(path, 'r');
  const buffer = Buffer.allocUnsafe(BLOCK);
  try {
    for (let bytes = readSync(fd, buffer, 0, BLOCK, null); bytes > 0; bytes = readSync(fd, buffer, 0, BLOCK, null))
      tar.push(buffer.subarray(0, bytes));
  } finally {
    closeSync(fd);
  }
}

async function readTgz(path: string, tar: TarReader): Promise<void> {
  const { size } = statSync(path);
  const source = createReadStream(path, { highWaterMark: BLOCK });
  const gunzip = createGunzip({ chunkSize: BLOCK });
  source.once('error', (error) => gunzip.destroy(error));
  let unpacked = 0;
  for await (const block of source.pipe(gunzip)) {
    const bytes = block as Buffer;
    unpacked += bytes.length;
    if (unpacked > FREE_BYTES && unpacked > RATIO * size) throw new RangeError('it unpacks to far more than it is');
    tar.push(bytes);
  }
  // zlib stops at the end of the gzip stream and would leave what follows unread.
  if (gunzip.bytesWritten !== size) throw new TypeError('something follows the end of the compressed stream');
}

/** Feeds an archive to an intake. What is malformed is an error of the contents: everything up to there has still been seen. */
async function readArchive(path: string, storage: Storage, intake: ArchiveIntake): Promise<void> {
  try {
    if (storage === 'zip') return await (await import('./zip.ts')).readZip(path, intake);
    if (storage === 'unknown') throw new TypeError('neither a folder nor a tar, tgz or zip');
    const tar = new TarReader(intake);
    if (storage === 'tgz') await readTgz(path, tar);
    else readTar(path, tar);
    tar.end();
  } catch (error) {
    intake.error('.', `the archive cannot be read: ${(error as Error).message}`);
  }
}

/**
 * Begins to read a pack however it is stored. `also` is asked for a further sink for every member of an archive.
 * @throws UserError where there is none; everything else is in the `errors` of the contents.
 */
export async function openReading(path: string, also?: (path: string) => FileSink | null): Promise<Reading> {
  const storage = storageOf(path);
  if (storage === 'folder') return openDirectory(path);
  const intake = new ArchiveIntake(also);
  await readArchive(path, storage, intake);
  const contents = intake.contents();
  return { whole: contents.whole, contents: async () => contents };
}
