import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError, usage } from '../contracts/index.ts';
import { GitFailure, startGit } from './command.ts';
import { checkedUrl, type Remote, remoteEnvironment } from './remote-environment.ts';
import type { Baseline } from './types.ts';

const TRIES = 3;
const TEN_MINUTES = 600_000;
const FOUR_GIB = 4 * 1024 ** 3;
const MAX_OUTPUT = 64 * 1024 * 1024;

export interface Said {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** What another try may mend. git and libcurl have no codes for it, only words (LC_ALL is C). */
const PASSING =
  /Could not resolve|Failed to connect|Connection (?:refused|reset|timed out)|Operation timed out|timed out|early EOF|unexpected disconnect|hung up unexpectedly|RPC failed|Empty reply|returned error: (?:429|5\d\d)|SSL_ERROR_SYSCALL/i;

/**
 * Runs a git command that talks to a remote and may be run again, a few times where the network fails. Exit codes are the caller's to judge; a time-out, too much data and a
 * network that stays away are UserErrors.
 */
export async function askRemote(baseline: Baseline, remote: Remote, args: readonly string[]): Promise<Said> {
  for (let tries = 1; ; tries += 1) {
    const said = await once(baseline, remote, args);
    if (said.exitCode === 0 || !PASSING.test(said.stderr) || tries === TRIES) return said;
    await sleep(1000 * tries * (0.5 + Math.random()));
  }
}

async function once({ gitDir }: Baseline, remote: Remote, args: readonly string[]): Promise<Said> {
  const { timeoutMs = TEN_MINUTES, maxBytes = FOUR_GIB } = remote;
  const before = await packBytes(gitDir);
  // Nothing may be awaited between here and the reading: Node throws away what a process that has ended had printed and nobody reads yet.
  const git = startGit(remoteEnvironment(gitDir, remote), args);
  git.stdin.end();
  let stopped: UserError | null = null;
  const stop = (why: UserError): void => {
    stopped ??= why;
    git.kill();
  };
  const timer = setTimeout(() => stop(tooSlow(args, remote, timeoutMs)), timeoutMs);
  const watch = setInterval(() => {
    // git has no limit for what a fetch receives.
    void packBytes(gitDir).then((now) => now - before > maxBytes && stop(tooLarge(args, remote, maxBytes)));
  }, 250);
  let stdout = '';
  try {
    for await (const chunk of git.stdout as AsyncIterable<Buffer>) {
      stdout += chunk.toString('latin1');
      if (stdout.length > MAX_OUTPUT) stop(tooLarge(args, remote, MAX_OUTPUT));
    }
  } catch (error) {
    if (stopped === null) throw error;
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
  }
  const { exitCode, stderr } = await git.ended;
  if (stopped !== null) throw stopped;
  return { exitCode, stdout, stderr };
}

/** Bytes of all packs, whole or in the making. */
async function packBytes(gitDir: string): Promise<number> {
  const folder = join(gitDir, 'objects', 'pack');
  const sizes = (await readdir(folder).catch(() => [])).map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

const place = (args: readonly string[], remote: Remote): string => `git ${args[0] ?? ''} ${checkedUrl(remote).href}`;

const tooSlow = (args: readonly string[], remote: Remote, ms: number): UserError =>
  usage(`git took longer than ${ms / 1000} seconds`, place(args, remote), 'Run it again; check the network.');

const tooLarge = (args: readonly string[], remote: Remote, bytes: number): UserError =>
  usage(`git was sent more than ${bytes} bytes`, place(args, remote), 'Remove what made the repository so large.');

/** What a refusal that is no answer means to whoever must mend it. `stderr` is untrusted text. */
export function refusal(args: readonly string[], remote: Remote, { exitCode, stderr }: Said): UserError | GitFailure {
  const at = place(args, remote);
  const text = JSON.stringify(stderr.trim().slice(0, 400));
  if (
    /could not read Username|Authentication failed|returned error: (?:401|403)|Permission to .* denied/i.test(stderr)
  ) {
    const needed = args[0] === 'push' ? 'contents: write' : 'contents: read';
    return usage(`The remote does not let this token in: ${text}`, at, `Give the job the permission \`${needed}\`.`);
  }
  if (
    /Repository not found|does not appear to be a git repository|returned error: (?:30\d|404)|unable to update url base from redirection/i.test(
      stderr,
    )
  ) {
    return usage(
      `There is no such repository for this token: ${text}`,
      at,
      'Use its present name, and give the job the permission `contents: read`.',
    );
  }
  if (PASSING.test(stderr))
    return usage(`The remote cannot be reached: ${text}`, at, 'Run it again; check the network.');
  if (/fsck|index-pack failed|bad object|did not receive expected object/i.test(stderr)) {
    return usage(
      `The remote sent objects that git refuses: ${text}`,
      at,
      'Look at the commit that was fetched; do not use it.',
    );
  }
  return new GitFailure(args, exitCode, stderr);
}
