import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-streams-'));
  writeFileSync(join(folder, 'bad.json'), '{"schema":"countersign/none/v1"}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** More than a pipe holds: a result for each of so many files. */
const argv = (): string[] => [MAIN, 'validate', '--json', ...Array<string>(1000).fill(join(folder, 'bad.json'))];

describe('what is written to a pipe', () => {
  it('arrives whole where the pipe does not block and its reader is slow', async () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    // Whoever shares a pipe may have switched it to non-blocking: writing to it says EAGAIN then.
    const pipe = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    // As a fourth stream first: Node makes the three that it gives a child blocking.
    const child = spawn('bash', ['-c', 'exec "$@" >&3', 'bash', process.execPath, ...argv()], {
      stdio: ['ignore', 'ignore', 'inherit', pipe],
    });
    const ended = once(child, 'exit');
    const chunk = Buffer.alloc(16 << 10);
    let text = '';
    const drain = (): number => {
      let bytes = 0;
      try {
        bytes = readSync(pipe, chunk);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
      text += chunk.toString('latin1', 0, bytes);
      return bytes;
    };
    while (child.exitCode === null) {
      drain();
      await pause(5);
    }
    while (drain() > 0);
    closeSync(pipe);
    expect(await ended).toEqual([3, null]);
    expect(text.length).toBeGreaterThan(128 << 10);
    expect((JSON.parse(text) as { documents: unknown[] }).documents.length).toBe(1000);
  });

  it('is no failure where the reader has seen enough', () => {
    const quoted = [process.execPath, ...argv()].map((word) => `'${word}'`).join(' ');
    const { stdout, stderr } = spawnSync('bash', ['-c', `${quoted} | head -c 1; echo "\${PIPESTATUS[0]}"`], {
      encoding: 'utf8',
    });
    expect([stdout, stderr]).toEqual(['{3\n', '']);
  });
});
