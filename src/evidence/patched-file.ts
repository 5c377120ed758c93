import { createHash } from 'node:crypto';
import { gitPath, samePath } from './git-path.ts';

/** One file of a patch as its headers and hunks have it. Patches hold no renames: both sides stand there as what they are. */
export interface PatchedFile {
  path: string;
  kind: 'added' | 'modified' | 'deleted';
  mode: string;
  oldMode: string;
  /** Lines; null for binary content. */
  added: number | null;
  removed: number | null;
}

/** What is known of a file of a patch while it is being read. */
export interface Draft {
  rest: string;
  oldMode: string | null;
  mode: string | null;
  created: boolean;
  deleted: boolean;
  minus: string | null;
  plus: string | null;
  ids: [string, string] | null;
  binary: boolean;
  added: number;
  removed: number;
  content: Buffer[] | null;
  bytes: number;
}

export const newDraft = (rest: string): Draft => ({
  rest,
  oldMode: null,
  mode: null,
  created: false,
  deleted: false,
  minus: null,
  plus: null,
  ids: null,
  binary: false,
  added: 0,
  removed: 0,
  content: null,
  bytes: 0,
});

const ABSENT = '000000';
const MODE = /^(?:100644|100755|120000|160000)$/;

/** The id that git gives these bytes as a blob; SHA-1 or SHA-256 by the length of ids around it. */
export function blobId(content: readonly Buffer[], length: number): string {
  const bytes = content.reduce((sum, part) => sum + part.length, 0);
  const hash = createHash(length === 40 ? 'sha1' : 'sha256').update(`blob ${bytes}\0`);
  for (const part of content) hash.update(part);
  return hash.digest('hex');
}

const known = (mode: string | null, absent: boolean): mode is string => mode !== null && (absent || MODE.test(mode));

/** The file that a draft's headers describe, or what is wrong with them. */
export function described(draft: Draft): PatchedFile | string {
  const path = samePath(draft.rest);
  if (path === null) return 'the header of a file does not say its path';
  const expected = [draft.created ? '/dev/null' : `a/${path}`, draft.deleted ? '/dev/null' : `b/${path}`];
  // git ends a name that holds a blank with a tab here.
  const differs = (side: string | null, index: number): boolean =>
    side !== null && gitPath(side.replace(/\t$/, '')) !== expected[index];
  if ([draft.minus, draft.plus].some(differs))
    return `the --- and +++ lines of ${JSON.stringify(path)} name something else`;
  const mode = draft.deleted ? ABSENT : draft.mode;
  const oldMode = draft.created ? ABSENT : draft.oldMode;
  if (!known(mode, draft.deleted) || !known(oldMode, draft.created) || (draft.created && draft.deleted))
    return `${JSON.stringify(path)} has no mode that git knows`;
  return {
    path,
    kind: draft.created ? 'added' : draft.deleted ? 'deleted' : 'modified',
    mode,
    oldMode,
    added: draft.binary ? null : draft.added,
    removed: draft.binary ? null : draft.removed,
  };
}
