import { digestOf } from '../../contracts/index.ts';
import { eligibility, FORBIDDEN_ACTIONS, KNOWN_CONSTRAINTS } from '../../packet/index.ts';
import type { Case } from '../case.ts';
import { atLeast } from '../modes.ts';
import { type Lack, missing, notApplicable, unless, type Verdict } from '../verdict.ts';

/** The packet is the one that its digest names; whether it keeps to its contract was checked before there were facts (exit 3). */
export function contract({ facts }: Case): Verdict {
  const actual = digestOf(facts.packet.document);
  return actual === facts.packet.digest
    ? unless([], `The packet keeps to its contract (${actual}).`)
    : missing(
        'contract_invalid',
        `the packet's digest is ${actual}, not ${facts.packet.digest}`,
        'Validate the packet again.',
      );
}

/** Everything that a run needs is in the packet, and its verification is settled. */
export function scope(it: Case): Verdict {
  const { packet, facts, engine } = it;
  const lacks: Lack[] = [];
  const lack = (reason: string, fix: string): void => void lacks.push({ code: 'scope_incomplete', reason, fix });
  const absent = eligibility(packet).missing.filter((field) => field !== 'verification_commands');
  if (absent.length > 0) lack(`the packet lacks ${absent.join(', ')}`, `Add ${absent.join(', ')} to the packet.`);
  const actions = packet.forbidden_actions;
  const unforbidden = actions ? FORBIDDEN_ACTIONS.filter((action) => !actions.includes(action)) : [];
  if (unforbidden.length > 0)
    lack(`forbidden_actions lacks ${unforbidden.join(', ')}`, 'List all ten forbidden actions.');
  if (packet.target && !facts.base)
    lacks.push({ code: 'gate_missing', reason: 'the base of the target was not resolved', fix: 'Run again.' });
  if (engine?.kind === 'baseline') {
    const script = packet.engine?.script;
    if (script === undefined) lack('the engine fake needs a script', 'Name engine.script: a file in the base tree.');
    else if (facts.base && !(facts.base.script?.path === script && facts.base.script.present))
      lack(
        `the script ${script} is no file in the base tree`,
        'Commit the script on the base, or correct engine.script.',
      );
  }
  const unverified = verificationLack(it);
  return unless(unverified ? [...lacks, unverified] : lacks, 'Everything that a run needs is there.');
}

/** `missing_test_command`: no commands, and no rationale that mode and configuration allow. */
function verificationLack({ packet, mode, settings }: Case): Lack | null {
  if ((packet.verification_commands?.length ?? 0) > 0) return null;
  const fix = 'Add verification_commands to the packet.';
  const lack = (reason: string): Lack => ({ code: 'missing_test_command', reason, fix });
  if (packet.no_verification_rationale === undefined) return lack('verification is required and no command is given');
  if (mode === null || atLeast(mode, 'sandbox-repo'))
    return lack(`a rationale does not replace verification in the mode ${mode ?? 'that is missing'}`);
  return settings.allow_no_verification
    ? null
    : lack('the configuration does not allow a rationale in place of verification');
}

/** Only constraints that the harness knows how to keep. */
export function constraints({ packet }: Case): Verdict {
  const entries = Object.entries(packet.constraints ?? {});
  if (entries.length === 0) return notApplicable('The packet names no constraints.');
  const lacks = entries.flatMap(([name, value]): Lack[] => {
    if (!KNOWN_CONSTRAINTS.includes(name))
      return [
        {
          code: 'constraint_unsupported',
          reason: `the constraint ${name} is unknown`,
          fix: `Remove ${name}, or use a harness that knows it.`,
        },
      ];
    return typeof value === 'boolean'
      ? []
      : [
          {
            code: 'constraint_unsupported',
            reason: `${name} must be true or false`,
            fix: 'Write true or false.',
          },
        ];
  });
  return unless(lacks, 'All constraints are known.');
}
