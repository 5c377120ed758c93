import type { Admission, Approval, Config, Digest, Packet, Sha, StageRecord } from '../../src/contracts/index.ts';
import { digestOf } from '../../src/contracts/index.ts';
import { type Facts, requiredApproval } from '../../src/policy/index.ts';

export const NOW = '2026-06-01T12:00:00.000Z';
export const LATER = '2026-12-01T00:00:00.000Z';
export const sha = (letter: string): Sha => letter.repeat(40) as Sha;
export const digest = (text: string): Digest => digestOf(text);
const BINARY = 'b'.repeat(64);

export const ACTIONS = [
  'push',
  'merge',
  'deploy',
  'close',
  'pr_open',
  'issue_close',
  'public_publication',
  'credential_change',
  'vendor_source_mutation',
  'core_mutation',
] as const;

/** A complete packet for a copy, played by fake. */
export const packetOf = (change: Partial<Packet> = {}): Packet => ({
  packet_id: 'limit-retries',
  title: 'Limit retries',
  risk_class: 'low',
  target: { repository: 'acme/uploader', base_ref: 'main' },
  allowed_paths: ['src/', 'test/retry.test.js'],
  forbidden_paths: ['src/credentials.js'],
  forbidden_actions: [...ACTIONS],
  mutation_mode: 'copied-fixture',
  engine: { id: 'fake', script: 'fake.yml' },
  verification_commands: [{ name: 'unit', run: ['node', '--test'] }],
  approval: { required: false },
  body: '',
  ...change,
});

const CLEAN = { count: 0, paths: [] };
export const REPOSITORY: NonNullable<Facts['repository']> = {
  status: { staged: CLEAN, unstaged: CLEAN, untracked: CLEAN },
  dependencies: [],
  evidence: { writable: true, room: true, problem: null },
  sandbox: { available: true, problem: null, fix: null },
};

/** Facts under which `packetOf()` may run: no configuration, the defaults. */
export function factsOf(packet: Packet = packetOf(), change: Partial<Facts> = {}): Facts {
  return {
    now: NOW,
    surface: 'local',
    fixture: false,
    packet: { document: packet, digest: digestOf(packet) },
    selection: { explicit: [], argv: null },
    protected: { ref: 'refs/heads/main', sha: sha('c'), rules: null },
    config: null,
    admissions: [],
    stage_records: [],
    verified_packs: [],
    engines: [
      { id: 'fake', kind: 'baseline', uses_model: false, digest: null },
      { id: 'command', kind: 'built_in', uses_model: false, digest: null },
      { id: 'codex', kind: 'built_in', uses_model: true, digest: null },
      { id: 'extra', kind: 'plugin', uses_model: false, digest: digest('extra') },
    ],
    plugins_enabled: false,
    engine_source: null,
    repository_name: 'acme/uploader',
    policy: { files: [], evaluation: null },
    approvals: [],
    author: null,
    consumed_nonces: [],
    attempts: [],
    base: { ref: 'refs/heads/main', sha: sha('a'), tree: sha('d'), script: { path: 'fake.yml', present: true } },
    head: null,
    repository: REPOSITORY,
    provider: null,
    ...change,
  };
}

export const CONFIG: Config = {
  schema: 'countersign/config/v1',
  repository: { class: 'owned-noncritical' },
  engines: {
    command: { enabled: true, stages: [1, 2, 3], argv: ['./agent.sh'] },
    codex: { enabled: true, stages: [1, 2, 3, 4, 5, 6], source: 'codex-1', model: 'gpt' },
    extra: { enabled: true, stages: [3], source: 'extra-1' },
  },
  plugins: { enabled: true, allow: [{ id: 'extra', digest: digest('extra') }] },
  approvals: { approvers: { users: ['ann', 'bob', 'cem'] } },
};

const ALL_MODES = ['none', 'copied-fixture', 'sandbox-repo', 'owned-noncritical-repo', 'candidate-default'] as const;
const common = {
  status: 'admitted',
  approval_source: 'security review 7',
  admitted_at: '2026-01-01T00:00:00.000Z',
  expires_at: LATER,
  allowed_mutation_modes: [...ALL_MODES],
} as const;
type Kind<K extends Admission['kind']> = Extract<Admission, { kind: K }>;

