import { type Dirent, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Finding, finding } from '../../contracts/index.ts';
import { BLOCK, hashFile } from '../hashing.ts';
import { byteOrder } from '../layout.ts';

/** The allowlist of names. `<name>.dsse.json` is an ed25519 envelope, `<name>.sigstore.json` a Sigstore bundle. */
const NAME = /^[a-z0-9][a-z0-9-]{0,62}\.(dsse|sigstore)\.json$/;
export type SignatureKind = 'dsse' | 'sigstore';
const MOST_FILES = 64;
const MOST_BYTES = BLOCK;

/** Where the signatures of a pack lie when nobody says otherwise: beside it, whatever the pack's own folder or archive is called. */
export const signaturesFolder = (pack: string, runId: string): string =>
  join(dirname(resolve(pack)), `${runId}.signatures`);

export interface SignatureFile {
  kind: SignatureKind;
  /** Folder and file, as errors name it. */
  at: string;
  bytes: Buffer;
}

/** A signature that does not count; `at` is folder and file. */
export const refused = (at: string, message: string): Finding =>
  finding('evidence_invalid', message, at, 'Trust neither it nor the pack; take both again from where they were made.');

/** Reads the signatures in a folder; one that is absent holds none. Links are not followed, and nothing with another name has a place there. */
export function readSignatures(folder: string): { files: SignatureFile[]; errors: Finding[] } {
  const name = basename(resolve(folder));
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => byteOrder(a.name, b.name));
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    return { files: [], errors: code === 'ENOENT' ? [] : [refused(name, `cannot be read as a folder: ${code}`)] };
  }
  if (entries.length > MOST_FILES) return { files: [], errors: [refused(name, `more than ${MOST_FILES} signatures`)] };
  const files: SignatureFile[] = [];
  const errors: Finding[] = [];
  for (const entry of entries) {
    const at = `${name}/${entry.name}`;
    const kind = NAME.exec(entry.name)?.[1] as SignatureKind | undefined;
    if (kind === undefined) {
      errors.push(refused(at, 'the name is not that of a signature: *.dsse.json or *.sigstore.json'));
      continue;
    }
    const bytes = readSmall(join(folder, entry.name));
    if (typeof bytes === 'string') errors.push(refused(at, bytes));
    else files.push({ kind, at, bytes });
  }
  return { files, errors };
}

/** The bytes of a regular file, or why there are none. */
function readSmall(path: string): Buffer | string {
  const blocks: Buffer[] = [];
  let size = 0;
  const read = hashFile(path, Buffer.allocUnsafe(BLOCK), (block) => {
    size += block.length;
    if (size <= MOST_BYTES) blocks.push(Buffer.from(block));
  });
  if ('error' in read) return `cannot be read: ${read.error}`;
  return size > MOST_BYTES ? `larger than ${MOST_BYTES} bytes` : Buffer.concat(blocks);
}
