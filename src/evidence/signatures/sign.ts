import { lstatSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalText, type Digest, usage } from '../../contracts/index.ts';
import { signStatement } from './envelope.ts';
import { signaturesFolder } from './folder.ts';
import type { Key } from './keys.ts';
import { packStatement } from './statement.ts';

/**
 * Signs a pack that was verified, and writes the envelope to `<run_id>.signatures/` beside it. The same key gives the same file again.
 *
 * @param folder another place for it; null for the usual one.
 * @returns the path of the file. Throws a UserError where it cannot be written.
 */
export function signPack(
  pack: { path: string; runId: string; digest: Digest },
  key: Key,
  folder: string | null,
): string {
  const place = folder ?? signaturesFolder(pack.path, pack.runId);
  const file = join(place, `ed25519-${key.id.slice('sha256:'.length, 'sha256:'.length + 16)}.dsse.json`);
  const partial = `${file}.${process.pid}.partial`;
  try {
    mkdirSync(place, { recursive: true });
    if (!lstatSync(place).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
    writeFileSync(partial, `${canonicalText(signStatement(packStatement(pack.runId, pack.digest), key))}\n`, {
      flag: 'wx',
    });
    renameSync(partial, file);
  } catch (error) {
    const { code = 'unwritable' } = error as NodeJS.ErrnoException;
    throw usage(`the signature cannot be written: ${code}`, place, 'Name a folder for it with --signatures.');
  }
  return file;
}
