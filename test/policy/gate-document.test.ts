import { config, small, without, command, type Row } from './cases.ts';
import { digest, packetOf, withPacket } from './facts.ts';
import { gate } from './gate-table.ts';

gate('contract', [
  ['the digest is the packet’s', small(), 'passed', []],
  [
    'the digest is another one',
    small({}, { packet: { document: packetOf(), digest: digest('x') } }),
    'missing',
    ['contract_invalid'],
  ],
]);

gate('scope', [
  ['complete', small(), 'passed', []],
  ...(
    [
      'risk_class',
      'target',
      'allowed_paths',
      'forbidden_paths',
      'forbidden_actions',
      'mutation_mode',
      'approval',
    ] as const
  ).map((field): Row => [`without ${field}`, without(field), 'missing', ['scope_incomplete'], new RegExp(field)]),
  ['nothing may change', small({ allowed_paths: [] }), 'missing', ['scope_incomplete'], /allowed_paths/],
  ['nothing is forbidden', small({ forbidden_paths: [] }), 'passed', []],
  ['an action is left out', small({ forbidden_actions: ['push'] }), 'missing', ['scope_incomplete'], /merge/],
  ['no verification', without('verification_commands'), 'missing', ['missing_test_command']],
  ['empty verification', small({ verification_commands: [] }), 'missing', ['missing_test_command']],
  [
    'a rationale that the config does not allow',
    (() => {
      const f = without('verification_commands');
      return withPacket(f, { no_verification_rationale: 'docs' });
    })(),
    'missing',
    ['missing_test_command'],
  ],
  [
    'a rationale that the config allows',
    (() => {
      const f = { ...without('verification_commands'), config: config({ allow_no_verification: true }) };
      return withPacket(f, { no_verification_rationale: 'docs' });
    })(),
    'passed',
    [],
  ],
  [
    'a rationale in a wider mode',
    (() => {
      const f = { ...without('verification_commands'), config: config({ allow_no_verification: true }) };
      return withPacket(f, { no_verification_rationale: 'docs', mutation_mode: 'sandbox-repo' });
    })(),
    'missing',
    ['missing_test_command'],
  ],
  ['fake without a script', small({ engine: { id: 'fake' } }), 'missing', ['scope_incomplete'], /script/],
  [
    'fake with a script that is not in the base',
    small({ engine: { id: 'fake', script: 'other.yml' } }),
    'missing',
    ['scope_incomplete'],
    /other\.yml/,
  ],
  [
    'fake with a script that is no file',
    { ...small(), base: { ...small().base!, script: { path: 'fake.yml', present: false } } },
    'missing',
    ['scope_incomplete'],
    /fake\.yml/,
  ],
  ['another engine needs no script', command(), 'passed', []],
  [
    'everything at once',
    small({ engine: { id: 'fake' }, forbidden_actions: [], verification_commands: [] }),
    'missing',
    ['scope_incomplete', 'missing_test_command'],
  ],
  ['the base was not resolved', small({}, { base: null }), 'missing', ['gate_missing']],
]);

gate('constraints', [
  ['none', small(), 'not_applicable', []],
  ['deterministic', small({ constraints: { deterministic: true } }), 'passed', []],
  ['deterministic as text', small({ constraints: { deterministic: 'yes' } }), 'missing', ['constraint_unsupported']],
  [
    'an unknown one',
    small({ constraints: { deterministic: true, no_gpu: true } }),
    'missing',
    ['constraint_unsupported'],
    /no_gpu/,
  ],
  [
    'a name that objects have anyway',
    small({ constraints: { constructor: true } }),
    'missing',
    ['constraint_unsupported'],
  ],
]);
