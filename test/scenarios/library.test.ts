import { beforeAll, describe, expect, it } from '@jest/globals';
import { CODES } from '../../src/contracts/index.ts';
import { playAll, readLibrary, type ScenarioResult, select } from '../../src/scenarios/index.ts';

const library = await readLibrary();
const lanes = select(library, 'all').lanes.filter(({ scenario }) => !scenario.id.startsWith('matrix/'));
let results: ScenarioResult[] = [];
beforeAll(async () => {
  results = await playAll(lanes, { env: process.env });
}, 300_000);

describe('every other scenario', () => {
  it.each(lanes.map(({ scenario }) => scenario.id))('%s', (id) => {
    const result = results.find((r) => r.id === id);
    expect(result?.differences).toEqual([]);
    expect(result?.ok).toBe(true);
  });
});

/** Codes that no scenario can give yet, each with the reason. */
const WITHOUT: Readonly<Record<string, string>> = {
  contract_invalid: 'exit 3, without a run: ends/contract-invalid',
  model_not_admitted: 'no engine with a model ships',
  model_mismatch: 'no engine with a model ships',
  provider_auth_unavailable: 'no engine with a model ships',
  provider_config_missing: 'no engine with a model ships',
  provider_response_shape: 'no engine with a model ships',
  agent_protocol_failed: 'no engine with a protocol of its own ships',
  forbidden_action_attempted: 'no engine with forge actions ships',
  lifecycle_timeout_after_valid_patch: 'case alone',
  missing_operator_outcome: 'outcomes are the ledger’s',
  gate_missing: 'a defect of the harness: test/policy',
  evidence_invalid: 'a defect of the harness: test/evidence',
  evidence_stale: 'what verify says: test/evidence',
  telemetry_in_pack: 'what verify says: test/evidence',
};

describe('the table of codes', () => {
  it('is played in full, but for those that say why not', () => {
    const played = new Set<string>(library.flatMap((scenario) => scenario.expect.blockers ?? []));
    expect(Object.keys(CODES).filter((code) => !played.has(code))).toEqual(
      Object.keys(CODES).filter((code) => code in WITHOUT),
    );
  });
});
