import type { BranchRule, RepositorySettings } from '../../github/index.ts';
import { ACTIONS_APP, GATE } from '../templates/rulesets.ts';
import { ASK, ok, problem, unknown, warning } from './finding.ts';
import type { Finding } from './types.ts';

const RULES = 'Settings → Rules → Rulesets';
const FORGED = 'whoever may push workflow files can forge a check of the Actions app';
const IMPORT = 'Import .countersign/ruleset.json there.';

/** What the default branch asks of a merge, from rulesets and from classic protection together. */
interface Asked {
  pull: boolean;
  codeOwners: boolean;
  noForcePush: boolean;
  noDeletion: boolean;
  /** The app that may report the gate; null: anybody. None: it is not required. */
  gates: (number | null)[];
}

const flag = ({ parameters }: BranchRule, name: string): boolean => parameters[name] === true;

function gatesIn({ parameters }: BranchRule): (number | null)[] {
  const checks = parameters['required_status_checks'];
  return (Array.isArray(checks) ? (checks as unknown[]) : []).flatMap((check) => {
    const { context, integration_id: app } = (check ?? {}) as { context?: unknown; integration_id?: unknown };
    return context === GATE ? [typeof app === 'number' ? app : null] : [];
  });
}

function askedOf(
  rules: readonly BranchRule[],
  protection: Extract<RepositorySettings['protection'], { known: true }>['value'],
): Asked {
  const of = (type: string): BranchRule[] => rules.filter((rule) => rule.type === type);
  const pulls = of('pull_request');
  return {
    pull: pulls.length > 0 || protection?.needsPull === true,
    codeOwners: pulls.some((rule) => flag(rule, 'require_code_owner_review')) || protection?.needsCodeOwners === true,
    noForcePush: of('non_fast_forward').length > 0 || protection?.forcePushes === false,
    noDeletion: of('deletion').length > 0 || protection !== null,
    gates: [
      ...of('required_status_checks').flatMap(gatesIn),
      ...(protection?.checks ?? []).flatMap(({ context, app }) => (context === GATE ? [app] : [])),
    ],
  };
}

export function branchFindings({ rules, protection, defaultBranch }: RepositorySettings): Finding[] {
  if (!rules.known) return [unknown('branch_rules', `cannot be told: ${rules.why}`, RULES, ASK)];
  const asked = askedOf(rules.value, protection.known ? protection.value : null);
  const at = `${RULES}, ${defaultBranch}`;
  // What rulesets do not ask, classic protection may; where that cannot be read nobody knows.
  const lack = (
    code: string,
    report: typeof problem,
    holds: boolean,
    good: string,
    bad: string,
    fix: string,
  ): Finding =>
    holds
      ? ok(code, good, at)
      : protection.known
        ? report(code, bad, at, fix)
        : unknown(code, `no ruleset asks for it, and classic protection cannot be read: ${protection.why}`, at, ASK);
  return [
    lack(
      'branch_rules',
      problem,
      asked.pull,
      'changes come by pull request alone',
      'anybody who may write can push to it, rules and workflows included',
      IMPORT,
    ),
    lack(
      'gate_required',
      problem,
      asked.gates.length > 0,
      `${GATE} is required`,
      `${GATE} is not required: anything can be merged`,
      IMPORT,
    ),
    ...(asked.gates.length > 0 ? [gatePin(asked.gates, at)] : []),
    lack(
      'code_owner_review',
      warning,
      asked.codeOwners,
      'owners of the rules must review changes of them',
      'changes of .countersign and workflows need no review of their owners',
      'Tick "Require review from Code Owners".',
    ),
    lack(
      'history',
      warning,
      asked.noForcePush && asked.noDeletion,
      'its history stays',
      'it can be force-pushed or deleted',
      'Block force pushes and deletion.',
    ),
  ];
}

const gatePin = (gates: readonly (number | null)[], at: string): Finding =>
  gates.includes(null) && !gates.some((app) => app !== null)
    ? problem(
        'gate_pin',
        `anybody who may write can report ${GATE}`,
        at,
        `Choose GitHub Actions (app ${ACTIONS_APP}) as its source.`,
      )
    : ok(
        'gate_pin',
        `${GATE} counts only from app ${[...new Set(gates.filter((app) => app !== null))].join(', ')}`,
        at,
      );

/** Whether somebody who may push a branch can report the gate themselves, by a workflow of their own on it (SECURITY.md, What the Action alone cannot defend). */
export function workflowFileFindings({ rules, protection, pushRulesets }: RepositorySettings): Finding[] {
  const code = 'workflow_files';
  if (!rules.known) return [unknown(code, `cannot be told: ${rules.why}`, RULES, ASK)];
  const { gates } = askedOf(rules.value, protection.known ? protection.value : null);
  if (gates.some((app) => app !== null && app !== ACTIONS_APP))
    return [ok(code, 'the gate is an app of its own, which no workflow can act as', RULES)];
  if (rules.value.some(({ type, from }) => type === 'workflows' && from !== 'Repository'))
    return [ok(code, 'the organisation requires a workflow that no branch can rewrite', RULES)];
  if (!pushRulesets.known)
    return [unknown(code, `${FORGED}, unless a push ruleset forbids it: ${pushRulesets.why}`, RULES, ASK)];
  const kept = pushRulesets.value.filter(({ restrictedPaths }) => restrictedPaths.some(coversWorkflows));
  if (kept.length > 0)
    return [
      ok(
        code,
        `only who passes ${kept.map(({ name }) => JSON.stringify(name)).join(', ')} may push workflow files`,
        RULES,
      ),
    ];
  return [
    warning(
      code,
      FORGED,
      RULES,
      'Import .countersign/ruleset-workflow-files.json (organisations on a paid plan), require a workflow in the organisation, use the app, or give write permission only to people whom you trust with a merge.',
    ),
  ];
}

/** Patterns that take every file below `.github/workflows`. */
const coversWorkflows = (pattern: string): boolean =>
  /^\/?(?:\*\*\/\*|\.github\/(?:\*\*|\*\*\/\*|workflows\/(?:\*|\*\*|\*\*\/\*)))$/.test(pattern);
