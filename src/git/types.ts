import type { Digest, Finding, RepoPath, Sha } from '../contracts/index.ts';
import type { Leftover, RawChange, TreeEntry } from '../inspect/index.ts';

export type ObjectFormat = 'sha1' | 'sha256';

/** DIR as a source of objects and refs. Nothing of it is ever executed and nothing in it is ever written. */
export interface Source {
  /** Real path of DIR. */
  dir: string;
  /** The git directory of this work tree, and the one it shares with others (the same but for linked work trees). */
  gitDir: string;
  commonDir: string;
  bare: boolean;
  objectFormat: ObjectFormat;
  /** DIR's object directory and every alternate of it, real paths, in order. */
  objectDirs: string[];
  /** `refs/…` (a full name) or `HEAD` -> the object it names (maybe a tag); null where there is none. */
  resolveRef(name: string): Promise<Sha | null>;
  /** `refs/remotes/origin/HEAD`'s target, else the branch that HEAD names; null where there is neither. */
  defaultRef(): Promise<string | null>;
  /** Every ref with its object id, sorted by name. */
  refs(): Promise<{ name: string; sha: Sha }[]>;
}

export interface ListedEntry extends TreeEntry {
  /** The path's bytes, one character each (latin1): what a file system is asked for. */
  raw: string;
  type: 'blob' | 'commit';
  sha: Sha;
}

/** Our own bare git directory: objects of DIR as alternates, and none of DIR's configuration, hooks, attributes, grafts or replacements. */
export interface Baseline {
  gitDir: string;
  objectFormat: ObjectFormat;
  source: Source;
  /** The commit that an object id (commit or tag) peels to, and its tree; null where it is not here or is no commit. */
  commit(sha: Sha): Promise<{ sha: Sha; tree: Sha } | null>;
  /** One regular file of a commit or tree; null where there is none. Throws a UserError above `maxBytes`. */
  readBlob(treeish: Sha, path: string, maxBytes: number): Promise<Buffer | null>;
  /** Files below `prefix` (a folder without the last slash, or '' for all), sorted by byte order of the path; `prefix` itself where it is no folder. */
  list(treeish: Sha, prefix: string): Promise<ListedEntry[]>;
  isAncestor(ancestor: Sha, descendant: Sha): Promise<boolean>;
  /** Commits reachable from `base` by the packet ids in their `Countersign-Packet` trailers. */
  packetCommits(base: Sha): Promise<ReadonlyMap<string, Sha[]>>;
  /** Commits of `head` that `base` has not and that a packet made: by the words of our trailers anywhere in the message, or by a packet file. A handful at most. */
  packetsBetween(base: Sha, head: Sha): Promise<Sha[]>;
}

/** State of DIR, for gate `clean_base` and for `protected_roots`: paths in byte order; all empty for a bare repository. */
export interface SourceStatus {
  head: Sha | null;
  staged: RepoPath[];
  unstaged: RepoPath[];
  untracked: RepoPath[];
  /** Over HEAD, refs, config bytes, index entries and the three lists; no times, no inodes. */
  digest: Digest;
}

/** A checkout of `tree` that nobody was let near. `indexFile` lists its files; their stat data are those of the checkout that it was copied from. */
export interface Pristine {
  dir: string;
  tree: Sha;
  indexFile: string;
}

/** The engine's working copy: the files of the base, and a `.git` of its own whose objects are reached through `objectMounts`. */
export interface Workspace {
  dir: string;
  baseCommit: Sha;
  baseTree: Sha;
  /** Must be bound read-only at `target` for git to work inside the sandbox. Nothing outside the sandbox runs git in there. */
  objectMounts: { source: string; target: string }[];
  /** Our copy of the index, written at checkout: what the walk is compared with. Never shown to the engine. */
  indexFile: string;
  /** Identity of the workspace's own `.git` folder at checkout. */
  gitIdentity: { dev: number; ino: number };
}

export interface WalkedFile {
  path: RepoPath;
  /** The path's bytes, one character each: names need not be UTF-8. */
  raw: string;
  kind: 'file' | 'symlink';
  executable: boolean;
  size: number;
  /** Symlinks alone. */
  target: string | null;
  ino: number;
  uid: number;
  gid: number;
  mtimeMs: number;
  ctimeMs: number;
}

/** What `lstat` says about every entry of a workspace, without git. */
export interface Walk {
  files: WalkedFile[];
  /** Special files, nested repositories and what cannot be read: never part of the patch. */
  leftovers: Leftover[];
  /** What is unsafe and cannot be said by a diff: `.git` spellings that git refuses, setuid bits, hard links to outside, a replaced `.git`. */
  findings: Finding[];
  /** Raw paths of folders that exist (for gitlinks of the base, which are empty folders in a work tree). */
  folders: ReadonlySet<string>;
  /** More entries than the cap: nothing can be said about the rest, and no tree is made. */
  truncated: boolean;
}

/** The tree that the workspace holds. `tree` is null if it was not hashed (`whyNot`); `changes` is then what stat data alone can tell. */
export interface ResultTree {
  tree: Sha | null;
  whyNot: 'too_large' | 'too_many_entries' | null;
  /** Bytes by which changed files grew: at least the size of the patch for text. */
  growth: number;
  /** What made it impossible to say which new files are ignored. */
  findings: Finding[];
  changes: RawChange[];
  leftovers: Leftover[];
  entries: TreeEntry[];
  symlinks: ReadonlyMap<string, string>;
}
