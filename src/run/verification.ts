import { type Finding, finding, type Packet } from '../contracts/index.ts';
import { argvOf, type Bench, describe, outcomeFinding, type PacketCommand, runCommand } from './commands.ts';

/** One member of `verification` in report.json (2-contracts.md, Status). */
export interface CommandResult {
  name: string;
  argv: string[];
  phase: 'before' | 'after';
  exit_code: number | null;
  signal: string | null;
  result: 'pass' | 'fail';
}

export interface Verified {
  results: CommandResult[];
  findings: Finding[];
}

const at = (index: number): string => `/verification_commands/${index}`;

async function one(
  bench: Bench,
  command: PacketCommand,
  phase: CommandResult['phase'],
  judge: (exit: number | null) => boolean,
) {
  const outcome = await runCommand(bench, command, phase);
  const ended = outcome.ended === 'exited';
  const result: CommandResult = {
    name: command.name,
    argv: argvOf(command),
    phase,
    exit_code: outcome.exitCode,
    signal: outcome.signal,
    result: ended && judge(outcome.exitCode) ? 'pass' : 'fail',
  };
  return { outcome, result };
}

/** The commands that say how they behave on the base, there. A command that cannot end (time, cancellation) is a finding of its own. */
export async function checkBefore(bench: Bench, packet: Packet): Promise<Verified> {
  const results: CommandResult[] = [];
  const findings: Finding[] = [];
  for (const [index, command] of (packet.verification_commands ?? []).entries()) {
    const expected = command.expect_before;
    if (expected === undefined) continue;
    const { outcome, result } = await one(
      bench,
      command,
      'before',
      (exit) => expected === 'any' || (exit === 0) === (expected === 'pass'),
    );
    results.push(result);
    if (result.result === 'pass') continue;
    const what = `${command.name} on the base was expected to ${expected === 'any' ? 'end' : expected}`;
    findings.push(
      outcome.ended === 'exited'
        ? finding('before_check_mismatch', `${what}: ${describe(outcome)}`, at(index))
        : (outcomeFinding(outcome, 'before_check_mismatch', what, at(index), command) as Finding),
    );
    if (outcome.ended === 'aborted') break;
  }
  return { results, findings };
}

/** All verification commands on the result, in order, in one checkout: a failure does not keep the later ones from being heard. */
export async function checkAfter(bench: Bench, packet: Packet): Promise<Verified> {
  const results: CommandResult[] = [];
  const findings: Finding[] = [];
  for (const [index, command] of (packet.verification_commands ?? []).entries()) {
    const { outcome, result } = await one(bench, command, 'after', (exit) => exit === 0);
    results.push(result);
    const failed = outcomeFinding(outcome, 'verification_failed', `${command.name} failed`, at(index), command);
    if (failed) findings.push(failed);
    if (outcome.ended === 'aborted') break;
  }
  return { results, findings };
}
