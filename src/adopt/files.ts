import { link, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { usage, type UserError } from '../contracts/index.ts';
import { openBeneath } from '../git/index.ts';
import type { Existing } from './plan.ts';
import type { Planned } from './types.ts';

const MAX_BYTES = 1 << 20;

/**
 * Reads files of a work tree. Throws a UserError for anything in their place that is no regular UTF-8 file: a link there would let init write, and doctor read, somewhere else.
 */
export async function readFiles(root: string, paths: readonly string[]): Promise<Existing> {
  const found: Record<string, string | null> = {};
  for (const path of paths) found[path] = await readText(root, path);
  return found;
}

async function readText(root: string, path: string): Promise<string | null> {
  const file = await openBeneath(root, path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw notPlain(path);
  });
  if (file === null) return null;
  try {
    if ((await file.stat()).size > MAX_BYTES) throw notPlain(path);
    const text = textOf(await file.readFile());
    if (text === null) throw notPlain(path);
    return text;
  } finally {
    await file.close();
  }
}

/** Null where it is not UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException | null)?.code;

const notPlain = (path: string): UserError =>
  usage(
    `${path} is no regular UTF-8 file below the repository`,
    path,
    'Put a plain file there, or nothing: links are not followed.',
  );

const changed = (path: string): UserError =>
  usage(`${path} changed while you were asked`, path, 'Run init again: it reads everything anew.');

/**
 * Writes what a plan says, each file whole or not at all: beside its place first, then moved there. A file that somebody else wrote in the meantime is never overwritten; what was
 * written before that stays, and running it again goes on from there.
 */
export async function writeFiles(root: string, plan: readonly Planned[]): Promise<void> {
  // link(2), for a new file, refuses where something is by now; rename(2) would replace it.
  for (const { path, before, after } of plan) {
    if (after === null) continue;
    await makeFolders(root, dirname(path));
    const target = join(root, path);
    const beside = join(dirname(target), `.${basename(path)}.${process.pid}.new`);
    try {
      await writeWhole(beside, after);
      if ((await readText(root, path)) !== before) throw changed(path);
      if (before === null) await link(beside, target);
      else await rename(beside, target);
    } catch (error) {
      throw codeOf(error) === 'EEXIST' ? changed(path) : error;
    } finally {
      await rm(beside, { force: true });
    }
  }
}

async function makeFolders(root: string, folder: string): Promise<void> {
  let path = root;
  for (const name of folder.split('/').filter((part) => part !== '.')) {
    path = join(path, name);
    const at = await lstat(path).catch(() => null);
    if (at === null) await mkdir(path);
    else if (!at.isDirectory()) throw notPlain(path.slice(root.length + 1));
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
