import { beforeAll, describe, expect, it } from '@jest/globals';
import { playAll, readLibrary, type ScenarioResult, select } from '../../src/scenarios/index.ts';

/** The failure matrix as 2-contracts.md has it: row, blocker, the first event that names it, status. */
const ROWS = [
  ['no diff though one is expected', 'no_diff', 'git.diff.checked', 'fail'],
  ['path outside the allowed ones', 'disallowed_file_change', 'git.diff.checked', 'fail'],
  ['verification exits non-zero', 'verification_failed', 'verification.completed', 'fail'],
  ['verification required, none given', 'missing_test_command', 'backend.gate.blocked', 'blocked'],
  ['event missing or out of order', 'missing_required_event', 'run.completed', 'fail'],
  ["engine's own reviewer rejects", 'reviewer_rejected', 'verification.completed', 'blocked'],
  ['approval denied', 'approval_denied', 'approval.denied', 'blocked'],
  ['engine or verification too slow', 'timeout', 'run.completed', 'blocked'],
  ['target dirty at start', 'dirty_starting_tree', 'task.contract.created', 'blocked'],
  ['left-overs at the end outside scratch', 'dirty_ending_tree', 'run.completed', 'fail'],
  [
    'artifact cannot be written, once the engine started (before: gate `evidence`)',
    'artifact_write_failure',
    'run.completed',
    'fail',
  ],
  ['provider, CLI or model unavailable', 'provider_unavailable', 'run.completed', 'blocked'],
] as const;

const library = await readLibrary();
const { lanes } = select(library, 'matrix');
let results: ScenarioResult[] = [];
beforeAll(async () => {
  results = await playAll(lanes, { env: process.env });
}, 300_000);

describe('the failure matrix', () => {
  it.each(ROWS)('has one scenario for: %s', (row, code, event, status) => {
    const scenarios = library.filter(({ matrix_row }) => matrix_row === row);
    expect(scenarios.map(({ id }) => id)).toEqual([expect.stringMatching(/^matrix\//)]);
    const { expect: wanted } = scenarios[0] ?? { expect: undefined };
    expect(wanted?.blockers).toEqual([code]);
    expect(wanted?.status).toBe(status);
    expect(wanted?.events?.find((e) => e.blockers?.includes(code))?.type).toBe(event);
  });

  it('has no other rows, and a passing baseline', () => {
    const rows = library.flatMap(({ matrix_row }) => matrix_row ?? []);
    expect(rows.toSorted()).toEqual(ROWS.map(([row]) => row).toSorted());
    expect(library.find(({ id }) => id === 'matrix/baseline')?.expect).toMatchObject({ status: 'pass', blockers: [] });
  });

  it.each(lanes.map(({ scenario }) => scenario.id))('%s', (id) => {
    const result = results.find((r) => r.id === id);
    expect(result?.differences).toEqual([]);
    expect(result?.ok).toBe(true);
  });
});

describe('another lane', () => {
  it('gives the same result from an ordinary program', async () => {
    const selected = select(library, 'matrix', 'command');
    expect(selected.skipped).toEqual(['matrix/artifact-write', 'matrix/missing-event', 'matrix/reviewer-rejected']);
    const some = selected.lanes.filter(({ scenario }) => /baseline|no-diff|dirty-end/.test(scenario.id));
    const played = await playAll(some, { env: process.env });
    expect(played.flatMap(({ differences }) => differences)).toEqual([]);
    expect(played.map(({ status }) => status)).toEqual(['pass', 'fail', 'fail']);
  });
});
