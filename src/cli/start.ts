import { EXIT, type ExitCode } from '../contracts/index.ts';
import { printFailure } from './failure.ts';
import type { Output } from './output.ts';

/**
 * The files of a command line that is `validate` with nothing but files and `--json`; null for any other. `validate` is what editors and hooks call for every
 * change: it does not wait for the option parser, which takes as long as the rest of it.
 */
function plainValidate(argv: readonly string[]): string[] | null {
  if (argv[0] !== 'validate') return null;
  const files = argv.slice(1).filter((arg) => arg !== '--json');
  return files.length > 0 && files.every((file) => file === '-' || !file.startsWith('-')) ? files : null;
}

/** Runs one command line and gives its exit code; everything that goes wrong is printed first. */
export async function start(argv: readonly string[], out: Output): Promise<ExitCode> {
  const files = plainValidate(argv);
  if (files === null) return await (await import('./program.ts')).runProgram(argv, out);
  const json = argv.includes('--json');
  try {
    const { validate } = await import('./validate.ts');
    return (await validate(files, out, json)) ? EXIT.pass : EXIT.usage;
  } catch (error) {
    return printFailure(error, out, json);
  }
}
