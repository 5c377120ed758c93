import { EXIT, type Problem, UserError } from '../contracts/index.ts';
import { type Result, say } from './outputs.ts';

/** What an exception means: the caller's fault with its fix (exit 3), or ours (exit 70). */
export function failureOf(error: unknown): { problems: readonly Problem[]; result: Result } {
  if (error instanceof UserError)
    return {
      problems: error.errors,
      result: { status: 'error', exitCode: EXIT.usage, blockers: [...new Set(error.errors.map(({ code }) => code))] },
    };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const fix = 'This is a defect of countersign; please report it with this text.';
  return {
    problems: [{ code: 'internal_error', message, at: '', fix }],
    result: { status: 'error', exitCode: EXIT.internal, blockers: ['internal_error'] },
  };
}

/** Says what an exception means, and gives the outputs of a step that ended by it. */
export function sayFailure(error: unknown): Result {
  const { problems, result } = failureOf(error);
  for (const { code, message, at, fix } of problems)
    for (const line of [`${code} ${message} (${at})`, `  ${fix}`]) say(line);
  return result;
}
