import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The middle of the sorted values; of an even number the mean of both. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/**
 * Runs the given works in turn, `repetitions` times, the order turned round every time, and returns the median of each in milliseconds. One warm-up
 * each first, so that neither pays for cold caches.
 */
export async function interleaved<K extends string>(
  repetitions: number,
  works: Readonly<Record<K, () => Promise<number>>>,
): Promise<Record<K, number>> {
  const names = Object.keys(works) as K[];
  const times = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<K, number[]>;
  for (const name of names) await works[name]();
  for (let turn = 0; turn < repetitions; turn += 1) {
    for (const name of turn % 2 === 0 ? names : names.toReversed()) times[name].push(await works[name]());
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<K, number>;
}

export interface Child {
  env: Readonly<Record<string, string>>;
  cwd?: string;
  /** Exit codes that are right; anything else throws with the end of standard error. */
  expect?: readonly number[];
}
export interface Ended {
  ms: number;
  stdout: string;
}

/** Starts a program and waits for its end; the time is from spawn to exit. */
export async function exec(argv: readonly string[], { env, cwd, expect = [0] }: Child): Promise<Ended> {
  const [file = '', ...args] = argv;
  const start = process.hrtime.bigint();
  const child = spawn(file, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  return await new Promise((done, fail) => {
    let ms = 0;
    child.once('error', fail);
    child.once('exit', () => {
      ms = Number(process.hrtime.bigint() - start) / 1e6;
    });
    child.once('close', (code) => {
      const stdout = Buffer.concat(out).toString();
      if (expect.includes(code ?? -1)) return done({ ms, stdout });
      const said = `${Buffer.concat(errors).toString().slice(-2000)}${stdout.slice(-2000)}`;
      return fail(new Error(`${argv.join(' ').slice(0, 300)}: exit ${code}\n${said}`));
    });
  });
}

/**
 * The most memory that a Node program had resident, in MB (10^6 bytes): read by the program itself at its end from the kernel's own high-water mark.
 * (`ru_maxrss` would count the parent that it was forked from.)
 */
export async function residentPeak(node: string, argv: readonly string[], child: Child): Promise<number> {
  const preload = fileURLToPath(new URL('peak.mjs', import.meta.url));
  const { stdout } = await exec([node, '--import', preload, ...argv], child);
  const kibibytes = Number(/^peak (\d+) kB$/m.exec(stdout)?.[1] ?? Number.NaN);
  if (Number.isNaN(kibibytes)) throw new Error(`no peak in ${JSON.stringify(stdout.slice(-200))}`);
  return (kibibytes * 1024) / 1e6;
}
