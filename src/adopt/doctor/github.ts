import type { Known, RepositorySettings } from '../../github/index.ts';
import { branchFindings, workflowFileFindings } from './branch.ts';
import { ASK, ok, problem, unknown, warning } from './finding.ts';
import { LABEL } from './tree.ts';
import type { DoctorFacts, Finding } from './types.ts';

const SETTINGS = 'Settings → Actions → General';

/** How the repository on GitHub is set up. What the token may not ask is unknown, and said so. */
export function githubFindings(github: DoctorFacts['github']): Finding[] {
  if ('why' in github) return [unknown('github', github.why, 'GitHub', github.fix)];
  return [
    ...repositoryFindings(github),
    ...told('actions', SETTINGS, github.actions, actionsFindings),
    ...told('token_permissions', SETTINGS, github.workflow, ({ permissions, mayCreatePulls }) => [
      permissions === 'read'
        ? ok('token_permissions', 'workflows that ask for nothing may only read', SETTINGS)
        : warning(
            'token_permissions',
            'every workflow that does not say otherwise holds a token that may write',
            SETTINGS,
            'Choose "Read repository contents and packages permissions".',
          ),
      mayCreatePulls
        ? ok('pull_requests', 'workflows may open pull requests', SETTINGS)
        : problem(
            'pull_requests',
            'workflows may not open pull requests, so no packet can be opened',
            SETTINGS,
            'Tick "Allow GitHub Actions to create and approve pull requests" (an approval by a workflow never counts here).',
          ),
    ]),
    ...told('label', 'Issues → Labels', github.hasLabel, (has) => [
      has
        ? ok('label', `there is a label ${LABEL}`)
        : problem(
            'label',
            `there is no label ${LABEL}: the form cannot set it`,
            'Issues → Labels',
            `Make a label called ${LABEL}: gh label create ${LABEL}.`,
          ),
    ]),
    ...branchFindings(github),
    ...workflowFileFindings(github),
    ...approverFindings(github),
  ];
}

const told = <T>(code: string, at: string, fact: Known<T>, look: (value: T) => Finding[]): Finding[] =>
  fact.known ? look(fact.value) : [unknown(code, `cannot be told: ${fact.why}`, at, ASK)];

const repositoryFindings = ({ archived, hasIssues }: RepositorySettings): Finding[] => [
  ...(archived ? [problem('repository', 'is archived: nothing can be written to it', 'GitHub', 'Unarchive it.')] : []),
  ...(hasIssues
    ? []
    : [problem('repository', 'has no issues, and packets are issues', 'Settings → General', 'Tick "Issues".')]),
  ...(!archived && hasIssues ? [ok('repository', 'issues can be opened')] : []),
];

function actionsFindings({
  enabled,
  allowed,
  onlyPinned,
}: {
  enabled: boolean;
  allowed: string | null;
  onlyPinned: boolean;
}): Finding[] {
  if (!enabled) return [problem('actions', 'GitHub Actions is switched off', SETTINGS, 'Allow actions.')];
  if (allowed === 'local_only')
    return [
      problem(
        'actions',
        'only actions of this owner are allowed',
        SETTINGS,
        'Allow select actions: the repository of Countersign, and those of actions/*.',
      ),
    ];
  if (allowed === 'selected')
    return [
      warning(
        'actions',
        'only selected actions are allowed',
        SETTINGS,
        'Make sure that the repository of Countersign and actions/* are among them.',
      ),
    ];
  return [
    onlyPinned
      ? ok('actions', 'actions are allowed, pinned ones alone', SETTINGS)
      : ok('actions', 'actions are allowed', SETTINGS),
  ];
}

function approverFindings({ permissions }: RepositorySettings): Finding[] {
  const at = '.countersign/config.yml';
  return Object.entries(permissions).map(([login, permission]) =>
    !permission.known
      ? unknown('approver', `whether ${login} may write cannot be told: ${permission.why}`, at, ASK)
      : ['admin', 'maintain', 'write'].includes(permission.value)
        ? ok('approver', `${login} may write, so their yes counts`, at)
        : problem(
            'approver',
            `${login} has permission ${permission.value}: their yes does not count`,
            at,
            'Give them write permission, or name somebody else.',
          ),
  );
}
