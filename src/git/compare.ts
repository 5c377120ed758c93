import type { IndexEntry } from './index-file.ts';
import type { RawPath } from './raw-path.ts';
import type { Walk, WalkedFile } from './types.ts';

/** What a walk says about the entries of the checkout's index. All lists in byte order of the path. */
export interface Comparison {
  /** Files that are not in the base. */
  fresh: WalkedFile[];
  /** Files of the base whose stat data or mode differ: maybe changed. */
  touched: { file: WalkedFile; entry: IndexEntry }[];
  /** Entries of the base that are gone. */
  deleted: IndexEntry[];
  /** Entries that are as they were. */
  same: IndexEntry[];
}

/**
 * Compares without reading a file, as git does (racy-git.adoc): a file whose times, owner, inode and size are those of the checkout is
 * unchanged, unless it was written at or after the moment the index was. A change that this misses is not in the patch, so it is neither
 * verified nor merged.
 */
export function compareWithIndex(walk: Walk, index: readonly IndexEntry[], indexMtimeMs: number): Comparison {
  const entries = new Map<RawPath, IndexEntry>(index.map((entry) => [entry.path, entry]));
  const found: Comparison = { fresh: [], touched: [], deleted: [], same: [] };
  const inFolders = new Set<RawPath>();
  for (const file of walk.files) {
    const entry = entries.get(file.raw);
    if (entry === undefined || entry.mode === '160000') {
      found.fresh.push(file);
      addFolders(file.raw, inFolders);
    } else {
      entries.delete(file.raw);
      if (isUntouched(file, entry, indexMtimeMs)) found.same.push(entry);
      else found.touched.push({ file, entry });
    }
  }
  for (const entry of entries.values()) {
    // A submodule of the base is an empty folder in a checkout; files put into it make it an ordinary folder.
    const isKept = entry.mode === '160000' && walk.folders.has(entry.path) && !inFolders.has(entry.path);
    (isKept ? found.same : found.deleted).push(entry);
  }
  return found;
}

const isUntouched = (file: WalkedFile, entry: IndexEntry, indexMtimeMs: number): boolean =>
  modeOf(file) === entry.mode &&
  file.size % 2 ** 32 === entry.size &&
  file.mtimeMs === entry.mtimeMs &&
  file.ctimeMs === entry.ctimeMs &&
  file.ino % 2 ** 32 === entry.ino &&
  file.uid === entry.uid &&
  file.gid === entry.gid &&
  file.ctimeMs < indexMtimeMs;

/** The mode that git gives a file: it knows the owner's executable bit and nothing else. */
export const modeOf = (file: WalkedFile): '100644' | '100755' | '120000' =>
  file.kind === 'symlink' ? '120000' : file.executable ? '100755' : '100644';

function addFolders(path: RawPath, folders: Set<RawPath>): void {
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    const folder = path.slice(0, slash);
    if (folders.has(folder)) return;
    folders.add(folder);
  }
}
