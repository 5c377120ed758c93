import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sha } from '../../src/contracts/index.ts';
import { caller } from '../../src/adopt/templates/caller.ts';
import { MODES } from '../../src/action/inputs.ts';
import { type Action, actionProblems, type Job, parsed, problemsOf, type Workflow } from './rules.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const PACKET = read('.github/workflows/packet.yml');
const CALLER = read('.github/workflows/countersign.yml');
const ACTION = read('action.yml');
const WRITTEN = caller.render({
  pin: { repository: 'countersign/countersign', commit: '5eed'.repeat(10) as Sha, version: '1.2.3' },
  approvers: [],
  repository: null,
  baseRef: 'main',
});

const files = readdirSync(join(ROOT, '.github/workflows')).map((name): [string, string] => [
  name,
  read(`.github/workflows/${name}`),
]);

describe('every workflow', () => {
  it.each([...files, ['what init writes', WRITTEN] as [string, string]])('%s keeps the rules', (_name, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it('and the Action', () => {
    expect(actionProblems(ACTION)).toEqual([]);
  });
});

describe('the rules see', () => {
  it.each<[string, string, string | RegExp, string, RegExp]>([
    [
      'permissions for all',
      PACKET,
      'permissions: {}\n\njobs',
      'permissions: { contents: write }\n\njobs',
      /permissions for every job/,
    ],
    ['no permissions', CALLER, /permissions: \{\}\n/, '', /permissions for every job/],
    [
      'an engine that may write',
      PACKET,
      'contents: read # checkout, and the packet branch\n      issues: read',
      'contents: write # checkout\n      issues: read',
      /run: runs an engine and may write contents/,
    ],
    [
      'an engine beside a secret',
      PACKET,
      '          mode: run\n',
      '          mode: run\n          token: ${{ secrets.signing-key }}\n',
      /run: runs an engine and reads a secret/,
    ],
    [
      'an engine beside identity',
      PACKET,
      'issues: read # the packet, once more\n      pull-requests: read # approvals',
      'id-token: write # x',
      /run: runs an engine and may write id-token/,
    ],
    ['a tag', PACKET, /@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1/, '@v7', /not pinned/],
    ['a pin without a version', PACKET, / # v7.0.1/, '', /not pinned/],
    ['a permission without a reason', PACKET, ' # the five check runs', '', /no reason: checks: write/],
    [
      'an expression in a script',
      PACKET,
      'run: "true"',
      'run: echo ${{ needs.run.outputs.status }}',
      /an expression in a script/,
    ],
    [
      'a title',
      PACKET,
      'body-digest: ${{ needs.validate',
      'title: ${{ github.event.issue.title }}\n          body-digest: ${{ needs.validate',
      /takes github.event.issue.title/,
    ],
    [
      'a title in a name',
      CALLER,
      'github.event.issue.number',
      'github.event.issue.title',
      /takes github.event.issue.title/,
    ],
    ['another secret', PACKET, 'secrets.signing-key', 'secrets.TOKEN', /takes secrets.TOKEN/],
    [
      'the head of a pull request',
      PACKET,
      'ref: ${{ github.event.repository.default_branch }}',
      'ref: ${{ github.event.pull_request.head.sha }}',
      /checks out/,
    ],
    [
      'a checkout of whatever',
      PACKET,
      '          ref: ${{ github.event.repository.default_branch }}\n',
      '',
      /whatever the event is about/,
    ],
    ['a token left behind', PACKET, 'persist-credentials: false', 'persist-credentials: true', /leaves the token/],
    ['no concurrency', CALLER, /concurrency:\n(?: {2}.*\n)+/, '', /no concurrency/],
    ['secrets handed on', CALLER, '    uses: ./', '    secrets: inherit\n    uses: ./', /hands secrets on/],
    [
      'an environment',
      PACKET,
      '  run:\n    name: Run\n',
      '  run:\n    name: Run\n    environment: production\n',
      /environment/,
    ],
    ['a runner of somebody', PACKET, 'runs-on: ${{ inputs.runs-on }}', 'runs-on: self-hosted', /runs on self-hosted/],
    ['a job without an end', PACKET, '    timeout-minutes: 120\n', '', /run: no time-out/],
    [
      'a failure that is let pass',
      PACKET,
      '        id: gate\n',
      '        id: gate\n        continue-on-error: true\n',
      /goes on after an error/,
    ],
    ['a job without a name', PACKET, '    name: Gate\n', '', /gate: no name/],
  ])('%s', (_name, text, from, to, expected) => {
    const changed = text.replace(from, () => to);
    expect(changed).not.toBe(text);
    expect(problemsOf(changed).join('\n')).toMatch(expected);
  });
});

describe('the caller', () => {
  const { on, jobs, name } = parsed<Workflow>(CALLER);

  it('hears of these events and of no others', () => {
    expect(Object.fromEntries(Object.entries(on).map(([event, value]) => [event, value?.types ?? null]))).toEqual({
      issues: ['opened', 'edited', 'labeled', 'unlabeled', 'closed', 'reopened'],
      issue_comment: ['created', 'edited', 'deleted'],
      pull_request_target: ['opened', 'synchronize', 'reopened', 'closed', 'edited'],
      pull_request_review: ['submitted', 'edited', 'dismissed'],
      workflow_run: ['completed'],
      merge_group: null,
      workflow_dispatch: null,
    });
    expect(on['workflow_run']).toMatchObject({ workflows: [name] });
  });

  it('holds what the jobs it calls hold together, and no more', () => {
    const union: Record<string, string> = {};
    for (const { permissions = {} } of Object.values(parsed<Workflow>(PACKET).jobs))
      for (const [scope, level] of Object.entries(permissions)) if (union[scope] !== 'write') union[scope] = level;
    expect(jobs['packet']?.permissions).toEqual(union);
  });

  it('ends no run of another', () => {
    expect(parsed<Workflow>(CALLER).concurrency).toMatchObject({
      group: 'countersign-${{ github.run_id }}',
      'cancel-in-progress': false,
    });
  });
});

const writes = ({ permissions = {} }: Job): string[] =>
  Object.keys(permissions)
    .filter((scope) => permissions[scope] === 'write')
    .toSorted();
const needs = (job: Job | undefined): string[] => [job?.needs ?? []].flat();

describe('the reusable workflow', () => {
  const { jobs, on } = parsed<Workflow>(PACKET);
  it('gives each job these write permissions and no others', () => {
    expect(Object.fromEntries(Object.entries(jobs).map(([id, job]) => [id, writes(job)]))).toEqual({
      validate: ['issues'],
      open: ['contents', 'issues', 'pull-requests'],
      run: [],
      sealed: [],
      sign: ['attestations', 'id-token'],
      'sign-with-key': [],
      publish: ['contents', 'pull-requests'],
      gate: ['checks'],
      result: [],
    });
    expect(Object.keys(on)).toEqual(['workflow_call']);
  });

  it('reads its one secret in the job that signs with it alone', () => {
    const readers = Object.entries(jobs).filter(([, job]) => JSON.stringify(job).includes('secrets.'));
    expect(readers.map(([id]) => id)).toEqual(['sign-with-key']);
  });

  it('starts nothing for a review that runs in the hands of its pull request', () => {
    expect(jobs['validate']?.if).toContain("github.event_name != 'pull_request_review'");
    // Everything else waits for validate, directly or not: a skipped job skips what needs it, unless that says always().
    const others = Object.entries(jobs).filter(([id]) => id !== 'validate');
    expect(others.filter(([, job]) => needs(job).length === 0)).toEqual([]);
    const always = others.filter(([, job]) => job.if?.includes('always()'));
    expect(always.filter(([, job]) => !/needs\.(?:validate|run|sealed)\./.test(job.if ?? ''))).toEqual([]);
  });

  it('does not follow itself for ever', () => {
    expect(jobs['validate']?.if).toContain("github.event.workflow_run.event != 'workflow_run'");
  });

  it('lets one name alone be made of outputs, and those are of the job that ran', () => {
    const made = Object.values(jobs).filter(({ name }) => name?.includes('${{'));
    expect(made.map(({ name }) => name)).toEqual([
      'Sealed ${{ needs.run.outputs.status }} ${{ needs.run.outputs.started }} ${{ needs.run.outputs.pack-digest }} ${{ needs.run.outputs.artifact-id }}',
    ]);
    expect(Object.values(jobs).filter(({ name }) => name?.startsWith('Sealed')).length).toBe(1);
    expect(needs(jobs['sealed'])).toEqual(['run']);
    expect(jobs['sealed']?.permissions).toEqual({});
  });

  it('lets jobs of one packet wait for each other, and cancels none', () => {
    const groups = Object.fromEntries(
      Object.entries(jobs).flatMap(([id, { concurrency }]) => (concurrency ? [[id, concurrency]] : [])),
    );
    expect(Object.keys(groups).toSorted()).toEqual(['gate', 'open', 'publish', 'run']);
    for (const concurrency of Object.values(groups)) expect(JSON.stringify(concurrency)).not.toContain('cancel');
    for (const id of ['open', 'run', 'publish'])
      expect(groups[id]).toEqual({ group: 'countersign-packet-${{ needs.validate.outputs.issue }}' });
  });

  it('runs the Action of its own commit, each mode in one job', () => {
    const modes = Object.entries(jobs).flatMap(([id, { steps = [] }]) =>
      steps.flatMap((step) => (step.with?.['mode'] === undefined ? [] : [[id, step.uses, step.with['mode']]])),
    );
    expect(modes).toEqual([
      ['validate', '$/', 'validate'],
      ['open', '$/', 'open'],
      ['run', '$/', 'run'],
      ['sign-with-key', '$/', 'sign'],
      ['publish', '$/', 'publish'],
      ['gate', '$/', 'gate'],
    ]);
  });

  it('ends in a job that asks every other one by name', () => {
    const others = Object.keys(jobs).filter((id) => id !== 'result');
    expect(needs(jobs['result']).toSorted()).toEqual(others.toSorted());
    const env = jobs['result']?.steps?.[0]?.env ?? {};
    for (const id of others) expect(Object.values(env)).toContain(`\${{ needs.${id}.result }}`);
    const script = jobs['result']?.steps?.[0]?.run ?? '';
    for (const variable of Object.keys(env)) expect(script).toContain(`$${variable}`);
  });
});

describe('the Action', () => {
  const { inputs, outputs, runs } = parsed<Action>(ACTION);
  const upload = runs.steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'));

  it('names every mode', () => {
    for (const mode of MODES) expect(inputs['mode']?.description).toContain(mode);
  });

  it('uploads in every case in which there is something, and its last step leaves no outputs', () => {
    expect(upload?.if).toMatch(/^always\(\) && /);
    expect(upload?.with?.['if-no-files-found']).toBe('error');
    expect(runs.steps.at(-1)).toMatchObject({ if: 'always()', run: 'true' });
  });

  it('goes on after an error only where another step makes up for it', () => {
    const careless = ACTION.replace("steps.upload.outcome != 'success'", 'true');
    expect(actionProblems(careless)).toEqual(['step 3: goes on after an error']);
  });

  it('hands every input over by the environment', () => {
    const main = runs.steps.find(({ id }) => id === 'main');
    for (const name of Object.keys(inputs))
      expect(main?.env?.[`INPUT_${name.toUpperCase().replaceAll('-', '_')}`]).toBe(`\${{ inputs.${name} }}`);
  });

  it('has these outputs, each of the step that makes it', () => {
    for (const name of [
      'status',
      'run-id',
      'packet-id',
      'packet-digest',
      'pack-digest',
      'blockers',
      'artifact-id',
      'artifact-digest',
      'result-tree',
    ])
      expect(outputs[name]?.value).toMatch(/^\$\{\{ steps\.(?:main|upload)\.outputs\./);
  });
});
