import { small, wide, repository, dirt, type Row, clean } from './cases.ts';
import { gate } from './gate-table.ts';

gate('dependencies', [
  ['none', small(), 'not_applicable', []],
  [
    'merged',
    repository({ dependencies: [{ packet_id: 'first', merged: true }] }, { depends_on: ['first'] }),
    'passed',
    [],
  ],
  [
    'not merged',
    repository({ dependencies: [{ packet_id: 'first', merged: false }] }, { depends_on: ['first'] }),
    'missing',
    ['dependency_not_merged'],
    /first/,
  ],
  [
    'not looked up',
    repository({ dependencies: [{ packet_id: 'other', merged: true }] }, { depends_on: ['first'] }),
    'missing',
    ['dependency_not_merged'],
  ],
  [
    'two answers',
    repository(
      {
        dependencies: [
          { packet_id: 'first', merged: true },
          { packet_id: 'first', merged: false },
        ],
      },
      { depends_on: ['first'] },
    ),
    'missing',
    ['dependency_not_merged'],
  ],
  [
    'a migration',
    small({ blocked_by: [{ kind: 'migration', ref: 'db-7' }] }),
    'missing',
    ['migration_blocked'],
    /db-7/,
  ],
  [
    'both',
    repository({}, { depends_on: ['first'], blocked_by: [{ kind: 'migration', ref: 'db-7' }] }),
    'missing',
    ['dependency_not_merged', 'migration_blocked'],
  ],
  ['not collected', { ...small({ depends_on: ['first'] }), repository: null }, 'missing', ['gate_missing']],
  ['the document tier blocks', small({ depends_on: ['first'], allowed_paths: [] }), 'not_evaluated', []],
]);

gate('clean_base', [
  ['clean', small(), 'passed', []],
  ['staged', repository({ status: { ...clean, staged: dirt } }), 'missing', ['dirty_starting_tree'], /1 staged \(a\)/],
  ['unstaged', repository({ status: { ...clean, unstaged: dirt } }), 'missing', ['dirty_starting_tree']],
  ['untracked', repository({ status: { ...clean, untracked: dirt } }), 'missing', ['dirty_starting_tree']],
  [
    'a count that denies its list',
    repository({ status: { ...clean, untracked: { count: 0, paths: ['a'] } } }),
    'missing',
    ['dirty_starting_tree'],
  ],
  ['not collected', small({}, { repository: null }), 'missing', ['gate_missing']],
  ['the configuration tier blocks', small({ engine: { id: 'nosuch' } }), 'not_evaluated', []],
]);

gate('evidence', [
  ['writable', small(), 'passed', []],
  [
    'not writable',
    repository({ evidence: { writable: false, room: true, problem: 'read-only file system' } }),
    'missing',
    ['artifact_write_failure'],
    /read-only/,
  ],
  [
    'no room',
    repository({ evidence: { writable: true, room: false, problem: null } }),
    'missing',
    ['artifact_write_failure'],
    /room/,
  ],
  ['not collected', small({}, { repository: null }), 'missing', ['gate_missing']],
]);

gate('sandbox', [
  ['available', small(), 'passed', []],
  [
    'not available',
    repository({ sandbox: { available: false, problem: 'no bubblewrap', fix: 'apt-get install bubblewrap' } }),
    'missing',
    ['sandbox_unavailable'],
    /no bubblewrap/,
  ],
  ['not collected', small({}, { repository: null }), 'missing', ['gate_missing']],
]);

gate('provider', [
  ['no model', small(), 'not_applicable', []],
  ['probed', wide, 'passed', []],
  ['not probed', { ...wide, provider: null }, 'missing', ['gate_missing']],
  ...(
    ['provider_unavailable', 'provider_auth_unavailable', 'provider_config_missing', 'provider_response_shape'] as const
  ).flatMap((status): Row[] => [
    [status, { ...wide, provider: { status, message: 'no answer' } }, 'missing', [status]],
    [
      `${status} of an engine without a model`,
      small({}, { provider: { status, message: 'no such program' } }),
      'missing',
      [status],
    ],
  ]),
  ['the repository tier blocks', { ...wide, repository: null }, 'not_evaluated', []],
]);
