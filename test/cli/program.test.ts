import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { terminal } from '../../src/cli/output.ts';
import { runProgram } from '../../src/cli/program.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
  writeFileSync(join(folder, 'a'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stream = (write: (text: string) => void) => ({ isTTY: false, write }) as unknown as NodeJS.WriteStream;

async function countersign(args: string[]) {
  let stdout = '';
  const status = await runProgram(
    args,
    terminal(
      stream((text) => {
        stdout += text;
      }),
      stream(() => undefined),
      false,
    ),
  );
  return { status, result: JSON.parse(stdout) as { ok: boolean; errors: { code: string; message: string }[] } };
}

describe('one argument too many', () => {
  it.each([
    ['verify', ['verify']],
    ['show', ['show']],
    ['decide', ['decide']],
    ['run', ['run']],
    ['scenarios list', ['scenarios', 'list']],
    ['scenarios run', ['scenarios', 'run']],
  ])('is refused by %s: nothing of it is done for the first alone', async (_name, command) => {
    const { status, result } = await countersign([...command, join(folder, 'a'), join(folder, 'b'), '--json']);
    expect([status, result.ok, result.errors.length, result.errors[0]?.code]).toEqual([3, false, 1, 'usage']);
    expect(result.errors[0]?.message).toMatch(/too many arguments|in the wrong place/);
  });
});
