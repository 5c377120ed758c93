import { describe, expect, it } from '@jest/globals';
import { type Config, GATES, type GateId, type Packet } from '../../src/contracts/index.ts';
import { decide, type Facts } from '../../src/policy/index.ts';
import {
  broken,
  CONFIG,
  digest,
  factsOf,
  LATER,
  MODEL,
  packetOf,
  PROVIDER,
  record,
  REPOSITORY,
  SOURCE,
  stageRecord,
  TARGET,
  wideFacts,
  withPacket,
} from './facts.ts';

type State = 'passed' | 'missing' | 'not_applicable' | 'not_evaluated';
type Row = [title: string, facts: Facts, state: State, codes: string[], reason?: RegExp];

const config = (change: Partial<Config>): Config => ({ ...CONFIG, ...change });
const engines = (id: string, change: object): Config =>
  config({ engines: { ...CONFIG.engines, [id]: { ...CONFIG.engines?.[id], ...change } } });
const small = (packet: Partial<Packet> = {}, change: Partial<Facts> = {}): Facts => factsOf(packetOf(packet), change);
const without = (field: keyof Packet): Facts => {
  const { [field]: _, ...rest } = packetOf();
  return factsOf(rest as Packet, field === 'target' ? { base: null } : {});
};
const command = (packet: Partial<Packet> = {}, change: Partial<Facts> = {}): Facts =>
  small({ engine: { id: 'command' }, ...packet }, { config: CONFIG, ...change });
const plugin = (change: Partial<Facts> = {}): Facts =>
  small({ engine: { id: 'extra' } }, { config: CONFIG, plugins_enabled: true, ...change });
const wide = wideFacts();
const admissions = (...changed: object[]): Facts => ({
  ...wide,
  admissions: [SOURCE, MODEL, PROVIDER, TARGET].map((was) =>
    record({ ...was, ...changed.find((c) => (c as { id?: string }).id === was.id) }),
  ),
});
const seen = (change: object): Facts => ({
  ...wide,
  engine_source: wide.engine_source && { ...wide.engine_source, ...change },
});
const source = (change: object): Facts => admissions({ id: 'codex-1', ...change });
const model = (change: object): Facts => admissions({ id: 'gpt', ...change });
const target = (change: object): Facts => admissions({ id: 'uploader', ...change });
const decided = (change: object): Facts => admissions({ id: 'provider', ...change });
const kept = (...ids: string[]): Facts => ({
  ...wide,
  admissions: wide.admissions.filter((a) => a.document && ids.includes(a.document.id)),
});
const stage4 = (
  change: Parameters<typeof stageRecord>[1] | Partial<Facts['stage_records'][number]>,
  of: 'document' | 'fact' = 'document',
): Facts => ({
  ...wide,
  stage_records: [1, 2, 3]
    .map((n) => stageRecord(n))
    .concat(of === 'document' ? stageRecord(4, change as object) : { ...stageRecord(4), ...(change as object) }),
});
const repository = (change: Partial<NonNullable<Facts['repository']>>, packet: Partial<Packet> = {}): Facts =>
  small(packet, { repository: { ...REPOSITORY, ...change } });
const dirt = { count: 1, paths: ['a'] };
const clean = REPOSITORY.status;
const copyNotAdmitted = (change: object = {}): Facts =>
  withPacket(source({ status: 'not_admitted', ...change }), { mutation_mode: 'copied-fixture' });

