import { createHash, hash as hashOnce } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Read size; files up to this are hashed in one call (4-facts.md: streams cost a twentieth of the speed on small files). */
export const BLOCK = 1 << 20;

/** Size and bare hex SHA-256 of one regular file, or why it has none. */
export type Hashed = { size: number; sha256: string } | { error: string };

/** One call for small files; Node before 20.12 has no `hash`. Nothing of contracts is imported here: this runs in a thread whose start counts. */
export const whole256 = (bytes: Buffer): string =>
  typeof hashOnce === 'function' ? hashOnce('sha256', bytes, 'hex') : createHash('sha256').update(bytes).digest('hex');

/**
 * Hashes a file with a reused buffer of at least BLOCK bytes. A link in the last component, or anything but a regular file, is not followed or
 * waited for. `sink` is given every block, which is only valid during the call.
 */
export function hashFile(path: string, buffer: Buffer, sink?: (block: Buffer) => void): Hashed {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return { error: (error as NodeJS.ErrnoException).code ?? 'cannot be opened' };
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return { error: 'not a regular file' };
    let filled = readSync(fd, buffer, 0, BLOCK, null);
    if (filled < BLOCK) {
      // What is as long as it was said to be is at its end; of anything else one more read proves it.
      const more = filled === stat.size ? 0 : readSync(fd, buffer, filled, BLOCK - filled, null);
      if (more === 0) {
        const whole = buffer.subarray(0, filled);
        sink?.(whole);
        return { size: filled, sha256: whole256(whole) };
      }
      filled += more;
    }
    const hash = createHash('sha256');
    let size = 0;
    for (let bytes = filled; bytes > 0; bytes = readSync(fd, buffer, 0, BLOCK, null)) {
      const block = buffer.subarray(0, bytes);
      hash.update(block);
      sink?.(block);
      size += bytes;
    }
    return { size, sha256: hash.digest('hex') };
  } catch (error) {
    return { error: (error as NodeJS.ErrnoException).code ?? 'cannot be read' };
  } finally {
    closeSync(fd);
  }
}
