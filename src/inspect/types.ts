import type { Finding, RepoPath, ReportChangedFile, Sha } from '../contracts/index.ts';

/** A git file mode as raw git prints it: `100644`, `100755`, `120000` (symlink), `160000` (gitlink); `000000` where there is no file. */
export type GitMode = '000000' | '100644' | '100755' | '120000' | '160000';

export type ChangeKind = 'added' | 'modified' | 'deleted' | 'renamed' | 'type_changed';

/** One line of the raw diff between base and result. `oldPath` is set for renames alone. */
export interface RawChange {
  kind: ChangeKind;
  path: RepoPath;
  oldPath: RepoPath | null;
  mode: GitMode;
  oldMode: GitMode;
  /** Object ids; null where there is no file, or where the content was not hashed because the patch is too large anyway. */
  sha: Sha | null;
  oldSha: Sha | null;
  /** Lines; null for binary files. */
  added: number | null;
  removed: number | null;
}

/** One entry of the whole result tree (files, symlinks, gitlinks; no folders). */
export interface TreeEntry {
  path: RepoPath;
  mode: GitMode;
  sha: Sha | null;
}

/** What lies in the workspace at the end and is not part of the patch. */
export interface Leftover {
  path: RepoPath;
  kind: 'ignored' | 'scratch' | 'fifo' | 'socket' | 'device' | 'nested_repository' | 'unreadable';
}

/** Where something that looks like a secret was found. The secret itself is never kept. */
export interface SecretHit {
  path: RepoPath;
  /** From 1; null where it is in the name of a file. */
  line: number | null;
  /** What kind of secret, for example `AWS access key`. */
  rule: string;
  form: 'raw' | 'base64' | 'hex' | 'url' | 'split' | 'name';
}

/** What inspection judges: plain data, collected by src/git. */
export interface InspectionInput {
  changes: readonly RawChange[];
  /** The whole result tree: collisions and symlinks are judged against all of it. */
  tree: readonly TreeEntry[];
  /** Target of every symlink in the result tree. */
  symlinks: ReadonlyMap<string, string>;
  leftovers: readonly Leftover[];
  /** Findings of the walk (unsafe kinds and names that git cannot even hold). */
  walkFindings: readonly Finding[];
  allowed: readonly string[];
  forbidden: readonly string[];
  /** Protected paths that config *and* packet name exactly. */
  allowProtected: readonly string[];
  scratch: readonly string[];
  limits: { changed_files: number; patch_bytes: number };
  /** Size of the patch in bytes, or the lower bound that was enough to know that it is too large. */
  patchBytes: number;
  expectsChanges: boolean;
  secrets: readonly SecretHit[];
}

/** One member of `changed_files` in report.json. */
export type ChangedFile = ReportChangedFile;

export interface InspectionResult {
  findings: Finding[];
  changedFiles: ChangedFile[];
  allowedWritesPassed: boolean;
  forbiddenPathsPassed: boolean;
}

/** Content of one side of one change, streamed. `before` is the base's version of it; a symlink's content is its target. */
export interface ChangedContent {
  /** The path of the change, for both sides of a rename too. */
  path: RepoPath;
  side: 'before' | 'after';
  chunks: AsyncIterable<Uint8Array>;
}
