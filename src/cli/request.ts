import type { Command } from 'commander';
import { usage } from '../contracts/index.ts';
import type { RequestOptions } from '../run/index.ts';

/** The options that `decide` and `run` share. */
export interface RequestFlags {
  repo: string;
  engine?: string;
  protectedRef?: string;
  approvals?: string;
}

export const requestOptions = (command: Command): Command =>
  command
    .option('--repo <dir>', 'the repository that the packet is about', '.')
    .option('--engine <id>', 'the engine to run; must not contradict the packet')
    .option(
      '--protected-ref <ref>',
      'where configuration and admissions are read from (default: origin/HEAD, else the branch of HEAD)',
    )
    .option('--approvals <file>', 'approvals that count on this machine (countersign/approvals/v1)');

/** What the flags and the arguments ask for. `ARGV` counts only behind `--`, so that a second file name is never run as a command. */
export function requestOf(
  file: string,
  argv: readonly string[],
  flags: RequestFlags,
  raw: readonly string[],
): RequestOptions {
  const dashes = raw.indexOf('--');
  const behind = dashes === -1 ? [] : raw.slice(dashes + 1);
  if (behind.length !== argv.length)
    throw usage(
      `${JSON.stringify(argv[0] ?? file)} is in the wrong place`,
      argv[0] ?? file,
      'Name one FILE, then --, then the argv of the engine command.',
    );
  return {
    packetFile: file,
    repo: flags.repo,
    argv: argv.length > 0 ? argv : null,
    env: process.env,
    ...(flags.engine === undefined ? {} : { engine: flags.engine }),
    ...(flags.protectedRef === undefined ? {} : { protectedRef: flags.protectedRef }),
    ...(flags.approvals === undefined ? {} : { approvalsFile: flags.approvals }),
  };
}
