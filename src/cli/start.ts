import type { ExitCode } from '../contracts/index.ts';
import { printFailure } from './failure.ts';
import type { Output } from './output.ts';

/** What a command does with files alone. */
type Plain = (files: readonly string[], out: Output, json: boolean) => Promise<ExitCode>;

/** Commands that take nothing but files and `--json` most of the time, and how many files. */
const PLAIN: Readonly<Record<string, { most: number; load: () => Promise<Plain> }>> = {
  validate: { most: Infinity, load: async () => (await import('./validate.ts')).validate },
  verify: { most: 1, load: async () => (await import('./verify.ts')).verifyPlainly },
};

/**
 * A command line that is one of those with nothing else; null for any other. `validate` is what editors and hooks call for every change, `verify` what a merge waits
 * for: they do not wait for the option parser, which takes as long as the rest of their start.
 */
function plain([name = '', ...given]: readonly string[]): { load: () => Promise<Plain>; files: string[] } | null {
  const command = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
  const files = given.filter((arg) => arg !== '--json');
  const isPlain = files.length > 0 && files.every((file) => file === '-' || !file.startsWith('-'));
  return command && isPlain && files.length <= command.most ? { load: command.load, files } : null;
}

/** Runs one command line and gives its exit code; everything that goes wrong is printed first. */
export async function start(argv: readonly string[], out: Output): Promise<ExitCode> {
  const command = plain(argv);
  if (command === null) return await (await import('./program.ts')).runProgram(argv, out);
  const json = argv.includes('--json');
  try {
    return await (await command.load())(command.files, out, json);
  } catch (error) {
    return printFailure(error, out, json);
  }
}
