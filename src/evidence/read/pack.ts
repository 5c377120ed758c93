import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { usage } from '../../contracts/index.ts';
import { ArchiveIntake, type FileSink } from './archive-intake.ts';
import { openDirectory } from './directory.ts';
import type { PackContents, Reading } from './intake.ts';
import { hashingThreads } from './parallel.ts';
import { packParts } from './share.ts';
import { TarReader } from './tar.ts';

export type Storage = 'folder' | 'tar' | 'tgz' | 'zip' | 'unknown';

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

/** What is read of a tar at once: a header, or more of a file that is looked into. */
const HEADER = 512;
const WINDOW = 256 << 10;

/** Headers, and the files that are looked into: the bytes of the others are left to the threads. */
function readTar(descriptor: number, intake: ArchiveIntake): void {
  const tar = new TarReader(intake, true);
  const window = Buffer.allocUnsafe(WINDOW);
  for (;;) {
    const at = tar.skip();
    const bytes = readSync(descriptor, window, 0, Math.min(Math.max(HEADER, tar.wanted), WINDOW), at);
    if (bytes === 0) break;
    tar.push(window, bytes);
  }
  tar.end();
}

/** Feeds an archive to an intake. What is malformed is an error of the contents: everything up to there has still been seen. */
async function readArchive(descriptor: number, storage: Storage, intake: ArchiveIntake): Promise<void> {
  try {
    if (storage === 'tar') readTar(descriptor, intake);
    else if (storage === 'tgz') await (await import('./tgz.ts')).readTgz(descriptor, intake);
    else if (storage === 'zip') await (await import('./zip.ts')).readZip(descriptor, intake);
    else throw new TypeError('neither a folder nor a tar, tgz or zip');
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
  const descriptor = openSync(path, 'r');
  const { size } = fstatSync(descriptor);
  // Threads for a large archive come up while this one reads what is where. What was compressed as a whole only one can read.
  const threads = hashingThreads(storage === 'tgz' ? { bytes: 0, files: 0 } : { bytes: size, files: 0 });
  const intake = new ArchiveIntake(also);
  await readArchive(descriptor, storage, intake);
  const { parts } = intake;
  threads.start({ descriptor, parts: packParts(parts) }, parts.length);
  const contents = async (): Promise<PackContents> => {
    const hashed = await threads.finish();
    closeSync(descriptor);
    return intake.contents(hashed);
  };
  return { whole: intake.whole, contents };
}
