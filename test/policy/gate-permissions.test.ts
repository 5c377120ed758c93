import { config, small, type Row } from './cases.ts';
import { gate } from './gate-table.ts';

gate('permissions', [
  ['nothing asked', small(), 'passed', []],
  [
    'a host',
    small({ permissions: { network: ['registry.npmjs.org:443'] } }),
    'missing',
    ['permission_not_allowed'],
    /registry\.npmjs\.org/,
  ],
  [
    'a host that is allowed',
    small(
      { permissions: { network: ['a.example:443'] } },
      { config: config({ permissions: { network: ['a.example:443'] } }) },
    ),
    'passed',
    [],
  ],
  [
    'the host on another port',
    small(
      { permissions: { network: ['a.example:80'] } },
      { config: config({ permissions: { network: ['a.example:443'] } }) },
    ),
    'missing',
    ['permission_not_allowed'],
  ],
  [
    'setup’s network counts too',
    small({ setup: { commands: [{ name: 'ci', run: ['npm', 'ci'] }], network: ['a.example:443'] } }),
    'missing',
    ['permission_not_allowed'],
    /setup/,
  ],
  ['a secret', small({ permissions: { secrets: ['TOKEN'] } }), 'missing', ['permission_not_allowed'], /secrets/],
  [
    'cloud',
    small({ permissions: { cloud: [{ provider: 'aws', actions: ['s3:Get'] }] } }),
    'missing',
    ['permission_not_allowed'],
    /cloud/,
  ],
  ['all none, written out', small({ permissions: { network: 'none', secrets: 'none', cloud: 'none' } }), 'passed', []],
  ...(
    ['timeout_seconds', 'memory_mib', 'processes', 'changed_files', 'patch_bytes', 'output_bytes', 'disk_mib'] as const
  ).flatMap((limit): Row[] => [
    [
      `${limit} at the maximum`,
      small({ limits: { [limit]: 7 } }, { config: config({ limits: { [limit]: 7 } }) }),
      'passed',
      [],
    ],
    [
      `${limit} above the maximum`,
      small({ limits: { [limit]: 8 } }, { config: config({ limits: { [limit]: 7 } }) }),
      'missing',
      ['permission_not_allowed'],
      new RegExp(limit),
    ],
    [
      `${limit} above the built-in maximum`,
      small({ limits: { [limit]: 2 ** 40 } }),
      'missing',
      ['permission_not_allowed'],
      new RegExp(limit),
    ],
  ]),
  [
    'a default above the maximum is not clamped',
    small({}, { config: config({ limits: { timeout_seconds: 60 } }) }),
    'missing',
    ['permission_not_allowed'],
    /by default/,
  ],
  [
    'a command that may run longer',
    small({ verification_commands: [{ name: 'slow', run: ['true'], timeout_seconds: 9999 }] }),
    'missing',
    ['permission_not_allowed'],
    /slow/,
  ],
]);