export const SOURCE: Kind<'source'> = {
  schema: 'countersign/admission/v1',
  id: 'codex-1',
  kind: 'source',
  ...common,
  allowed_mutation_modes: [...ALL_MODES],
  name: '@openai/codex',
  type: 'package',
  version: '0.169.0',
  binary_sha256: BINARY,
  identity_probe: { argv: ['codex', '--version'], expect: 'codex-cli 0.169.0' },
  command_shape: ['codex', 'exec', '{prompt}'],
  licence: { id: 'Apache-2.0', note: 'reviewed', modes: [...ALL_MODES] },
  protected_source: ['third_party/'],
};
export const MODEL: Kind<'model'> = {
  schema: 'countersign/admission/v1',
  id: 'gpt',
  kind: 'model',
  ...common,
  allowed_mutation_modes: [...ALL_MODES],
  provider: 'openai',
  model: 'gpt-6',
  runtime_provider_alias: 'bridge',
  credential_source_class: 'environment',
  allowed_network_class: 'model_endpoint',
  base_url_class: 'hosted',
};
export const PROVIDER: Kind<'provider-decision'> = {
  schema: 'countersign/admission/v1',
  id: 'provider',
  kind: 'provider-decision',
  decision_status: 'external_provider_approved',
  provider_class: 'external',
  provider: 'openai',
  model: 'gpt-6',
  fallback_provider: null,
  fallback_model: null,
  approval_source: 'security review 8',
  credential_source_class: 'environment',
  allowed_network_class: 'model_endpoint',
  review_trigger: 'a new contract',
  evidence_sources: ['review 8'],
  effect: 'codex may use it',
};
export const TARGET: Kind<'target'> = {
  schema: 'countersign/admission/v1',
  id: 'uploader',
  kind: 'target',
  ...common,
  allowed_mutation_modes: [...ALL_MODES],
  repository: 'acme/uploader',
  owner: 'acme',
  ownership_evidence: 'organisation settings',
  risk_classification: 'low_risk_noncritical',
  noncritical_rationale: 'a demo',
  allowed_paths: ['src/', 'test/'],
  forbidden_actions: [...ACTIONS],
  operator_outcome_required: true,
};

export const record = (document: Admission): Facts['admissions'][number] => ({
  file: `.countersign/admissions/${document.id}.json`,
  document,
  problem: null,
});
export const broken = (id: string, kind: Admission['kind'] | null): Facts['admissions'][number] => ({
  file: `.countersign/admissions/${id}.json`,
  document: null,
  problem: { kind, message: 'not JSON' },
});
export const stageRecord = (stage: number, change: Partial<StageRecord> = {}): Facts['stage_records'][number] => ({
  file: `.countersign/stages/codex/${stage}.json`,
  document: {
    schema: 'countersign/stage-record/v1',
    engine: 'codex',
    stage,
    engine_sha256: BINARY,
    recorded_at: NOW,
    recorded_by: 'ann',
    packs: [{ role: 'pass', fixture: 'baseline', pack_digest: digest(`stage ${stage}`) }],
    ...change,
  },
  problem: null,
  recomputed: 'pass',
});

/** The most demanding case there is: a model engine that publishes to an owned repository. Every gate but `constraints`, `policy`, `dependencies` passes. */
export function wideFacts(change: Partial<Facts> = {}, packetChange: Partial<Packet> = {}): Facts {
  const packet = packetOf({
    mutation_mode: 'owned-noncritical-repo',
    engine: { id: 'codex' },
    approval: { required: true },
    ...packetChange,
  });
  const facts = factsOf(packet, {
    config: CONFIG,
    admissions: [SOURCE, MODEL, PROVIDER, TARGET].map(record),
    stage_records: [1, 2, 3, 4, 5].map((n) => stageRecord(n)),
    engine_source: {
      path: '/opt/codex/bin/codex',
      found_by: 'absolute',
      executable: true,
      temporary: false,
      sha256: BINARY,
      version: '0.169.0',
      identity: 'codex-cli 0.169.0',
      command_shape: ['codex', 'exec', '{prompt}'],
    },
    surface: 'github',
    head: sha('e'),
    provider: { status: 'ok', message: 'gpt-6 answered' },
    ...change,
  });
  return { ...facts, approvals: change.approvals ?? [reviewed(facts)] };
}

/** An approval of exactly what these facts would run. */
export function grant(facts: Facts, change: Partial<Approval> = {}): Approval {
  const request = requiredApproval(facts);
  if (!request) throw new Error('these facts do not say what is to be approved');
  return {
    schema: 'countersign/approval/v1',
    event: 'approval.granted',
    ...request.bound,
    actor: { id: 7, login: 'ann' },
    source: 'local',
    at: '2026-06-01T11:00:00.000Z',
    expires_at: '2026-06-02T11:00:00.000Z',
    nonce: 'nonce-0001',
    ...change,
  };
}
export const fromFile = (facts: Facts, change: Partial<Approval> = {}): Facts['approvals'][number] => ({
  from: 'file',
  document: grant(facts, change),
  signature_verified: false,
});
export const reviewed = (facts: Facts, change: Partial<Approval> = {}): Facts['approvals'][number] => ({
  from: 'github',
  document: grant(facts, { source: 'review', ...change }),
  signature_verified: false,
});

/** The same facts for a changed packet, its digest recomputed. */
export const withPacket = (facts: Facts, change: Partial<Packet>): Facts => {
  const document = { ...facts.packet.document, ...change };
  return { ...facts, packet: { document, digest: digestOf(document) } };
};
/** The same facts, approved anew: for cases in which the approval is not what is tried. */
export const approvedAnew = (facts: Facts): Facts => ({ ...facts, approvals: [reviewed(facts)] });
