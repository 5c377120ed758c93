import { describe, expect, it } from '@jest/globals';
import { engineSettings, parseConfig, settingsOf } from '../../src/policy/index.ts';

const WHERE = 'refs/heads/main:.countersign/config.yml';
const HEAD = 'schema: countersign/config/v1\n';
/** The example of 2-contracts.md, member by member. */
const EXAMPLE = `${HEAD}default_engine: fake
repository: { class: owned-noncritical }        # disposable | owned-noncritical | critical (the default)
engines:
  command: { enabled: true, stages: [2, 3], argv: [./agent.sh] }
  codex: { enabled: true, stages: [2, 3, 4], source: codex-0.169, model: openai-gpt }
plugins: { enabled: false, allow: [{ id: x, digest: "sha256:${'0'.repeat(64)}" }] }
permissions: { network: [], secrets: [] }
limits: { timeout_seconds: 3600 }
approvals: { required: false, approvers: { users: [], teams: [] }, min: 1, expires_after: 24h, max_attempts: 3 }
sandbox: { tools: [] }
forbidden_paths: []
allow_protected_paths: []
allow_no_verification: false
policy: { rego: .countersign/policy/ }
keys: { tickets: [ { id: k1, algorithm: ed25519, public_key: "${'Ab3'.repeat(14)}=", not_after: "2027-01-01T00:00:00.000Z" } ] }
collect: { review: false, evidence_index: false }
`;

describe('the configuration', () => {
  it('of the contract is accepted', () => {
    expect(parseConfig(EXAMPLE, WHERE)).toMatchObject({ ok: true });
  });

  it('has the defaults of the contract where the file is absent or says nothing', () => {
    const empty = parseConfig(HEAD, WHERE);
    if (!empty.ok) throw new Error('refused');
    expect(settingsOf(empty.config)).toEqual(settingsOf(null));
    expect(settingsOf(null)).toEqual({
      default_engine: 'fake',
      repository_class: 'critical',
      engines: {},
      plugins: { enabled: false, allow: [] },
      network: [],
      limits: {
        timeout_seconds: 3600,
        memory_mib: 8192,
        processes: 1024,
        changed_files: 500,
        patch_bytes: 64 << 20,
        output_bytes: 256 << 20,
        disk_mib: 16_384,
      },
      approvals: { required: false, users: [], teams: [], min: 1, expires_after: '24h', max_attempts: 3 },
      tools: [],
      forbidden_paths: [],
      allow_protected_paths: [],
      allow_no_verification: false,
      policy: null,
      collect: { review: false, evidence_index: false },
    });
    expect(engineSettings(settingsOf(null), 'fake').enabled).toBe(true);
    expect(engineSettings(settingsOf(null), 'command').enabled).toBe(false);
    expect(engineSettings(settingsOf(null), 'constructor').enabled).toBe(false);
  });

  it.each<[title: string, text: string, rule: string]>([
    ['no schema', 'default_engine: fake\n', 'required'],
    ['another version', 'schema: countersign/config/v2\n', 'const'],
    ['an unknown member', `${HEAD}engine: fake\n`, 'additionalProperties'],
    ['an unknown member inside', `${HEAD}engines: { codex: { enable: true } }\n`, 'additionalProperties'],
    ['secrets', `${HEAD}permissions: { secrets: [NPM] }\n`, 'maxItems'],
    ['cloud', `${HEAD}permissions: { cloud: [aws] }\n`, 'maxItems'],
    ['a stage that does not exist', `${HEAD}engines: { codex: { stages: [7] } }\n`, 'maximum'],
    ['an argv for another engine', `${HEAD}engines: { codex: { argv: [x] } }\n`, 'argv_not_allowed'],
    ['a protected path by glob', `${HEAD}allow_protected_paths: ['.github/workflows/*']\n`, 'path_not_exact'],
    ['a pattern that is none', `${HEAD}forbidden_paths: ['../x']\n`, 'path_parent'],
    ['tools that are relative', `${HEAD}sandbox: { tools: [bin] }\n`, 'pattern'],
    ['tools with ..', `${HEAD}sandbox: { tools: [/opt/../etc] }\n`, 'path_parent'],
    ['an anchor', `${HEAD}x-a: &a 1\n`, 'yaml_anchor'],
    ['a duplicate key', `${HEAD}default_engine: fake\ndefault_engine: codex\n`, 'duplicate_key'],
    ['a key that looks like a secret', `${HEAD}x-api-key: something\n`, 'secret_like'],
    ['a value that looks like a secret', `${HEAD}x-note: ghp_${'a1B2'.repeat(9)}\n`, 'secret_like'],
    ['an endpoint with credentials', `${HEAD}x-note: "https://u:p@models.example/v1"\n`, 'secret_like'],
    ['nothing at all', '', 'type'],
  ])('is refused: %s', (_, text, rule) => {
    const result = parseConfig(text, WHERE);
    if (result.ok) throw new Error('was accepted');
    expect(result.errors.map((e) => e.rule)).toContain(rule);
    for (const error of result.errors)
      expect(error).toMatchObject({ code: 'contract_invalid', at: WHERE, fix: expect.stringMatching(/./) });
  });

  it('reports everything at once, and never the secret itself', () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const result = parseConfig(
      `${HEAD}x-note: ${token}\nallow_protected_paths: ['a*']\nforbidden_paths: ['/x']\n`,
      WHERE,
    );
    if (result.ok) throw new Error('was accepted');
    expect(result.errors.map((e) => e.rule).toSorted()).toEqual(['path_absolute', 'path_not_exact', 'secret_like']);
    expect(JSON.stringify(result.errors)).not.toContain(token);
  });
});
