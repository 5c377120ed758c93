import { fstatSync } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BLOCK } from '../hashing.ts';
import type { ArchiveIntake } from './archive-intake.ts';
import { blocksOf } from './part.ts';
import { TarReader } from './tar.ts';

/** Beyond this many unpacked bytes, gzip may not unpack to more than RATIO times its size. */
const FREE_BYTES = 2 ** 30;
const RATIO = 200;

/** A tar that was compressed as a whole is read in one pass. Throws where it is malformed. */
export async function readTgz(descriptor: number, intake: ArchiveIntake): Promise<void> {
  const tar = new TarReader(intake, false);
  const { size } = fstatSync(descriptor);
  const source = Readable.from(blocksOf(descriptor, 0, size));
  const gunzip = createGunzip({ chunkSize: BLOCK });
  source.once('error', (error) => gunzip.destroy(error));
  let unpacked = 0;
  for await (const block of source.pipe(gunzip)) {
    const bytes = block as Buffer;
    unpacked += bytes.length;
    if (unpacked > FREE_BYTES && unpacked > RATIO * size) throw new RangeError('it unpacks to far more than it is');
    tar.push(bytes);
  }
  // zlib stops at the end of the gzip stream and would leave what follows unread.
  if (gunzip.bytesWritten !== size) throw new TypeError('something follows the end of the compressed stream');
  tar.end();
}
