import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../contracts/index.ts';
import { BLOCK, hashFile } from '../hashing.ts';
import { invalid, MANIFEST } from '../layout.ts';
import { Intake, MAX_FILES, notAFile, type PackContents } from './intake.ts';
import { hashPaths } from './parallel.ts';

/** What stands in a folder: regular files by path, and everything that has no place in a pack. */
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
  return { paths, errors };
}

/** Sizes as the manifest tells them: nothing is believed of them but whether a second thread is worth its start. */
function guess(manifest: Buffer | undefined): number {
  const sizes = manifest?.toString('latin1').matchAll(/"size":(\d{1,15})/g) ?? [];
  let sum = 0;
  for (const [, size] of sizes) sum += Number(size);
  return sum;
}

/** Reads a pack that is a folder. Links are never followed, nothing but regular files is opened, large files are streamed. */
export async function readDirectory(folder: string): Promise<PackContents> {
  const { paths, errors } = list(folder);
  const intake = new Intake();
  const files = new Map<string, { size: number; sha256: string }>();
  const buffer = Buffer.allocUnsafe(BLOCK);
  const wanted = paths.filter((path) => Intake.wants(path));
  // The manifest first: it says how much there is to hash.
  for (const path of wanted.toSorted((a, b) => Number(b === MANIFEST) - Number(a === MANIFEST))) {
    const sink = intake.sink(path);
    const result = hashFile(join(folder, path), buffer, sink?.block);
    if ('error' in result) errors.push(invalid(path, `cannot be read: ${result.error}`));
    else {
      sink?.end();
      files.set(path, result);
    }
  }
  const others = paths.filter((path) => !Intake.wants(path));
  for (const { path, size, sha256 } of await hashPaths(folder, others, guess(intake.whole.get(MANIFEST)))) {
    if (sha256 === null) errors.push(invalid(path, 'cannot be read as a regular file'));
    else files.set(path, { size, sha256 });
  }
  const { whole, patch, logEnd } = intake;
  return { files, whole, patch, logEnd, errors: [...errors, ...intake.errors] };
}
