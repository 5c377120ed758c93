import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything below a folder, by path: type, mode, owner, size, modification time and content of each entry in one comparable text. */
export type Snapshot = ReadonlyMap<string, string>;

async function describe(path: string): Promise<string> {
  const stat = await lstat(path, { bigint: true });
  // A folder's size is the file system's affair; its modification time says that something came or went.
  const size = stat.isDirectory() ? '' : `${stat.size} bytes`;
  const facts = `mode ${stat.mode.toString(8)}, owner ${stat.uid}:${stat.gid}, modified ${stat.mtimeNs}, ${size}`;
  if (stat.isFile())
    return `${facts}, ${createHash('sha256')
      .update(await readFile(path))
      .digest('hex')}`;
  return stat.isSymbolicLink() ? `${facts}, to ${await readlink(path)}` : facts;
}

/** Reads a whole folder. One that is not there is empty. */
export async function snapshot(root: string): Promise<Snapshot> {
  const entries = new Map<string, string>();
  const visit = async (path: string, name: string): Promise<void> => {
    entries.set(name, await describe(path));
    if (!(await lstat(path)).isDirectory()) return;
    for (const child of (await readdir(path)).toSorted()) await visit(join(path, child), `${name}/${child}`);
  };
  if (
    await lstat(root).then(
      () => true,
      () => false,
    )
  )
    await visit(root, '.');
  return entries;
}

/** What is different between two moments, one line each, under the name that the folder has for people. Empty: not a byte. */
export function compareSnapshots(name: string, before: Snapshot, after: Snapshot): string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return paths.flatMap((path) => {
    const was = before.get(path);
    const is = after.get(path);
    if (was === is) return [];
    if (was === undefined) return [`${name}: ${path} is new`];
    return [is === undefined ? `${name}: ${path} is gone` : `${name}: ${path} was (${was}), is (${is})`];
  });
}
