import { type Code, type Finding, finding, type Packet } from '../contracts/index.ts';
import type { Command, Limits, Mount, Outcome, Sandbox } from '../sandbox/index.ts';
import type { Log } from './log.ts';

export type PacketCommand = NonNullable<Packet['verification_commands']>[number];

/** A packet's command as an argv. `script` is a text for bash, run as GitHub runs one: stop at the first failure, also inside a pipe. */
export const argvOf = (command: PacketCommand): string[] =>
  'run' in command && command.run
    ? [...command.run]
    : ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', command.script ?? ''];

/** What every command of one step has in common. */
export interface Bench {
  sandbox: Sandbox;
  cwd: string;
  mounts: readonly Mount[];
  network: readonly string[];
  tools: readonly string[];
  limits: Limits;
  log: Log;
  signal?: AbortSignal;
}

/** Runs one command of the packet and writes what it says to the log, under a heading. */
export async function runCommand(bench: Bench, command: PacketCommand, heading: string): Promise<Outcome> {
  const argv = argvOf(command);
  const timeoutMs = Math.min(bench.limits.timeoutMs, (command.timeout_seconds ?? Number.POSITIVE_INFINITY) * 1000);
  const spec: Command = {
    argv,
    cwd: bench.cwd,
    mounts: bench.mounts,
    env: { CI: 'true' },
    tools: bench.tools,
    network: bench.network,
    limits: { ...bench.limits, timeoutMs },
  };
  bench.log.write(`[countersign] ${heading} ${command.name}: ${JSON.stringify(argv)}\n`);
  const outcome = await bench.sandbox.run(spec, {
    output: (_stream, chunk) => bench.log.write(chunk),
    ...(bench.signal ? { signal: bench.signal } : {}),
  });
  // What a program makes of a proxy's refusal is often not to be recognised: npm reports a 403 of the registry.
  for (const { target, reason } of outcome.denied)
    bench.log.write(`[countersign] the relay refused ${JSON.stringify(target)}: ${reason}\n`);
  bench.log.write(`[countersign] ${heading} ${command.name}: ${describe(outcome)}\n`);
  return outcome;
}

/** How a command ended, in a few words without times. */
export function describe(outcome: Outcome): string {
  if (!outcome.started) return 'not started';
  if (outcome.ended === 'aborted') return 'cancelled';
  if (outcome.limit !== null) return `stopped at the limit of ${outcome.limit.replace('_', ' ')}`;
  return outcome.signal === null ? `exit ${outcome.exitCode}` : `killed by ${outcome.signal}`;
}

/**
 * The finding of a command that did not end well; null for exit 0. Time and cancellation have codes of their own wherever they happen, and so has too
 * much output; everything else is `otherwise`. `command`: of the packet, whose own time limit may be the one that was met.
 */
export function outcomeFinding(
  outcome: Outcome,
  otherwise: Code,
  what: string,
  at: string,
  command?: PacketCommand,
): Finding | null {
  if (outcome.ended === 'exited' && outcome.exitCode === 0) return null;
  const code: Code =
    outcome.ended === 'aborted'
      ? 'cancelled'
      : outcome.limit === 'time'
        ? 'timeout'
        : outcome.limit === 'output'
          ? 'output_limit'
          : otherwise;
  const ownLimit = code === 'timeout' && command?.timeout_seconds !== undefined;
  const fix = 'Raise its timeout_seconds (and limits.timeout_seconds where that is lower), or make the command faster.';
  return finding(code, `${what}: ${describe(outcome)}`, at, ownLimit ? fix : undefined);
}
