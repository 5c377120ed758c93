import type { EventVerificationCompleted } from '../contracts/index.ts';
import { legible } from './legible.ts';

/**
 * The end of `test.log`, written when the pack is sealed: one line a command, or why there is none. What a command printed before it cannot
 * change it, and verify renders it again from `verification.completed`.
 */
export function testLogSummary(
  verification: Pick<EventVerificationCompleted, 'verification' | 'reason'> | null,
): string {
  const lines = (verification?.verification ?? []).map((check) => {
    const end = check.signal === null ? `exit ${String(check.exit_code)}` : `signal ${legible(check.signal)}`;
    return `${check.phase} ${legible(check.name)}: ${end}: ${check.result}`;
  });
  if (!lines.some((line) => line.startsWith('after ')))
    lines.push(`no command ran on the result: ${legible(verification?.reason ?? 'the run ended before verification')}`);
  return ['', '--- countersign: verification ---', ...lines, ''].join('\n');
}
