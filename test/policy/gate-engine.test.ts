import { config, engines, small, command, plugin, wide, stage4 } from './cases.ts';
import { digest, packetOf, factsOf, CONFIG, stageRecord } from './facts.ts';
import { gate } from './gate-table.ts';

gate('engine_registered', [
  ['registered', small(), 'passed', []],
  ['unknown', small({ engine: { id: 'nosuch' } }), 'missing', ['engine_unknown'], /nosuch/],
  [
    'registered twice',
    small({}, { engines: [...factsOf().engines, ...factsOf().engines] }),
    'missing',
    ['engine_unknown'],
  ],
  [
    'the configuration’s default',
    (() => {
      const { engine: _, ...p } = packetOf();
      return factsOf(p, { config: config({ default_engine: 'command' }) });
    })(),
    'passed',
    [],
    /command/,
  ],
]);

gate('engine_enabled', [
  ['fake needs no configuration', small(), 'passed', []],
  [
    'fake, disabled by hand',
    small({}, { config: engines('fake', { enabled: false }) }),
    'missing',
    ['engine_not_enabled'],
  ],
  [
    'command without configuration',
    small({ engine: { id: 'command' } }, { selection: { explicit: [], argv: ['true'] } }),
    'missing',
    ['engine_not_enabled'],
  ],
  [
    'command, listed and not enabled',
    command({}, { config: engines('command', { enabled: false }) }),
    'missing',
    ['engine_not_enabled'],
  ],
  ['command enabled', command(), 'passed', []],
  ['an engine that nobody knows', small({ engine: { id: 'nosuch' } }), 'not_evaluated', []],
  ['plugin', plugin(), 'passed', []],
  [
    'plugin without the environment',
    plugin({ plugins_enabled: false }),
    'missing',
    ['engine_not_enabled'],
    /switched on/,
  ],
  [
    'plugin with another digest',
    plugin({ config: config({ plugins: { enabled: true, allow: [{ id: 'extra', digest: digest('other') }] } }) }),
    'missing',
    ['engine_not_enabled'],
    /digest/,
  ],
  [
    'plugin under another id',
    plugin({ config: config({ plugins: { enabled: true, allow: [{ id: 'other', digest: digest('extra') }] } }) }),
    'missing',
    ['engine_not_enabled'],
  ],
  [
    'plugins switched off in the configuration',
    plugin({ config: config({ plugins: { ...CONFIG.plugins, enabled: false } }) }),
    'missing',
    ['engine_not_enabled'],
    /plugins/,
  ],
]);

gate('stage_allowed', [
  ['fake is exempt', small(), 'not_applicable', []],
  ['listed', command(), 'passed', []],
  [
    'not listed',
    command({}, { config: engines('command', { stages: [2, 4] }) }),
    'missing',
    ['stage_not_allowed'],
    /stage 3/,
  ],
  [
    'a scenario fixture is stage 2',
    command({}, { config: engines('command', { stages: [2] }), fixture: true }),
    'passed',
    [],
  ],
  [
    'a repository is not stage 2',
    command({}, { config: engines('command', { stages: [2] }) }),
    'missing',
    ['stage_not_allowed'],
  ],
  [
    'mode none is stage 1',
    command({ mutation_mode: 'none' }, { config: engines('command', { stages: [2, 3] }) }),
    'missing',
    ['stage_not_allowed'],
    /stage 1/,
  ],
  [
    'owned is stage 5',
    { ...wide, config: engines('codex', { stages: [1, 2, 3, 4] }) },
    'missing',
    ['stage_not_allowed'],
    /stage 5/,
  ],
]);

gate('stage_earned', [
  ['fake is exempt', small({ mutation_mode: 'candidate-default' }), 'not_applicable', []],
  ['a copy needs none', command(), 'not_applicable', []],
  ['proven', wide, 'passed', []],
  [
    'no records',
    { ...wide, stage_records: [] },
    'missing',
    ['stage_exceeded'],
    /no record of stage 1.*no record of stage 4/,
  ],
  [
    'one is absent',
    { ...wide, stage_records: [1, 2, 3].map((n) => stageRecord(n)) },
    'missing',
    ['stage_exceeded'],
    /stage 4/,
  ],
  [
    'nobody judged the packs again',
    stage4({ recomputed: null }, 'fact'),
    'missing',
    ['stage_exceeded'],
    /nobody has verified/,
  ],
  ['the packs say fail', stage4({ recomputed: 'fail' }, 'fact'), 'missing', ['stage_exceeded'], /fail/],
  ['the packs say blocked', stage4({ recomputed: 'blocked' }, 'fact'), 'missing', ['stage_exceeded']],
  ['another engine’s', stage4({ engine: 'claude' }), 'missing', ['stage_exceeded']],
  ['another stage in the file', stage4({ stage: 5 }), 'missing', ['stage_exceeded']],
  ['another binary', stage4({ engine_sha256: 'f'.repeat(64) }), 'missing', ['stage_exceeded'], /binary/],
  ['expired', stage4({ expires_at: '2026-01-01T00:00:00.000Z' }), 'missing', ['stage_exceeded'], /expired/],
  ['unreadable', stage4({ document: null, problem: 'not JSON' }, 'fact'), 'missing', ['stage_exceeded'], /not JSON/],
  [
    'recorded twice',
    { ...wide, stage_records: [...wide.stage_records, stageRecord(4)] },
    'missing',
    ['stage_exceeded'],
    /2 times/,
  ],
]);
