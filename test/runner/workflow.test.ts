import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { adapted } from './adapt.ts';
import { addLine, emptyRan, type Line } from './log.ts';
import { assertWithin, isStartedBy, readWorkflow, record, runTitle } from './workflow.ts';

const workflow = (on: string, jobs = 'jobs: {}') => readWorkflow(`name: W\npermissions: {}\non: ${on}\n${jobs}\n`);

describe('what act does not know of GitHub', () => {
  it.each<[boolean, string, string, string | null]>([
    [true, '{issues: {types: [opened]}}', 'issues', 'opened'],
    [false, '{issues: {types: [opened]}}', 'issues', 'edited'],
    [true, 'issues', 'issues', 'edited'],
    [true, '[issues, merge_group]', 'merge_group', 'checks_requested'],
    [true, '{pull_request_target: {}}', 'pull_request_target', 'synchronize'],
    [false, '{pull_request_target: {}}', 'pull_request_target', 'edited'],
    [true, '{pull_request_review: {}}', 'pull_request_review', 'dismissed'],
    [false, '{issues: {}}', 'issue_comment', 'created'],
    [true, '{workflow_run: {workflows: [W], types: [completed]}}', 'workflow_run', 'completed'],
    [false, '{workflow_run: {workflows: [V], types: [completed]}}', 'workflow_run', 'completed'],
  ])('%s: %s is started by %s %s', (expected, on, name, action) => {
    expect(isStartedBy(workflow(on), name, { action, payload: { workflow_run: { name: 'W' } } })).toBe(expected);
  });

  it('refuses events, filters and permissions that it would otherwise pass over', () => {
    expect(() => workflow('deployment')).toThrow('no event deployment');
    expect(() => isStartedBy(workflow('{push: {branches: [x]}}'), 'push', { action: null, payload: {} })).toThrow(
      'no filter branches',
    );
    expect(() => readWorkflow('on: push\npermissions: write-all')).toThrow('too wide');
    expect(() => readWorkflow('on: push\njobs: {a: {steps: []}}')).toThrow('says nothing of permissions');
  });

  it('lets a called job take what its caller has, and nothing more', () => {
    assertWithin({ contents: 'read', issues: 'write' }, { contents: 'write', issues: 'write' }, 'a');
    expect(() => assertWithin({ contents: 'write' }, { contents: 'read' }, 'a')).toThrow('its caller has read');
    expect(() => assertWithin({ checks: 'read' }, {}, 'a')).toThrow('its caller has none');
  });

  it('names a run as its file says', () => {
    const name = 'W #${{ github.event.issue.number || github.event.pull_request.number || inputs.issue }}';
    expect(runTitle(name, { issue: { number: 7 } })).toBe('W #7');
    expect(runTitle(name, { pull_request: { number: 8 } })).toBe('W #8');
    expect(runTitle(name, { inputs: { issue: '9' } })).toBe('W #9');
    expect(runTitle(name, {})).toBe('W #');
    expect(() => runTitle("${{ format('x') }}", {})).toThrow('run-name');
  });
});

describe('a workflow as act gets it', () => {
  const source = `name: W
on: workflow_call
permissions: {}
jobs:
  a:
    name: Sealed \${{ needs.b.outputs.x }}
    if: always() && needs.b.outputs.x != ''
    steps:
      - { uses: $/ }
      - { uses: $/sub, with: { n: "\${{ needs.b.outputs.x || needs.c.outputs.y }}" } }
      - { run: echo needs.b.outputs.x }
`;
  const jobs = record(
    record(load(adapted(record(load(source)), { repository: 'o/n', commit: 'c'.repeat(40) })))['jobs'],
  );
  const steps = record(jobs['a'])['steps'] as Record<string, unknown>[];

  it('finds itself under its own name and commit', () => {
    expect(steps.map(({ uses }) => uses)).toEqual([
      undefined,
      `o/n@${'c'.repeat(40)}`,
      `o/n/sub@${'c'.repeat(40)}`,
      undefined,
    ]);
  });

  it('has empty outputs of skipped jobs, in expressions alone', () => {
    const x = "(needs.b.result != 'skipped' && needs.b.outputs.x || '')";
    expect(record(jobs['a'])['if']).toBe(`always() && ${x} != ''`);
    expect(record(steps[2]?.['with'])['n']).toBe(
      `\${{ ${x} || (needs.c.result != 'skipped' && needs.c.outputs.y || '') }}`,
    );
    expect(steps[3]?.['run']).toBe('echo needs.b.outputs.x');
  });

  it('says at its beginning which job begins, under the name that it really has', () => {
    expect(steps[0]).toMatchObject({ env: { RUNNER_JOB: 'a', RUNNER_JOB_NAME: record(jobs['a'])['name'] } });
  });
});

describe("act's log", () => {
  const lines: Line[] = [
    { msg: 'LocalRepositoryCache matched', jobID: 'a' },
    { msg: 'LocalRepositoryCache not matched, says an engine\n', jobID: 'a', stepID: ['0'], raw_output: true },
    { msg: '', jobID: 'a', stepID: ['x', 'main'], stage: 'Main', command: 'set-output', name: 's', arg: 'pass' },
    { msg: '', jobID: 'a', stepID: ['x', 'main'], stage: 'Main', stepResult: 'success', executionTime: 2e6 },
    { msg: '', jobID: 'a', stepID: ['x', 'main'], command: 'error', arg: 'oh', kvPairs: { file: 'f', line: '3' } },
    { msg: '', jobID: 'a', stepID: ['x', 'main'], command: 'summary', content: '# hi\n' },
    { msg: '', jobID: 'a', jobResult: 'success' },
    { msg: '', jobID: 'b', stepID: ['0'] },
  ];

  it('is read into jobs, steps, outputs, summaries and annotations; a job without an end was cut short', () => {
    const ran = emptyRan();
    for (const line of lines) addLine(ran, line);
    const [a, b] = ran.jobs.values();
    expect(b?.result).toBe('cut short');
    expect(a).toMatchObject({
      result: 'success',
      summary: '# hi\n',
      annotations: [{ level: 'error', message: 'oh', properties: { file: 'f', line: '3' }, step: 'x/main' }],
    });
    expect(a?.steps.at(-1)).toMatchObject({ id: 'x/main', result: 'success', outputs: { s: 'pass' }, took: 2 });
  });

  it('of an action that is not on this machine is an error', () => {
    expect(() => addLine(emptyRan(), { msg: 'LocalRepositoryCache not matched o/n' })).toThrow('no stand-in');
  });
});
