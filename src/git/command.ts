import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { InternalError } from '../contracts/index.ts';
import type { Environment } from './environment.ts';

/** git ended otherwise than expected. `stderr` is untrusted text (it quotes file names), cut to 4 KiB. */
export class GitFailure extends InternalError {
  readonly args: readonly string[];
  readonly exitCode: number | null;
  readonly stderr: string;
  constructor(args: readonly string[], exitCode: number | null, stderr: string) {
    super(`git ${args[0] ?? ''} ended with ${exitCode ?? 'a signal'}: ${JSON.stringify(stderr.slice(0, 400))}`);
    this.name = 'GitFailure';
    this.args = args;
    this.exitCode = exitCode;
    this.stderr = stderr.slice(0, 4096);
  }
}

/** True where git ran and said no (1, 128, 129), false where it was killed or could not be started at all. */
export const saidNo = (error: unknown): boolean => error instanceof GitFailure && (error.exitCode ?? 0) > 0;

const MAX_OUTPUT = 512 * 1024 * 1024;

/** Runs git and returns what it printed, as UTF-8. */
export const gitText = async (env: Environment, args: readonly string[]): Promise<string> =>
  (await gitBytes(env, args)).stdout.toString('utf8');

/**
 * Runs `git log` through simple-git and returns what it printed. Questions on every run's way do without it: loading it and its 50 ms of waiting for commands that
 * are silent are a tenth of a small run (docs/adr/0020).
 */
export async function gitHistory(env: Environment, args: readonly string[]): Promise<string> {
  try {
    return await ask(env, ['log', ...args]);
  } catch (error) {
    // Ctrl-C reaches the whole foreground group, and simple-git starts its children in ours: what was asked is a question, so it is asked again.
    if (error instanceof GitFailure && error.exitCode === null) return await ask(env, ['log', ...args]);
    throw error;
  }
}

async function ask(env: Environment, args: readonly string[]): Promise<string> {
  const { simpleGit } = await import('simple-git');
  let failure: GitFailure | null = null;
  const git = simpleGit({
    baseDir: env['GIT_DIR'] ?? '/',
    // simple-git removes every GIT_* variable that is not named: ours are all there is.
    allowEnvironment: Object.keys(env),
    // The settings that it warns of are set here to switch things off.
    unsafe: {
      allowUnsafeConfigPaths: true,
      allowUnsafeConfigEnvCount: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeHooksPath: true,
      allowUnsafeProtocolOverride: true,
    },
    completion: { onClose: true, onExit: false },
    errors: (error, { exitCode, stdErr }) => {
      if (exitCode === 0) return undefined;
      failure = new GitFailure(args, exitCode, Buffer.concat(stdErr).toString());
      return error ?? failure;
    },
  }).env({ ...env });
  try {
    return await git.raw([...args]);
  } catch (error) {
    // simple-git makes an error of its own out of ours, without the exit code.
    throw failure ?? error;
  }
}

export interface GitProcess {
  stdin: Writable;
  stdout: Readable;
  /** Resolves with the exit code (null after a signal) once all output is delivered; rejects where git cannot be started. */
  ended: Promise<{ exitCode: number | null; stderr: string }>;
  /** Ends git; what it printed until then is still delivered. */
  interrupt: () => void;
  /** Ends git and gives up its output. */
  kill: () => void;
}

/** Starts git with byte streams: what simple-git cannot express (standard input, binary or streamed output, silent commands). */
export function startGit(env: Environment, args: readonly string[], cwd?: string): GitProcess {
  const at = cwd ?? env['GIT_DIR'] ?? '/';
  // In a group of its own: Ctrl-C in a terminal ends the run through us, and must not make a git die in the middle of it.
  const child = spawn('git', [...args], { env: { ...env }, cwd: at, stdio: 'pipe', detached: true });
  let stderr = '';
  child.stderr.setEncoding('latin1').on('data', (text: string) => {
    if (stderr.length < 4096) stderr += text;
  });
  // A git that ends early closes its input: its exit code and stderr say why, not our EPIPE.
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close').then(([code]) => ({ exitCode: code as number | null, stderr }));
  ended.catch(() => undefined);
  // The whole group: a fetch has helpers that would go on without it.
  const interrupt = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL');
  };
  const kill = (): void => {
    interrupt();
    // A process counts as closed only once its output is read or given up.
    child.stdout.destroy();
  };
  return { stdin: child.stdin, stdout: child.stdout, ended, interrupt, kill };
}

export interface BytesOptions {
  input?: string | Uint8Array;
  cwd?: string;
  /** Exit codes that are answers, not failures. */
  accept?: readonly number[];
  /** Milliseconds after which git is ended: for questions whose answer depends on what an engine wrote. */
  patienceMs?: number;
}

/** Runs git and returns its raw output. Throws a GitFailure for any exit code that is not accepted. */
export async function gitBytes(
  env: Environment,
  args: readonly string[],
  options: BytesOptions = {},
): Promise<{ stdout: Buffer; exitCode: number }> {
  const git = startGit(env, args, options.cwd);
  git.stdin.end(options.input ?? '');
  const { patienceMs } = options;
  const tooLate = patienceMs === undefined ? undefined : setTimeout(git.interrupt, patienceMs);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of git.stdout as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_OUTPUT) {
      git.kill();
      throw new GitFailure(args, null, `more than ${MAX_OUTPUT} bytes of output`);
    }
    chunks.push(chunk);
  }
  const { exitCode, stderr } = await git.ended.finally(() => clearTimeout(tooLate));
  if (exitCode === null || !(options.accept ?? [0]).includes(exitCode)) throw new GitFailure(args, exitCode, stderr);
  return { stdout: Buffer.concat(chunks), exitCode };
}
