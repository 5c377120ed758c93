import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Catcher, type Mutant, mutate } from './mutant.ts';

/** A test that takes so long with a mutant hangs because of it: a check that ended something is gone. */
const PATIENCE_MS = 240_000;

export interface Verdict {
  ok: boolean;
  /** The end of what was printed. */
  output: string;
}

async function node(dir: string, args: readonly string[]): Promise<Verdict> {
  const env = { ...process.env, COUNTERSIGN_LONG_TESTS: '1' };
  const child = spawn(process.execPath, args, { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(-20_000);
    });
  // A group of its own: what the test started must go with it.
  const clock = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), PATIENCE_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(clock);
  return { ok: code === 0, output };
}

const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

/** Runs what is to catch mutants, in a copy of the work tree as it is. */
export async function trial(dir: string, catcher: Catcher): Promise<Verdict> {
  if ('scenario' in catcher) return await node(dir, ['src/cli/main.ts', 'scenarios', 'run', catcher.scenario]);
  const named = catcher.name === undefined ? [] : ['--testNamePattern', catcher.name];
  return await node(dir, [...JEST, '--runInBand', '--bail', '--runTestsByPath', catcher.test, ...named]);
}

/** Applies a mutant in the copy, runs its catcher, and puts the file back. Throws where the mutant is stale or no program any more. */
export async function tryMutant(dir: string, mutant: Mutant): Promise<Verdict> {
  const file = join(dir, mutant.file);
  const text = readFileSync(file, 'utf8');
  const mutated = mutate(mutant, text);
  try {
    writeFileSync(file, mutated);
    const loads = await node(dir, ['--input-type=module', '--eval', `await import(${JSON.stringify(file)})`]);
    if (!loads.ok) throw new Error(`the mutant of ${mutant.file} does not load:\n${loads.output}`);
    return await trial(dir, mutant.caughtBy);
  } finally {
    writeFileSync(file, text);
  }
}
