import type { AdmissionTarget, Packet } from '../contracts/index.ts';
import { FORBIDDEN_ACTIONS } from '../packet/index.ts';
import type { Case } from './case.ts';
import { atLeast } from './modes.ts';
import { targets, unreadable } from './records.ts';
import { lapsed } from './term.ts';
import type { Facts } from './types.ts';
import { missing, notApplicable, unless, type Verdict } from './verdict.ts';

/** The target admissions of a packet's repository, where the mode needs one. */
export const targetsOf = (facts: Facts, packet: Packet): AdmissionTarget[] =>
  packet.mutation_mode && atLeast(packet.mutation_mode, 'owned-noncritical-repo')
    ? targets(facts).filter((target) => target.repository === packet.target?.repository)
    : [];

const lack = (reason: string, fix: string): Verdict => missing('target_not_admitted', reason, fix);

/** Gate `target` (7-ladder.md, Target): each way to miss has its own reason. */
export function judgeTarget(it: Case): Verdict {
  const { facts, packet, mode } = it;
  if (!mode || !atLeast(mode, 'owned-noncritical-repo'))
    return notApplicable('A target admission is needed from owned-noncritical-repo up.');
  const name = packet.target?.repository ?? 'the target';
  const dark = unreadable(facts, 'target');
  if (dark.length > 0)
    return lack(
      `${dark.join(', ')} cannot be read and may be a target admission`,
      'Correct the record on the protected ref.',
    );
  const [target, second] = targetsOf(facts, packet);
  if (!target) {
    const others = targets(facts).map((other) => other.repository);
    return others.length > 0
      ? lack(
          `the target admission is for another repository: ${others.join(', ')}`,
          `Admit ${name}, or correct the packet's target.`,
        )
      : lack(`there is no target admission for ${name}`, `Record a target admission for ${name} on the protected ref.`);
  }
  if (second)
    return lack(
      `${name} is admitted twice (${target.id}, ${second.id})`,
      'Keep one target admission for each repository.',
    );
  return unless(
    reasons(it, target).map(([reason, fix]) => ({ code: 'target_not_admitted' as const, reason, fix })),
    `${name} is admitted by ${target.id}.`,
  );
}

function reasons(it: Case, target: AdmissionTarget): [string, string][] {
  const over = lapsed(target, it.circumstances);
  const unforbidden = FORBIDDEN_ACTIONS.filter((action) => !target.forbidden_actions.includes(action));
  const owner = it.packet.target?.repository.split('/')[0];
  const checks: [boolean, string, string][] = [
    [target.status !== 'admitted', `${target.id} says not admitted`, 'Have a maintainer admit the target.'],
    [over !== null, `${target.id} ${over}`, 'Review the target and record the admission again.'],
    [
      target.ownership_evidence.trim() === '' || target.owner !== owner,
      `${target.id} does not prove who owns the repository`,
      "Name the repository's owner and the evidence of it.",
    ],
    [
      target.risk_classification !== 'low_risk_noncritical',
      `${target.id} classifies the repository as ${target.risk_classification}`,
      'Only low_risk_noncritical targets are written to; use copied-fixture.',
    ],
    [
      !it.mode || !target.allowed_mutation_modes.includes(it.mode),
      `${target.id} does not cover the mode ${it.mode}`,
      'Admit the target for this mode, or choose a mode that it covers.',
    ],
    [
      it.scope.outside.length > 0,
      `the packet asks for paths that ${target.id} does not cover: ${it.scope.outside.join(', ')}`,
      'Narrow allowed_paths to what is admitted.',
    ],
    [
      unforbidden.length > 0,
      `${target.id} does not forbid ${unforbidden.join(', ')}`,
      'List all ten forbidden actions.',
    ],
  ];
  return checks.filter(([wrong]) => wrong).map(([, reason, fix]) => [reason, fix]);
}
