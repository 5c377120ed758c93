import { chmodSync, lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { finding } from '../contracts/index.ts';
import { shown } from '../inspect/index.ts';
import { byBytes, bytesUnder, type RawPath, repoPath } from './raw-path.ts';
import type { Walk, WalkedFile, Workspace } from './types.ts';

export interface WalkOptions {
  /** Entries (files, folders, anything) after which the walk gives up. */
  maxEntries: number;
}

/** What a walk has seen so far. */
interface Seen extends Walk {
  folders: Set<RawPath>;
  entries: number;
  /** Names of each file that has more than one: `dev:ino` -> links there are, and the paths seen. */
  linked: Map<string, { links: number; paths: RawPath[] }>;
}

/**
 * Looks at every entry of the workspace with lstat, before any git sees the tree, and follows nothing. Folders and files that cannot be read
 * are made readable; setuid and setgid bits are taken off (and reported). The workspace's own `.git` is left out, but must still be the folder
 * that was made at checkout. The engine's processes must be gone: nothing here defends against a tree that changes meanwhile.
 */
export function walk(workspace: Workspace, options: WalkOptions): Walk {
  const seen: Seen = {
    files: [],
    leftovers: [],
    findings: [],
    folders: new Set(),
    truncated: false,
    entries: 0,
    linked: new Map(),
  };
  // An engine may have closed the workspace itself: its mode is no part of any tree.
  chmodSync(workspace.dir, 0o700);
  checkOwnGit(workspace, seen);
  const todo: RawPath[] = [''];
  for (let folder = todo.pop(); folder !== undefined && !seen.truncated; folder = todo.pop()) {
    for (const name of names(workspace.dir, folder, seen)) {
      if (folder === '' && name === '.git') continue;
      seen.entries += 1;
      if (seen.entries > options.maxEntries) {
        seen.truncated = true;
        break;
      }
      const path = folder === '' ? name : `${folder}/${name}`;
      if (visit(workspace.dir, path, name, seen)) todo.push(path);
    }
  }
  if (seen.truncated) {
    const message = `the workspace holds more than ${options.maxEntries} entries`;
    seen.findings.push(finding('too_many_files', message, '', 'Have the engine leave fewer files.'));
  }
  checkHardLinks(seen);
  seen.files.sort((a, b) => byBytes(a.raw, b.raw));
  const { entries: _entries, linked: _linked, ...result } = seen;
  return result;
}

/** Notes one entry. True for a folder that is to be entered. */
function visit(root: string, path: RawPath, name: string, seen: Seen): boolean {
  const at = bytesUnder(root, path);
  let stat: Stats;
  try {
    stat = lstatSync(at);
  } catch (error) {
    unreadable(path, error, seen);
    return false;
  }
  if (name.toLowerCase() === '.git') {
    // git refuses this name in a tree in any case; what is inside is somebody else's configuration and is not looked at.
    leave(path, 'nested_repository', 'a repository of its own, or a spelling of `.git`', seen);
    return false;
  }
  if (stat.isDirectory()) return enter(at, path, stat, seen);
  if (stat.isSymbolicLink()) addSymlink(at, path, name, stat, seen);
  else if (stat.isFile()) addFile(at, path, stat, seen);
  else if (stat.isFIFO()) leave(path, 'fifo', 'a fifo', seen);
  else if (stat.isSocket()) leave(path, 'socket', 'a socket', seen);
  else leave(path, 'device', 'a device', seen);
  return false;
}

function enter(at: string | Buffer, path: RawPath, stat: Stats, seen: Seen): boolean {
  seen.folders.add(path);
  return (stat.mode & 0o700) === 0o700 || makeReadable(at, path, stat.mode | 0o700, seen);
}

function addSymlink(at: string | Buffer, path: RawPath, name: string, stat: Stats, seen: Seen): void {
  if (name.toLowerCase() === '.gitmodules') {
    // git refuses a symlink of this name in an index (CVE-2018-11235 and after), so it cannot be in the patch.
    leave(path, 'unreadable', 'a symlink named .gitmodules', seen);
    return;
  }
  seen.files.push(walked(path, 'symlink', stat, false, readlinkSync(at, 'latin1')));
}

function addFile(at: string | Buffer, path: RawPath, stat: Stats, seen: Seen): void {
  const executable = (stat.mode & 0o100) !== 0;
  if ((stat.mode & 0o6000) !== 0) {
    const bits = (stat.mode & 0o4000) === 0 ? 'setgid' : 'setuid';
    seen.findings.push(finding('unsafe_path', `${shown(repoPath(path))} has the ${bits} bit`, shown(repoPath(path))));
  }
  const mode = (stat.mode & 0o1777) | 0o400;
  if (mode !== (stat.mode & 0o7777) && !makeReadable(at, path, mode, seen)) return;
  if (stat.nlink > 1) {
    const id = `${stat.dev}:${stat.ino}`;
    const known = seen.linked.get(id) ?? { links: stat.nlink, paths: [] };
    known.paths.push(path);
    seen.linked.set(id, known);
  }
  seen.files.push(walked(path, 'file', stat, executable, null));
}

const walked = (
  raw: RawPath,
  kind: WalkedFile['kind'],
  stat: Stats,
  executable: boolean,
  target: string | null,
): WalkedFile => ({
  path: repoPath(raw),
  raw,
  kind,
  executable,
  size: stat.size,
  target,
  ino: stat.ino,
  uid: stat.uid,
  gid: stat.gid,
  mtimeMs: stat.mtimeMs,
  ctimeMs: stat.ctimeMs,
});

/** Something that is never part of the patch and always unsafe. */
function leave(path: RawPath, kind: Walk['leftovers'][number]['kind'], what: string, seen: Seen): void {
  const name = repoPath(path);
  seen.leftovers.push({ path: name, kind });
  seen.findings.push(finding('unsafe_path', `${shown(name)} is ${what}`, shown(name)));
}

function makeReadable(at: string | Buffer, path: RawPath, mode: number, seen: Seen): boolean {
  try {
    chmodSync(at, mode & 0o7777);
    return true;
  } catch (error) {
    unreadable(path, error, seen);
    return false;
  }
}

/** Another user's file, a path longer than the system's limit (4,096 bytes with the root): it cannot be inspected, so it is unsafe. */
function unreadable(path: RawPath, error: unknown, seen: Seen): void {
  leave(path, 'unreadable', `not readable (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`, seen);
}

function names(root: string, folder: RawPath, seen: Seen): string[] {
  try {
    return readdirSync(folder === '' ? root : bytesUnder(root, folder), 'latin1');
  } catch (error) {
    unreadable(folder === '' ? '.' : folder, error, seen);
    return [];
  }
}

/** A file with a name that the walk did not see has its content shared with something outside the tree. */
function checkHardLinks(seen: Seen): void {
  for (const { links, paths } of seen.linked.values()) {
    if (links === paths.length) continue;
    for (const path of paths) {
      const name = shown(repoPath(path));
      seen.findings.push(finding('unsafe_path', `${name} is a hard link to a file outside the workspace`, name));
    }
  }
}

/** The engine may have put another folder, a file or a symlink in the place of the `.git` that we made. */
function checkOwnGit({ dir, gitIdentity }: Workspace, seen: Seen): void {
  const stat = lstatSync(`${dir}/.git`, { throwIfNoEntry: false });
  if (stat?.isDirectory() && stat.dev === gitIdentity.dev && stat.ino === gitIdentity.ino) return;
  const message =
    stat === undefined ? 'the .git of the workspace was removed' : 'the .git of the workspace was replaced';
  seen.findings.push(finding('unsafe_path', message, '.git'));
}