const TABLE: Record<GateId, Row[]> = {
  contract: [
    ['the digest is the packet’s', small(), 'passed', []],
    [
      'the digest is another one',
      small({}, { packet: { document: packetOf(), digest: digest('x') } }),
      'missing',
      ['contract_invalid'],
    ],
  ],
  scope: [
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
  ],
  constraints: [
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
  ],
  engine_registered: [
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
        return factsOf(p as Packet, { config: config({ default_engine: 'command' }) });
      })(),
      'passed',
      [],
      /command/,
    ],
  ],
  engine_enabled: [
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
  ],
  stage_allowed: [
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
  ],
  stage_earned: [
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
  ],
  risk: [
    ['low, widest', small({ mutation_mode: 'candidate-default' }), 'passed', []],
    [
      'moderate, too wide',
      small({ risk_class: 'moderate', mutation_mode: 'candidate-default' }),
      'missing',
      ['risk_exceeded'],
    ],
    [
      'high, owned',
      small({ risk_class: 'high', mutation_mode: 'owned-noncritical-repo' }),
      'missing',
      ['risk_exceeded'],
    ],
    ['critical, a copy', small({ risk_class: 'critical' }), 'passed', []],
    [
      'critical, sandbox',
      small({ risk_class: 'critical', mutation_mode: 'sandbox-repo' }),
      'missing',
      ['risk_exceeded'],
    ],
  ],
  repository_class: [
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
    [
      'another repository',
      { ...wide, repository_name: 'acme/other' },
      'missing',
      ['unowned_repository'],
      /acme\/other/,
    ],
    ['nobody knows which repository', { ...wide, repository_name: null }, 'missing', ['unowned_repository']],
    [
      'below owned the name is not compared',
      small(
        { mutation_mode: 'sandbox-repo' },
        { config: config({ repository: { class: 'disposable' } }), repository_name: null },
      ),
      'passed',
      [],
    ],
  ],
  source: [
    ['fake', small(), 'not_applicable', []],
    ['command on a copy', command(), 'not_applicable', []],
    [
      'command in a sandbox repository',
      command({ mutation_mode: 'sandbox-repo' }),
      'missing',
      ['source_not_admitted'],
      /names no admission/,
    ],
    ['admitted', wide, 'passed', []],
    [
      'no reference',
      { ...wide, config: config({ engines: { codex: { enabled: true, stages: [5], model: 'gpt' } } }) },
      'missing',
      ['source_not_admitted'],
      /names no admission/,
    ],
    ['absent', kept('gpt', 'provider', 'uploader'), 'missing', ['source_not_admitted'], /does not exist/],
    [
      'unreadable',
      {
        ...kept('gpt', 'provider', 'uploader'),
        admissions: [...kept('gpt', 'provider', 'uploader').admissions, broken('codex-1', null)],
      },
      'missing',
      ['source_not_admitted'],
      /not JSON/,
    ],
    [
      'a record of another kind',
      { ...wide, config: engines('codex', { source: 'gpt' }) },
      'missing',
      ['source_not_admitted'],
      /kind model/,
    ],
    [
      'recorded twice',
      { ...wide, admissions: [...wide.admissions, record(SOURCE)] },
      'missing',
      ['source_not_admitted'],
      /2 times/,
    ],
    ['expired', source({ expires_at: '2026-05-01T00:00:00.000Z' }), 'missing', ['source_not_admitted'], /expired/],
    ['not yet begun', source({ admitted_at: LATER }), 'missing', ['source_not_admitted'], /dated after now/],
    ['nobody looked', { ...wide, engine_source: null }, 'missing', ['source_not_admitted'], /nobody looked/],
    ['another digest', seen({ sha256: 'f'.repeat(64) }), 'missing', ['source_not_admitted'], /digest/],
    ['another version', seen({ version: '0.170.0' }), 'missing', ['source_not_admitted'], /0\.170\.0/],
    ['another identity', seen({ identity: 'codex-cli 0.170.0' }), 'missing', ['source_not_admitted'], /identity/],
    [
      'another command shape',
      seen({ command_shape: ['codex', '--yolo'] }),
      'missing',
      ['source_not_admitted'],
      /command shape/,
    ],
    ['not executable', seen({ executable: false }), 'missing', ['source_not_admitted'], /executable/],
    ['found by a shell', seen({ found_by: 'shell' }), 'missing', ['source_not_admitted'], /shell/],
    ['under a temporary directory', seen({ temporary: true }), 'missing', ['source_not_admitted'], /temporary/],
    ['not admitted', source({ status: 'not_admitted' }), 'missing', ['source_not_admitted'], /not admitted/],
    ['not admitted, on a copy: runs and says so', copyNotAdmitted(), 'passed', [], /NOT admitted/],
    [
      'not admitted, on a copy, another digest',
      copyNotAdmitted({ binary_sha256: 'f'.repeat(64) }),
      'missing',
      ['source_not_admitted'],
      /digest/,
    ],
    [
      'not admitted, on a copy, expired',
      copyNotAdmitted({ expires_at: '2026-05-01T00:00:00.000Z' }),
      'missing',
      ['source_not_admitted'],
      /expired/,
    ],
    [
      'for another mode',
      source({ allowed_mutation_modes: ['copied-fixture'] }),
      'missing',
      ['source_not_admitted'],
      /mode/,
    ],
    [
      'licence for another mode',
      source({ licence: { ...SOURCE.licence, modes: ['copied-fixture'] } }),
      'missing',
      ['source_not_admitted'],
      /licence/,
    ],
    [
      'an update without its review',
      admissions({ id: 'codex-1', previous_id: 'gpt' }),
      'missing',
      ['source_not_admitted'],
      /record is gone/,
    ],
    [
      'an update, previous kept, no fixtures',
      {
        ...source({ previous_id: 'codex-0' }),
        admissions: [...source({ previous_id: 'codex-0' }).admissions, record({ ...SOURCE, id: 'codex-0' })],
      },
      'missing',
      ['source_not_admitted'],
      /without a record of fixtures/,
    ],
    [
      'review: scope unchanged cannot be compared',
      source({ review_on: ['scope'] }),
      'missing',
      ['source_not_admitted'],
      /scope/,
    ],
    ['review: path covered', source({ review_on: ['path'], reviewed: { path: ['src/', 'test/'] } }), 'passed', []],
    [
      'review: path beyond',
      source({ review_on: ['path'], reviewed: { path: ['src/'] } }),
      'missing',
      ['source_not_admitted'],
      /path/,
    ],
    ['review: risk as before', source({ review_on: ['risk'], reviewed: { risk: 'low' } }), 'passed', []],
    [
      'review: risk changed',
      source({ review_on: ['risk'], reviewed: { risk: 'moderate' } }),
      'missing',
      ['source_not_admitted'],
      /risk/,
    ],
    ['review: endpoint as before', source({ review_on: ['endpoint'], reviewed: { endpoint: 'hosted' } }), 'passed', []],
    [
      'review: endpoint changed',
      source({ review_on: ['endpoint'], reviewed: { endpoint: 'local' } }),
      'missing',
      ['source_not_admitted'],
      /endpoint/,
    ],
    [
      'review: credential class changed',
      source({ review_on: ['credential_class'], reviewed: { credential_class: 'vault' } }),
      'missing',
      ['source_not_admitted'],
      /credential_class/,
    ],
    ['review: model as before', source({ review_on: ['model'], reviewed: { model: 'openai/gpt-6' } }), 'passed', []],
    [
      'review: model changed',
      source({ review_on: ['model'], reviewed: { model: 'openai/gpt-5' } }),
      'missing',
      ['source_not_admitted'],
      /model/,
    ],
    [
      'review: source changed',
      source({ review_on: ['source'], reviewed: { source: 'codex-0' } }),
      'missing',
      ['source_not_admitted'],
      /source/,
    ],
    ['review: stage not above', source({ review_on: ['stage_above'], reviewed: { stage_above: 5 } }), 'passed', []],
    [
      'review: stage above',
      source({ review_on: ['stage_above'], reviewed: { stage_above: 4 } }),
      'missing',
      ['source_not_admitted'],
      /stage_above/,
    ],
  ],
  model: [
    ['fake uses none', small(), 'not_applicable', []],
    ['admitted', wide, 'passed', []],
    [
      'no reference',
      { ...wide, config: config({ engines: { codex: { enabled: true, stages: [5], source: 'codex-1' } } }) },
      'missing',
      ['model_not_admitted'],
      /names no admission/,
    ],
    ['absent', kept('codex-1', 'provider', 'uploader'), 'missing', ['model_not_admitted'], /does not exist/],
    [
      'unreadable',
      {
        ...kept('codex-1', 'provider', 'uploader'),
        admissions: [...kept('codex-1', 'provider', 'uploader').admissions, broken('gpt', 'model')],
      },
      'missing',
      ['model_not_admitted'],
      /not JSON/,
    ],
    ['expired', model({ expires_at: '2026-05-01T00:00:00.000Z' }), 'missing', ['model_not_admitted'], /expired/],
    ['not admitted', model({ status: 'not_admitted' }), 'missing', ['model_not_admitted']],
    [
      'not admitted, on a copy',
      withPacket(model({ status: 'not_admitted' }), { mutation_mode: 'copied-fixture' }),
      'missing',
      ['model_not_admitted'],
    ],
    [
      'for another mode',
      model({ allowed_mutation_modes: ['copied-fixture'] }),
      'missing',
      ['model_not_admitted'],
      /mode/,
    ],
    [
      'the packet asks for another model',
      withPacket(wide, { engine: { id: 'codex', model: 'gpt-5' } }),
      'missing',
      ['model_mismatch'],
      /gpt-5/,
    ],
    [
      'the packet asks for another provider',
      withPacket(wide, { engine: { id: 'codex', provider: 'azure' } }),
      'missing',
      ['model_mismatch'],
      /azure/,
    ],
    [
      'the packet asks for what is admitted',
      withPacket(wide, { engine: { id: 'codex', provider: 'openai', model: 'gpt-6' } }),
      'passed',
      [],
    ],
    [
      'the packet uses the bridge’s name',
      withPacket(wide, { engine: { id: 'codex', provider: 'bridge' } }),
      'passed',
      [],
    ],
    [
      'no provider decision',
      kept('codex-1', 'gpt', 'uploader'),
      'missing',
      ['model_not_admitted'],
      /no provider decision/,
    ],
    ['not decided', decided({ decision_status: 'not_decided' }), 'missing', ['model_not_admitted'], /nothing runs/],
    [
      'a local provider is required',
      decided({ decision_status: 'local_provider_required', provider_class: 'local' }),
      'missing',
      ['model_not_admitted'],
      /local provider/,
    ],
    [
      'a local one, required and admitted',
      admissions(
        { id: 'gpt', base_url_class: 'local' },
        { id: 'provider', decision_status: 'local_provider_required', provider_class: 'local' },
      ),
      'passed',
      [],
    ],
    [
      'a local one, an external one approved',
      admissions({ id: 'gpt', base_url_class: 'local' }),
      'missing',
      ['model_not_admitted'],
    ],
    ['decided for another model', decided({ model: 'gpt-5' }), 'missing', ['model_not_admitted']],
    [
      'decided for another credential class',
      decided({ credential_source_class: 'vault' }),
      'missing',
      ['model_not_admitted'],
    ],
    [
      'an unreadable file may be a decision',
      { ...wide, admissions: [...wide.admissions, broken('x', null)] },
      'missing',
      ['model_not_admitted'],
      /cannot be read/,
    ],
  ],
  target: [
    ['not needed on a copy', small(), 'not_applicable', []],
    ['not needed in a sandbox repository', small({ mutation_mode: 'sandbox-repo' }), 'not_applicable', []],
    ['admitted', wide, 'passed', []],
    ['missing', kept('codex-1', 'gpt', 'provider'), 'missing', ['target_not_admitted'], /there is no target admission/],
    ['not admitted', target({ status: 'not_admitted' }), 'missing', ['target_not_admitted'], /says not admitted/],
    ['expired', target({ expires_at: '2026-05-01T00:00:00.000Z' }), 'missing', ['target_not_admitted'], /expired/],
    [
      'other repository',
      target({ repository: 'acme/other' }),
      'missing',
      ['target_not_admitted'],
      /another repository: acme\/other/,
    ],
    ['unowned: no evidence', target({ ownership_evidence: ' ' }), 'missing', ['target_not_admitted'], /who owns/],
    ['unowned: another owner', target({ owner: 'mallory' }), 'missing', ['target_not_admitted'], /who owns/],
    ['critical', target({ risk_classification: 'critical' }), 'missing', ['target_not_admitted'], /critical/],
    [
      'noncritical is not low risk',
      target({ risk_classification: 'noncritical' }),
      'missing',
      ['target_not_admitted'],
      /noncritical/,
    ],
    ['path outside', target({ allowed_paths: ['src/'] }), 'missing', ['target_not_admitted'], /test\/retry\.test\.js/],
    ['action missing', target({ forbidden_actions: ['push'] }), 'missing', ['target_not_admitted'], /merge/],
    [
      'for another mode',
      target({ allowed_mutation_modes: ['sandbox-repo'] }),
      'missing',
      ['target_not_admitted'],
      /mode/,
    ],
    [
      'admitted twice',
      { ...wide, admissions: [...wide.admissions, record({ ...TARGET, id: 'uploader-2' })] },
      'missing',
      ['target_not_admitted'],
      /twice/,
    ],
    [
      'unreadable',
      { ...wide, admissions: [...wide.admissions, broken('x', 'target')] },
      'missing',
      ['target_not_admitted'],
      /cannot be read/,
    ],
  ],
  permissions: [
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
    [
      'all none, written out',
      small({ permissions: { network: 'none', secrets: 'none', cloud: 'none' } }),
      'passed',
      [],
    ],
    ...(
      [
        'timeout_seconds',
        'memory_mib',
        'processes',
        'changed_files',
        'patch_bytes',
        'output_bytes',
        'disk_mib',
      ] as const
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
  ],
  policy: [
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
  ],
  approval: [
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
  ],
  dependencies: [
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
  ],
  clean_base: [
    ['clean', small(), 'passed', []],
    [
      'staged',
      repository({ status: { ...clean, staged: dirt } }),
      'missing',
      ['dirty_starting_tree'],
      /1 staged \(a\)/,
    ],
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
  ],
  evidence: [
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
  ],
  sandbox: [
    ['available', small(), 'passed', []],
    [
      'not available',
      repository({ sandbox: { available: false, problem: 'no bubblewrap', fix: 'apt-get install bubblewrap' } }),
      'missing',
      ['sandbox_unavailable'],
      /no bubblewrap/,
    ],
    ['not collected', small({}, { repository: null }), 'missing', ['gate_missing']],
  ],
  provider: [
    ['no model', small(), 'not_applicable', []],
    ['probed', wide, 'passed', []],
    ['not probed', { ...wide, provider: null }, 'missing', ['gate_missing']],
    ...(
      [
        'provider_unavailable',
        'provider_auth_unavailable',
        'provider_config_missing',
        'provider_response_shape',
      ] as const
    ).flatMap((status): Row[] => [
      [`${status}`, { ...wide, provider: { status, message: 'no answer' } }, 'missing', [status]],
      [
        `${status} of an engine without a model`,
        small({}, { provider: { status, message: 'no such program' } }),
        'missing',
        [status],
      ],
    ]),
    ['the repository tier blocks', { ...wide, repository: null }, 'not_evaluated', []],
  ],
};

describe.each(Object.entries(TABLE))('gate %s', (id, rows) => {
  it.each(rows)('%s', (_, facts, state, codes, reason = /./) => {
    const gate = decide(facts).gates.find((g) => g.id === id);
    expect({ state: gate?.state, codes: gate?.codes }).toEqual({ state, codes });
    expect(gate?.reason).toMatch(reason);
    expect(typeof gate?.satisfied_by === 'string').toBe(state === 'missing');
  });
});

describe('the table of gates', () => {
  it('tries every gate of the contracts', () => {
    expect(Object.keys(TABLE).toSorted()).toEqual(GATES.map((gate) => gate.id).toSorted());
  });
  it('has a passing, a missing and, where there is one, a case that does not apply for each', () => {
    for (const rows of Object.values(TABLE)) {
      expect(rows.map(([, , state]) => state)).toContain('missing');
      expect(rows.map(([, , state]) => state)).toEqual(expect.arrayContaining([expect.stringMatching(/passed/)]));
    }
  });
});
