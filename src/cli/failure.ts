import { EXIT, type ExitCode, type Problem, UserError } from '../contracts/index.ts';
import type { Output } from './output.ts';

/** Prints what an exception means to the caller, as JSON where that was asked for, and gives the exit code. */
export function printFailure(error: unknown, out: Output, json: boolean): ExitCode {
  const errors = problemsOf(error);
  if (json) out.json({ ok: false, errors });
  else out.problems(errors);
  return errors.some((e) => e.code === 'internal_error') ? EXIT.internal : EXIT.usage;
}

/** The caller's fault with its fix, or ours. */
function problemsOf(error: unknown): Problem[] {
  if (error instanceof UserError) return error.errors;
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('commander.')) {
    const message = error.message.replace(/^error: /, '');
    const at = /'([^']*)'/.exec(message)?.[1] ?? '';
    return [{ code: 'usage', message, at, fix: 'countersign COMMAND --help lists what a command takes.' }];
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const fix = 'This is a defect of countersign; please report it with this text.';
  return [{ code: 'internal_error', message, at: '', fix }];
}
