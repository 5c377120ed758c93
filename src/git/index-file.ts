import { asSha, InternalError } from '../contracts/index.ts';
import type { GitMode } from '../inspect/index.ts';
import type { RawPath } from './raw-path.ts';
import type { ObjectFormat } from './types.ts';

/** One entry of an index: what git saw when it wrote the file. Times in milliseconds, sizes modulo 2^32 (gitformat-index(5)). */
export interface IndexEntry {
  path: RawPath;
  mode: GitMode;
  sha: ReturnType<typeof asSha>;
  ctimeMs: number;
  mtimeMs: number;
  ino: number;
  uid: number;
  gid: number;
  size: number;
}

const HEADER = 12;
const STAT = 40;
const EXTENDED = 0x4000;
const STAGE = 0x3000;

/** Milliseconds exactly as Node's `Stats` computes them from seconds and nanoseconds, so that the two can be compared with ===. */
const milliseconds = (bytes: Buffer, at: number): number =>
  bytes.readUInt32BE(at) * 1000 + bytes.readUInt32BE(at + 4) / 1e6;

/**
 * Reads an index of version 2 or 3 (ours always are: `index.version = 2`). Extensions are skipped. Throws an InternalError for anything else:
 * the file is ours, so it cannot be.
 */
export function readIndex(bytes: Buffer, format: ObjectFormat): IndexEntry[] {
  const version = bytes.readUInt32BE(4);
  if (bytes.toString('latin1', 0, 4) !== 'DIRC' || (version !== 2 && version !== 3)) {
    throw new InternalError(`an index of our own has version ${version}`);
  }
  const idLength = format === 'sha256' ? 32 : 20;
  const count = bytes.readUInt32BE(8);
  const entries: IndexEntry[] = [];
  let at = HEADER;
  for (let n = 0; n < count; n += 1) {
    const flags = bytes.readUInt16BE(at + STAT + idLength);
    if ((flags & STAGE) !== 0) throw new InternalError('an index of our own has unmerged entries');
    const name = at + STAT + idLength + ((flags & EXTENDED) === 0 ? 2 : 4);
    const end = bytes.indexOf(0, name);
    entries.push({
      path: bytes.toString('latin1', name, end),
      mode: bytes
        .readUInt32BE(at + 24)
        .toString(8)
        .padStart(6, '0') as GitMode,
      sha: asSha(bytes.toString('hex', at + STAT, at + STAT + idLength)),
      ctimeMs: milliseconds(bytes, at),
      mtimeMs: milliseconds(bytes, at + 8),
      ino: bytes.readUInt32BE(at + 20),
      uid: bytes.readUInt32BE(at + 28),
      gid: bytes.readUInt32BE(at + 32),
      size: bytes.readUInt32BE(at + 36),
    });
    // Entries are padded with 1 to 8 NULs to a multiple of eight bytes.
    at += ((end - at + 8) >> 3) << 3;
  }
  return entries;
}
