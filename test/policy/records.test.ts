import { describe, expect, it } from '@jest/globals';
import { parseAdmission, parseStageRecord, secretLike } from '../../src/policy/index.ts';
import { MODEL, PROVIDER, SOURCE, stageRecord, TARGET } from './facts.ts';

const admission = (document: object, name = 'codex-1') =>
  parseAdmission(`.countersign/admissions/${name}.json`, JSON.stringify(document));

describe('an admission file', () => {
  it.each([SOURCE, MODEL, PROVIDER, TARGET].map((document) => [document.kind, document] as const))(
    'of kind %s is read',
    (_, document) => {
      expect(admission(document, document.id)).toEqual({
        file: `.countersign/admissions/${document.id}.json`,
        document,
        problem: null,
      });
    },
  );

  it.each<[title: string, document: object, said: RegExp]>([
    ['no term', { ...SOURCE, expires_at: undefined }, /review_on/],
    ['a moving version', { ...SOURCE, version: 'latest' }, /version/],
    ['a range', { ...SOURCE, version: '^1.2.0' }, /version/],
    ['no digest', { ...SOURCE, binary_sha256: undefined }, /binary_sha256/],
    ['an unknown member', { ...SOURCE, note: 'x' }, /note/],
    ['another file name', { ...SOURCE, id: 'codex-2' }, /codex-2\.json/],
    ['a member that looks like a secret', { ...SOURCE, 'x-api-token': 'abc' }, /looks like a secret/],
    ['a value that looks like a secret', { ...SOURCE, approval_source: `sk-${'a'.repeat(30)}` }, /looks like a secret/],
    ['an escape that hides something', { ...SOURCE, approval_source: 'review\u202e7' }, /U\+202E/],
    ['a pattern that is none', { ...SOURCE, protected_source: ['../x'] }, /\.\.\/x/],
  ])('is unusable: %s', (_, document, said) => {
    expect(admission(document)).toMatchObject({
      document: null,
      problem: { kind: 'source', message: expect.stringMatching(said) },
    });
  });

  it.each<[title: string, document: object]>([
    ['a fallback is never taken', { ...PROVIDER, fallback_model: 'gpt-5' }],
    ['a status that nobody knows', { ...PROVIDER, decision_status: 'maybe' }],
  ])('of a provider decision is unusable: %s', (_, document) => {
    expect(admission(document, 'provider')).toMatchObject({ document: null, problem: { kind: 'provider-decision' } });
  });

  it('of a target is unusable where no outcome is required', () => {
    expect(admission({ ...TARGET, operator_outcome_required: false }, 'uploader')).toMatchObject({
      document: null,
      problem: { kind: 'target' },
    });
  });

  it.each([
    ['not JSON', 'status: admitted'],
    ['a kind that nobody knows', JSON.stringify({ ...SOURCE, kind: 'engine' })],
    ['a duplicate key', JSON.stringify(SOURCE).replace('"kind"', '"status":"not_admitted","kind"')],
    ['a list', '[]'],
    ['null', 'null'],
  ])('of no certain kind counts against every kind: %s', (_, text) => {
    expect(parseAdmission('.countersign/admissions/codex-1.json', text)).toMatchObject({
      document: null,
      problem: { kind: null },
    });
  });
});

describe('a stage record file', () => {
  const { document } = stageRecord(4);
  it('is read, and nobody has judged its packs', () => {
    const file = '.countersign/stages/codex/4.json';
    expect(parseStageRecord(file, JSON.stringify(document))).toEqual({
      file,
      document,
      problem: null,
      recomputed: null,
    });
  });
  it.each([
    ['of another engine', '.countersign/stages/claude/4.json', document],
    ['of another stage', '.countersign/stages/codex/5.json', document],
    ['without packs', '.countersign/stages/codex/4.json', { ...document, packs: [] }],
    ['that claims a status', '.countersign/stages/codex/4.json', { ...document, status: 'pass' }],
  ])('is unusable: %s', (_, file, content) => {
    expect(parseStageRecord(file, JSON.stringify(content))).toMatchObject({
      document: null,
      problem: expect.stringMatching(/./),
    });
  });
});

describe('what looks like a secret', () => {
  it.each(['password', 'db_password', 'api-key', 'x-apiKey', 'client_secret', 'GITHUB_TOKEN', 'auth', 'private_key'])(
    'the name %s',
    (name) => {
      expect(secretLike({ [name]: 'x' })).toHaveLength(1);
    },
  );
  it.each([
    'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
    'github_pat_11ABCDEFG0123456789_abcdef',
    'AKIAIOSFODNN7EXAMPLE',
    'xoxb-1234567890-abc',
    'npm_abcdefghijklmnopqrstuvwxyz0123456789',
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    'Bearer abcdefghijklmnopqrstuvwx',
    'postgres://app:hunter2@db/x',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
    'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5hJ7k',
  ])('the value %s', (value) => {
    expect(secretLike({ note: value })).toHaveLength(1);
  });
  it.each([
    ['a digest', `sha256:${'0a'.repeat(32)}`],
    ['an object id', 'a1'.repeat(20)],
    ['subresource integrity', `sha512-${'Ab3'.repeat(28)}==`],
    ['prose', 'Reviewed in the security meeting of 2026-01-01; see the notes.'],
    ['a package URL', 'https://registry.example/@openai/codex/-/codex-0.169.0.tgz'],
  ])('not %s', (_, value) => {
    expect(secretLike({ note: value })).toEqual([]);
  });
  it('not the contracts’ own members', () => {
    expect(
      secretLike({
        permissions: { secrets: [] },
        credential_source_class: 'vault',
        keys: {},
        public_key: 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5hJ7k',
      }),
    ).toEqual([]);
  });
});
