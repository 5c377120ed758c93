import { type ApprovalState, type Limits } from '../types.ts';
import type { Case } from '../case.ts';
import { atLeast, MODE_RULES, WIDEST } from '../modes.ts';
import { effectiveLimits } from '../settings.ts';
import { type Lack, missing, notApplicable, notEvaluated, passed, unless, type Verdict } from '../verdict.ts';

/** The mode is not wider than the risk class allows. How many people a risk class needs is gate `approval`'s. */
export function risk({ packet, mode }: Case): Verdict {
  const { risk_class } = packet;
  if (!risk_class || !mode) return notEvaluated('The packet names no risk class or no mode.');
  const widest = WIDEST[risk_class];
  return atLeast(widest, mode)
    ? passed(`${risk_class} risk allows ${mode}.`)
    : missing(
        'risk_exceeded',
        `${risk_class} risk allows ${widest} at most, not ${mode}`,
        'Choose a narrower mutation mode, or split the work.',
      );
}

/** The repository is of the class that the mode needs; on GitHub, and anywhere from owned-noncritical-repo up, it is the one that the packet names. */
export function repositoryClass({ packet, settings, mode, facts }: Case): Verdict {
  if (!mode) return notEvaluated('The packet names no mode.');
  const needed = MODE_RULES[mode].repository;
  const is = settings.repository_class;
  if (needed !== null && is !== needed)
    return missing(
      is === 'critical' ? 'critical_repository' : 'unowned_repository',
      `${mode} needs a repository of class ${needed}; this one is ${is}`,
      'Use copied-fixture: its result is a proposal that a person may apply.',
    );
  // GitHub says where we are: nothing runs there under another repository's name, not even on a copy. A laptop knows no name to compare with.
  const named = packet.target?.repository;
  if ((facts.surface === 'github' || atLeast(mode, 'owned-noncritical-repo')) && facts.repository_name !== named)
    return missing(
      'unowned_repository',
      `the packet is for ${named ?? 'no repository'}, this repository is ${facts.repository_name ?? 'not known by name'}`,
      "Run in the packet's repository, or correct target.repository.",
    );
  if (needed === null) return notApplicable(`${mode} is allowed in a repository of any class.`);
  return passed(`The repository is ${is}.`);
}

const LIMITS = [
  'timeout_seconds',
  'memory_mib',
  'processes',
  'changed_files',
  'patch_bytes',
  'output_bytes',
  'disk_mib',
] as const satisfies (keyof Limits)[];

/** The packet asks for no more than the configuration allows. Nothing is clamped. */
export function permissions({ packet, settings }: Case): Verdict {
  const lacks: Lack[] = [];
  const lack = (reason: string, fix: string): void => void lacks.push({ code: 'permission_not_allowed', reason, fix });
  const asked = { 'permissions.network': packet.permissions?.network, 'setup.network': packet.setup?.network };
  for (const [member, network] of Object.entries(asked)) {
    const beyond =
      network === undefined || network === 'none' ? [] : network.filter((host) => !settings.network.includes(host));
    if (beyond.length > 0)
      lack(
        `${member} asks for ${beyond.join(', ')}`,
        'Ask for less, or have a maintainer list the hosts under permissions.network.',
      );
  }
  for (const member of ['secrets', 'cloud'] as const)
    if ((packet.permissions?.[member] ?? 'none') !== 'none')
      lack(`permissions.${member} must be none`, `Write ${member}: none.`);
  const limits = effectiveLimits(packet);
  for (const name of LIMITS)
    if (limits[name] > settings.limits[name])
      lack(
        `limits.${name} is ${limits[name]}${packet.limits?.[name] === undefined ? ' by default' : ''}, the maximum is ${settings.limits[name]}`,
        `Write limits.${name}: ${settings.limits[name]} or less.`,
      );
  for (const { name, timeout_seconds } of [...(packet.setup?.commands ?? []), ...(packet.verification_commands ?? [])])
    if ((timeout_seconds ?? 0) > settings.limits.timeout_seconds)
      lack(
        `the command ${name} asks for ${timeout_seconds} seconds, the maximum is ${settings.limits.timeout_seconds}`,
        'Shorten its timeout_seconds.',
      );
  return unless(lacks, 'The packet asks for nothing beyond the configuration.');
}

const deny = (reason: string, fix: string): Verdict => missing('policy_denied', reason, fix);

/** The optional policy can only add denials: undefined, an error, a time-out and no evaluator are denials too. */
export function policy({ facts, settings }: Case): Verdict {
  const { files, evaluation } = facts.policy;
  if (settings.policy === null && files.length === 0) return notApplicable('No policy is configured.');
  if (!evaluation)
    return deny(
      'a policy is configured and there is no evaluator',
      'Use a harness with a policy evaluator, or have a maintainer remove the policy.',
    );
  const fix = "Satisfy the policy's reasons, or have a maintainer change the policy.";
  if (evaluation.deny.length > 0)
    return deny(evaluation.deny.map(({ code, message }) => `${code}: ${message}`).join('; '), fix);
  return evaluation.allow === true
    ? passed('The policy allows the run.')
    : deny(`the policy says ${evaluation.allow === null ? 'nothing' : 'no'}`, fix);
}

export function approval(state: ApprovalState): Verdict {
  if (!state.required) return notApplicable(state.reason);
  if (state.status === 'granted') return passed(state.reason);
  const fix = state.satisfied_by ?? 'Have an entitled person approve exactly this content.';
  return { state: 'missing', lacks: state.lacks.map((lack) => ({ ...lack, fix })), reason: state.reason };
}
