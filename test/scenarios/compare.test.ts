import { describe, expect, it } from '@jest/globals';
import type { Event, Report, Scenario } from '../../src/contracts/index.ts';
import type { RunResult } from '../../src/run/index.ts';
import { compare, type Observation } from '../../src/scenarios/compare.ts';

const PATHS = [
  'SHA256SUMS',
  'admissions.json',
  'approvals.json',
  'decision.json',
  'events.normalized.jsonl',
  'inputs.json',
  'manifest.json',
  'packet.json',
  'patch.diff',
  'report.json',
  'report.md',
  'test.log',
  'trace.jsonl',
];

const EXPECT: Scenario['expect'] = {
  status: 'fail',
  exit_code: 1,
  blockers: ['no_diff'],
  messages: ['nothing'],
  engine_started: true,
  termination: 'exited',
  approval_status: 'not-required',
  changed: ['a', 'b'],
  not_applicable: ['patch.diff'],
  files: { 'test.log': ['hello'] },
  events: [{ type: 'run.started' }, { type: 'git.diff.checked', blockers: ['no_diff'], result: 'fail' }],
};

/** Just what is compared of a report and of events. */
const report = (more: Partial<Report> = {}): Report =>
  ({
    status: 'fail',
    artifact_paths: PATHS,
    freshness: { stale: [] },
    backend_process_started: true,
    backend_termination: 'exited',
    approval_status: 'not-required',
    changed_files: [{ path: 'b' }, { path: 'a' }],
    not_applicable: { 'patch.diff': 'empty' },
    ...more,
  }) as unknown as Report;
const events = (blockers: string[] = ['no_diff'], result = 'fail', type = 'git.diff.checked'): Event[] =>
  [
    { type: 'run.started', data: { blockers: [] } },
    { type, data: { blockers, result } },
  ] as unknown as Event[];
const RESULT = {
  status: 'fail',
  run_id: 'run-0000000000000000',
  exit_code: 1,
  pack: '/pack',
  pack_digest: null,
  blockers: [{ code: 'no_diff', message: 'nothing was changed', at: 'patch.diff', fix: '' }],
} satisfies RunResult;
const SEEN: Observation = {
  result: RESULT,
  errors: [],
  report: report(),
  events: events(),
  discrepancies: [],
  members: new Map([['test.log', 'say hello']]),
  outside: [],
  alive: [],
};

describe('compare', () => {
  it('finds nothing where everything is as expected', () => {
    expect(compare(EXPECT, SEEN)).toEqual([]);
  });

  const blocked = { ...RESULT, status: 'blocked' as const };
  const cases: [string, Partial<Observation>, RegExp][] = [
    ['another exit code', { result: { ...RESULT, exit_code: 2 } }, /^exit code is 2, expected 1/],
    ['another status', { result: blocked, report: report({ status: 'blocked' }) }, /^status is "blocked"/],
    ['a report that disagrees', { report: report({ status: 'pass' }) }, /^report.json says pass/],
    ['another blocker', { result: { ...RESULT, blockers: [] } }, /^blockers are \[\], expected \["no_diff"\]/],
    [
      'another message',
      { result: { ...RESULT, blockers: [{ ...RESULT.blockers[0]!, message: 'x' }] } },
      /^no blocker names "nothing"/,
    ],
    ['no pack', { report: null }, /^there is no pack/],
    ['what verify says', { discrepancies: ['evidence_invalid'] }, /^verify: evidence_invalid/],
    [
      'an artifact that is not there',
      { report: report({ artifact_paths: PATHS.slice(1) }) },
      /^SHA256SUMS is not in the pack/,
    ],
    ['a stale file', { report: report({ freshness: { stale: ['x'], not_before: '', not_after: '' } }) }, /^stale: x/],
    [
      'another event',
      { events: events(undefined, undefined, 'run.completed') },
      /^events are run.started · run.completed/,
    ],
    ['an event without its code', { events: events([]) }, /^git.diff.checked names \[\]/],
    ['an event with another result', { events: events(['no_diff'], 'pass') }, /^git.diff.checked has result "pass"/],
    [
      'an engine that was not started',
      { report: report({ backend_process_started: false }) },
      /^engine started: false/,
    ],
    ['another termination', { report: report({ backend_termination: 'killed' }) }, /^termination: "killed"/],
    ['another approval', { report: report({ approval_status: 'granted' }) }, /^approval status: "granted"/],
    ['another change', { report: report({ changed_files: [] }) }, /^changed files: \[\]/],
    ['no inspection', { report: report({ changed_files: null }) }, /^changed files: null/],
    ['no reason', { report: report({ not_applicable: {} }) }, /^not_applicable says nothing of patch.diff/],
    ['a member without the text', { members: new Map([['test.log', '']]) }, /^test.log does not hold "hello"/],
    ['a member that is not there', { members: new Map([['test.log', null]]) }, /^test.log is not in the pack/],
    ['a change outside', { outside: ['home: ./x is new'] }, /^outside the run directory: home: .\/x is new/],
    ['a process that is left', { alive: ['sleep 600'] }, /^still alive: sleep 600/],
    [
      'a refusal',
      { result: null, report: null, errors: [{ code: 'usage', message: 'm', at: 'FILE', fix: '' }] },
      /^exit code is 3, expected 1 \(FILE: m\)/,
    ],
  ];
  it.each(cases)('tells of %s', (_name, different, sentence) => {
    const differences = compare(EXPECT, { ...SEEN, ...different });
    expect(differences).toContainEqual(expect.stringMatching(sentence));
  });

  describe('of a run that is to be refused', () => {
    const refused: Scenario['expect'] = { exit_code: 3, errors: ['/packet_id'] };
    const error = { code: 'contract_invalid', message: 'm', at: '/packet_id', fix: '' } as const;
    const seen: Observation = { ...SEEN, result: null, report: null, events: [], errors: [error] };
    it('finds nothing where it was', () => {
      expect(compare(refused, seen)).toEqual([]);
    });
    it.each<[string, Partial<Observation>, RegExp]>([
      ['another place', { errors: [{ ...error, at: '/title' }] }, /^no error at \/packet_id/],
      ['no error at all', { errors: [] }, /^a refused run names no error/],
      ['a pack', { report: report() }, /^a refused run left a pack/],
      ['a run', { result: RESULT }, /^exit code is 1, expected 3/],
    ])('tells of %s', (_name, different, sentence) => {
      expect(compare(refused, { ...seen, ...different })).toContainEqual(expect.stringMatching(sentence));
    });
  });

  it('tells of a pack where none can be', () => {
    const none: Scenario['expect'] = { exit_code: 1, status: 'fail', blockers: ['no_diff'], pack: false };
    expect(compare(none, SEEN)).toEqual(['there is a pack, expected none']);
  });
});
