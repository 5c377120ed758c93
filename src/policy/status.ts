import { codeEntry, EXIT, type ExitCode, type Finding } from '../contracts/index.ts';

export type RunStatus = 'pass' | 'fail' | 'blocked';

/**
 * The status of a run: the one place that derives it (2-contracts.md, Status). `blockedByGate`: the engine was not started because of a gate. Else a
 * finding that fails outweighs one that blocks.
 */
export function runStatus(findings: readonly Pick<Finding, 'code'>[], blockedByGate: boolean): RunStatus {
  if (blockedByGate) return 'blocked';
  if (findings.some(({ code }) => codeEntry(code).status === 'fail')) return 'fail';
  return findings.length > 0 ? 'blocked' : 'pass';
}

/** The exit code of a run: that of its status, or 70 where the harness itself failed (2-contracts.md, Exit codes). */
export const exitCode = (status: RunStatus, findings: readonly Pick<Finding, 'code'>[] = []): ExitCode =>
  findings.some(({ code }) => code === 'internal_error') ? EXIT.internal : EXIT[status];
