import { config, small, wide, type Row } from './cases.ts';
import { digest, CONFIG } from './facts.ts';
import { gate } from './gate-table.ts';

gate('risk', [
  ['low, widest', small({ mutation_mode: 'candidate-default' }), 'passed', []],
  [
    'moderate, too wide',
    small({ risk_class: 'moderate', mutation_mode: 'candidate-default' }),
    'missing',
    ['risk_exceeded'],
  ],
  ['high, owned', small({ risk_class: 'high', mutation_mode: 'owned-noncritical-repo' }), 'missing', ['risk_exceeded']],
  ['critical, a copy', small({ risk_class: 'critical' }), 'passed', []],
  ['critical, sandbox', small({ risk_class: 'critical', mutation_mode: 'sandbox-repo' }), 'missing', ['risk_exceeded']],
]);

gate('repository_class', [
  ['a copy fits any', small(), 'not_applicable', []],
  ['critical by default', small({ mutation_mode: 'sandbox-repo' }), 'missing', ['critical_repository']],
  [
    'owned, sandbox wanted',
    small({ mutation_mode: 'sandbox-repo' }, { config: CONFIG }),
    'missing',
    ['unowned_repository'],
  ],
  [
    'disposable, sandbox wanted',
    small({ mutation_mode: 'sandbox-repo' }, { config: config({ repository: { class: 'disposable' } }) }),
    'passed',
    [],
  ],
  [
    'disposable, owned wanted',
    { ...wide, config: config({ repository: { class: 'disposable' } }) },
    'missing',
    ['unowned_repository'],
  ],
  ['owned', wide, 'passed', []],
  ['another repository', { ...wide, repository_name: 'acme/other' }, 'missing', ['unowned_repository'], /acme\/other/],
  ['nobody knows which repository', { ...wide, repository_name: null }, 'missing', ['unowned_repository']],
  [
    'on GitHub it is compared below owned, too',
    small(
      { mutation_mode: 'sandbox-repo' },
      {
        config: config({ repository: { class: 'disposable' } }),
        surface: 'github',
        repository_name: 'acme/other',
      },
    ),
    'missing',
    ['unowned_repository'],
    /acme\/other/,
  ],
  [
    'on GitHub it is compared for a copy, too',
    small({}, { surface: 'github', repository_name: 'acme/other' }),
    'missing',
    ['unowned_repository'],
  ],
  ['a copy on GitHub', small({}, { surface: 'github', repository_name: 'acme/uploader' }), 'not_applicable', []],
  [
    'on a laptop, below owned, the name is not compared',
    small(
      { mutation_mode: 'sandbox-repo' },
      { config: config({ repository: { class: 'disposable' } }), repository_name: null },
    ),
    'passed',
    [],
  ],
]);

gate('policy', [
  ['none', small(), 'not_applicable', []],
  [
    'configured, no evaluator',
    small({}, { config: config({ policy: { rego: '.countersign/policy/' } }) }),
    'missing',
    ['policy_denied'],
    /no evaluator/,
  ],
  [
    'files without configuration',
    small({}, { policy: { files: ['.countersign/policy/a.rego'], evaluation: null } }),
    'missing',
    ['policy_denied'],
    /no evaluator/,
  ],
  ...(
    [
      [true, 'passed', []],
      [false, 'missing', ['policy_denied']],
      [null, 'missing', ['policy_denied']],
    ] as const
  ).map(
    ([allow, state, codes]): Row => [
      `evaluated to ${allow}`,
      small(
        {},
        {
          policy: { files: ['p.rego'], evaluation: { allow, deny: [], evaluator: digest('e'), bundle: digest('b') } },
        },
      ),
      state,
      [...codes],
    ],
  ),
  [
    'allowed and denied',
    small(
      {},
      {
        policy: {
          files: ['p.rego'],
          evaluation: {
            allow: true,
            deny: [{ code: 'freeze', message: 'release week' }],
            evaluator: digest('e'),
            bundle: digest('b'),
          },
        },
      },
    ),
    'missing',
    ['policy_denied'],
    /release week/,
  ],
  [
    'a policy grants nothing that a gate refuses',
    small(
      { risk_class: 'critical', mutation_mode: 'sandbox-repo' },
      {
        policy: {
          files: ['p.rego'],
          evaluation: { allow: true, deny: [], evaluator: digest('e'), bundle: digest('b') },
        },
      },
    ),
    'passed',
    [],
  ],
]);

gate('approval', [
  ['not required', small(), 'not_applicable', []],
  ['required by the packet', small({ approval: { required: true } }), 'missing', ['approval_missing']],
  [
    'required by the configuration',
    small({}, { config: config({ approvals: { required: true } }) }),
    'missing',
    ['approval_missing'],
  ],
  [
    'required by the mode, whatever the packet says',
    small({ mutation_mode: 'sandbox-repo' }),
    'missing',
    ['approval_missing'],
  ],
  ['required by the risk', small({ risk_class: 'high' }), 'missing', ['approval_missing'], /0 of 2/],
  ['granted', wide, 'passed', []],
]);
