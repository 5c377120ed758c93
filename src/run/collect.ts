import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openBeneath } from '../git/index.ts';

/** A path of the packet as the bytes that the file system has. */
const bytes = (path: string): string => Buffer.from(path).toString('latin1');

export type Collected = { ok: true } | { ok: false; reason: string };

/**
 * Copies one file that an untrusted process may have made, after it was killed: component by component, no links, regular files only, at most `cap`
 * bytes (2-contracts.md, Run artifacts). Anything else is not collected, with the reason. `target` is asked for only when there
 * is something to copy; a failure to write rejects.
 */
export async function collect(root: string, path: string, cap: number, target: () => string): Promise<Collected> {
  let file: Awaited<ReturnType<typeof openBeneath>>;
  try {
    file = await openBeneath(root, bytes(path));
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
  try {
    const { size } = await file.stat();
    if (size > cap) return { ok: false, reason: `it has ${size} bytes, more than the ${cap} that are collected` };
    const copy = target();
    try {
      await pipeline(
        file.createReadStream({ autoClose: false, start: 0, end: Math.max(0, size - 1) }),
        createWriteStream(copy, { flags: 'wx', mode: 0o600 }),
      );
    } catch (error) {
      await removeTraces(copy);
      throw error;
    }
    return { ok: true };
  } finally {
    await file.close();
  }
}

const emptied = async (folder: string): Promise<boolean> =>
  await rmdir(folder).then(
    () => true,
    () => false,
  );

/** Half a file is no evidence, and neither is an empty folder: what was made for a file that could not be written goes again. */
async function removeTraces(file: string): Promise<void> {
  await rm(file, { force: true }).catch(() => undefined);
  // Ends at the first folder that holds something else; the pack's own always does.
  for (let folder = dirname(file); await emptied(folder); folder = dirname(folder));
}

/** The text of such a file; null where there is none that may be read. */
export async function collectText(root: string, path: string, cap: number): Promise<string | null> {
  try {
    const file = await openBeneath(root, bytes(path));
    try {
      const { size } = await file.stat();
      if (size > cap) return null;
      const buffer = Buffer.alloc(size);
      const { bytesRead } = await file.read(buffer, 0, size, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

/** SHA-256 and size of such a file; null where there is none. */
export async function hashOf(root: string, path: string): Promise<{ sha256: string; bytes: number } | null> {
  const file = await openBeneath(root, bytes(path)).catch(() => null);
  if (file === null) return null;
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of file.createReadStream({ autoClose: false })) {
      hash.update(chunk as Buffer);
      size += (chunk as Buffer).length;
    }
    return { sha256: hash.digest('hex'), bytes: size };
  } finally {
    await file.close();
  }
}
