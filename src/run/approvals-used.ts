import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { usage } from '../contracts/index.ts';

/**
 * Single use of approvals on this machine (2-contracts.md, Approval and outcome): one `O_EXCL` file per nonce. `reserved` while a run is under way,
 * `consumed` after one passed, gone after it was released; failed attempts are kept beside it and counted.
 */
export interface UsedApprovals {
  consumed: string[];
  attempts: { nonce: string; count: number }[];
}

/** A nonce is somebody's text: its hash names the file. */
const nameOf = (nonce: string): string => createHash('sha256').update(nonce).digest('hex');
const folder = (state: string): string => join(state, 'approvals');

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/**
 * What is known of these nonces. A reservation that nobody released counts as consumed: a crash never gives a second use. Throws a UserError where it
 * cannot be known.
 */
export async function usedApprovals(state: string, nonces: readonly string[]): Promise<UsedApprovals> {
  if (nonces.length === 0) return { consumed: [], attempts: [] };
  const names: string[] = await readdir(folder(state)).catch((error: Error): string[] => {
    if (isMissing(error)) return [];
    const fix = 'Set XDG_STATE_HOME to the folder that holds them: without it nobody knows which approvals were used.';
    throw usage(`used approvals cannot be read: ${error.message}`, 'XDG_STATE_HOME', fix);
  });
  return {
    consumed: nonces.filter((nonce) => names.includes(nameOf(nonce))),
    attempts: nonces.map((nonce) => ({
      nonce,
      count: names.filter((name) => name.startsWith(`${nameOf(nonce)}.failed.`)).length,
    })),
  };
}

/** Reserves the approvals that a run stands on; false when another run was faster (then nothing stays reserved). */
export async function reserve(state: string, nonces: readonly string[], runId: string): Promise<boolean> {
  if (nonces.length === 0) return true;
  await mkdir(folder(state), { recursive: true, mode: 0o700 });
  const done: string[] = [];
  for (const nonce of nonces) {
    try {
      const file = await open(join(folder(state), nameOf(nonce)), 'wx', 0o600);
      await file.writeFile(`reserved ${runId}\n`);
      await file.sync();
      await file.close();
      done.push(nonce);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      await release(state, done);
      return false;
    }
  }
  return true;
}

export async function release(state: string, nonces: readonly string[]): Promise<void> {
  for (const nonce of nonces) await rm(join(folder(state), nameOf(nonce)), { force: true });
}

/** After the run: the first one that passes keeps its approvals for good; any other counts as an attempt and gives them back. */
export async function settle(state: string, nonces: readonly string[], runId: string, passed: boolean): Promise<void> {
  for (const nonce of nonces) {
    const file = join(folder(state), nameOf(nonce));
    if ((await readFile(file, 'utf8').catch(() => '')) !== `reserved ${runId}\n` || passed) continue;
    await (await open(`${file}.failed.${runId}`, 'w', 0o600)).close();
    await rm(file, { force: true });
  }
}
