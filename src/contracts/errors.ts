import type { Code } from './codes.ts';

/** Exit codes of every command and of the Action (2-contracts.md). */
export const EXIT = { pass: 0, fail: 1, blocked: 2, usage: 3, internal: 70 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One error as every command prints it: place and fix are never left out. */
export interface Problem {
  code: Code | 'usage';
  message: string;
  at: string;
  fix: string;
  rule?: string;
  line?: number;
  column?: number;
}

/** The caller's fault: exit 3, no stack. Carries every error that was found, not the first. */
export class UserError extends Error {
  readonly errors: Problem[];
  /** By name: the command line and a command may come from two bundles, each with a class of its own (src/build/dist.ts). */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'UserError' && 'errors' in value;
  }
  constructor(errors: Problem[] | Problem) {
    const list = Array.isArray(errors) ? errors : [errors];
    super(list.map((e) => e.message).join('; '));
    this.name = 'UserError';
    this.errors = list;
  }
}

/** A usage error in one line. `at` is the option, argument or file that is wrong. */
export const usage = (message: string, at: string, fix: string): UserError =>
  new UserError({ code: 'usage', message, at, fix });

/** What an error of the file system means, to be said behind the name of the file. */
export function whyUnreadable(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'does not exist';
  return code === 'EISDIR' ? 'is a folder' : `cannot be read (${code ?? String(error)})`;
}

/** Our fault: exit 70; a run still seals a pack. */
export class InternalError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InternalError';
  }
}
