import { closeSync, copyFileSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BLOCK, hashFile } from '../hashing.ts';
import { writeAll } from '../partial-folder.ts';
import { openReading, storageOf } from './pack.ts';

/**
 * Gives `action` a private copy of one member as a file, if its content is still the one that was verified.
 * @returns what `action` returns; null where the content is another one by now.
 */
export async function withMember<T>(
  pack: string,
  member: string,
  sha256: string,
  action: (file: string) => Promise<T>,
): Promise<T | null> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-member-'));
  const file = join(folder, 'member');
  try {
    if (storageOf(pack) === 'folder') copyFileSync(join(pack, member), file);
    else await extract(pack, member, file);
    const copy = hashFile(file, Buffer.allocUnsafe(BLOCK));
    return 'sha256' in copy && copy.sha256 === sha256 ? await action(file) : null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function extract(pack: string, member: string, file: string): Promise<void> {
  const fd = openSync(file, 'wx', 0o600);
  try {
    const reading = await openReading(pack, (path) =>
      path === member ? { block: (block) => writeAll(fd, block), end: () => undefined } : null,
    );
    await reading.contents();
  } finally {
    closeSync(fd);
  }
}
