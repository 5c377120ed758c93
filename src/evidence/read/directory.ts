import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, InternalError } from '../../contracts/index.ts';
import { BLOCK, type Hashed, hashFile } from '../hashing.ts';
import { inByteOrder, invalid, MANIFEST } from '../layout.ts';
import { type HashedFile, Intake, MAX_FILES, notAFile, type PackContents, type Reading } from './intake.ts';
import { hashingThreads, WORTH_A_THREAD } from './parallel.ts';

/** What stands in a folder: regular files by path, in byte order, and everything that has no place in a pack. */
function list(folder: string): { paths: string[]; errors: Finding[] } {
  const paths: string[] = [];
  const errors: Finding[] = [];
  const folders = [''];
  for (let prefix = folders.pop(); prefix !== undefined; prefix = folders.pop()) {
    let entries: Dirent[];
    try {
      entries = readdirSync(join(folder, prefix), { withFileTypes: true });
    } catch (error) {
      errors.push(invalid(prefix, `the folder cannot be read: ${(error as NodeJS.ErrnoException).code ?? ''}`));
      continue;
    }
    if (entries.length === 0)
      errors.push(invalid(prefix === '' ? '.' : prefix, 'an empty folder has no place in a pack'));
    for (const entry of entries) {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      if (entry.isFile()) paths.push(path);
      else if (entry.isDirectory() && path.length <= 4096) folders.push(path);
      else errors.push(notAFile(path, entry.isSymbolicLink() ? 'a symbolic link' : 'a special file'));
    }
    if (paths.length + folders.length > MAX_FILES) {
      errors.push(invalid('.', `more than ${MAX_FILES} files`));
      break;
    }
  }
  const sorted = inByteOrder(paths);
  // What is no UTF-8 is told to us as U+FFFD, and would be read as the file that really has such a name.
  for (const [index, path] of sorted.entries())
    if (index > 0 && path === sorted[index - 1])
      errors.push(invalid(path, 'another file has a name that is not UTF-8'));
  return { paths: sorted, errors };
}

/** An entry of a manifest is not shorter by much. */
const ENTRY_BYTES = 250;

/** How much the manifest says there is: nothing is believed of it but whether more threads are worth their start. */
function guess(manifest: Buffer | undefined): { bytes: number; files: number } {
  let bytes = 0;
  for (const [, size] of manifest?.toString('latin1').matchAll(/"size":(\d{1,15})/g) ?? []) bytes += Number(size);
  return { bytes, files: (manifest?.length ?? 0) / ENTRY_BYTES };
}

/** Begins to read a pack that is a folder. Links are never followed, nothing but regular files is opened, large files are streamed. */
export function openDirectory(folder: string): Reading {
  const intake = new Intake();
  const read = new Map<string, Hashed>();
  const buffer = Buffer.allocUnsafe(BLOCK);
  const take = (path: string): void => {
    const sink = intake.sink(path);
    const result = hashFile(join(folder, path), buffer, sink?.block);
    if ('sha256' in result) sink?.end();
    read.set(path, result);
  };
  // The manifest first: threads for a large pack come up while this one lists the folders and reads the documents. A large one need not be looked into for that.
  const manifest = lstatSync(join(folder, MANIFEST), { throwIfNoEntry: false });
  const count = manifest?.isFile() ? manifest.size / ENTRY_BYTES : 0;
  const early = count >= WORTH_A_THREAD.files ? hashingThreads({ bytes: 0, files: count }) : null;
  if (manifest?.isFile()) take(MANIFEST);
  const threads = early ?? hashingThreads(guess(intake.whole.get(MANIFEST)));
  const listed = list(folder);
  const others = listed.paths.filter((path) => !Intake.wants(path));
  threads.start({ folder, paths: others }, others.length);
  for (const path of listed.paths) if (Intake.wants(path) && !read.has(path)) take(path);
  const contents = async (): Promise<PackContents> => {
    const hashed = (await threads.finish()).values();
    const files = new Map<string, HashedFile>();
    const errors: Finding[] = [];
    for (const path of listed.paths) {
      const result = read.get(path) ?? hashed.next().value;
      if (result === undefined) throw new InternalError(`${path} was not hashed`);
      if ('sha256' in result) files.set(path, result);
      else errors.push(invalid(path, `cannot be read: ${result.error}`));
    }
    const { whole, patch, logEnd } = intake;
    return { files, whole, patch, logEnd, errors: [...listed.errors, ...errors, ...intake.errors] };
  };
  return { whole: intake.whole, contents };
}
