import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stage, WORKFLOW, PROPOSAL, type Step } from '../action/stage.ts';
import { entriesOf, zip } from '../evidence/archives.ts';
import type { TwinRun } from '../twin/index.ts';

/** A pack that is right in itself, for a head that waits for evidence; and who may have brought it there. */
let stage: Stage;
let issue: number;
let pull: number;
let archive: Buffer;
let ran: Step;
let own: TwinRun;
beforeAll(async () => {
  stage = await Stage.open();
  const opened = await stage.packet(PROPOSAL, { skip: ['run', 'gate'] });
  ({ issue } = opened);
  pull = stage.pullOf(opened.played);
  own = stage.repo.runs.start({ path: WORKFLOW, event: 'workflow_dispatch', actor: 'ann' });
  ran = await stage.step('run', { run: own, event: dispatch(), inputs: { issue: String(issue) } });
  archive = zip(entriesOf(ran.outputs['pack'] ?? ''));
});
afterAll(async () => await stage.close());

const dispatch = () => ({
  name: 'workflow_dispatch',
  payload: { inputs: { issue: String(issue) }, repository: { id: stage.repo.id, default_branch: 'main' } },
});
const name = (): string => ran.outputs['artifact-name'] ?? '';
const digest = (): string => ran.outputs['pack-digest'] ?? '';
type Start = Parameters<Stage['repo']['runs']['start']>[0];
const start = (more: Partial<Start> = {}): TwinRun =>
  stage.repo.runs.start({ path: WORKFLOW, event: 'workflow_dispatch', actor: 'mallory', ...more });
const seal = (
  run: TwinRun,
  named: string,
  conclusion: 'success' | 'failure' | 'cancelled' | 'skipped' = 'success',
): void => void run.job(named).start().finish(conclusion);

/** Somebody deletes it: a run that left no artifact is not looked at. */
async function forget(run: TwinRun, id: number): Promise<void> {
  run.finish('success');
  const authorization = `Bearer ${stage.twin.token({ actor: 'ann' })}`;
  const url = `${stage.twin.apiUrl}/repos/acme/sum/actions/artifacts/${id}`;
  expect((await fetch(url, { method: 'DELETE', headers: { authorization } })).status).toBe(204);
}

/** What the gate makes of the evidence that is there. */
async function evidence(): Promise<{ conclusion: string; summary: string }> {
  const step = await stage.step('gate', {
    run: own,
    event: dispatch(),
    inputs: { issue: String(issue), pull: String(pull) },
  });
  expect(step.code).toBe(0);
  const checks = stage.checks(stage.head(pull));
  expect(checks['gate']).not.toBe('success');
  return stage.check(stage.head(pull), 'evidence');
}

/** Uploads it in a run that may bring evidence, and has that run state it. */
function sealed(run: TwinRun, bytes: Buffer, more: { digest?: string; status?: string } = {}): number {
  const id = run.addArtifact(name(), bytes);
  seal(run, `Packet / Sealed ${more.status ?? 'pass'} started ${more.digest ?? digest()} ${id}`);
  return id;
}
const changed = (): Buffer => {
  const entries = entriesOf(ran.outputs['pack'] ?? '').map((entry) =>
    entry.name === 'patch.diff'
      ? { ...entry, content: Buffer.from(entry.content.toString().replace('+ b', '+ c')) }
      : entry,
  );
  return zip(entries);
};
describe('evidence that somebody else brings', () => {
  it('is not read where its run is not one of the workflow on the default branch', async () => {
    const side = stage.repo.as('mallory').push('side', { [WORKFLOW]: 'name: Countersign\non: push\n' }).sha;
    const fork = stage.repo.fork('eve');
    // A merge brings it into the history, and it is gone from the tip.
    const passed = stage.repo.as('ann').push('main', { [WORKFLOW]: 'name: Countersign\non: workflow_dispatch\n' }).sha;
    stage.repo.as('ann').push('main', { [WORKFLOW]: readFileSync(WORKFLOW, 'utf8') });
    const foreign: [what: string, run: TwinRun, why: RegExp][] = [
      ['another workflow', start({ path: '.github/workflows/evil.yml' }), /is of \.?github|evil/],
      ['another branch', start({ headBranch: 'side', headSha: side }), /branch side/],
      ['a tag that is called like it', start({ headBranch: 'main', headSha: side }), /not on main/],
      ['a commit that only passed through the history', start({ headSha: passed }), /another version/],
      ['a push', start({ event: 'push' }), /started by push/],
      ['a pull request', start({ event: 'pull_request_target' }), /started by pull\\?_request\\?_target/],
      ['a fork', start({ headRepository: fork.fullName }), /another repository/],
    ];
    for (const [, run] of foreign) {
      const id = run.addArtifact(name(), archive);
      seal(run, `Packet / Sealed pass started ${digest()} ${id}`);
      run.finish('success');
    }
    const { conclusion, summary } = await evidence();
    expect(conclusion).toBe('action_required');
    const said = summary.replaceAll('\\', '').replaceAll(/<!-- -->/g, '');
    for (const [what, , why] of foreign) expect({ what, said }).toEqual({ what, said: expect.stringMatching(why) });
  });

  it('is not read where the run does not state it', async () => {
    const run = start();
    const id = run.addArtifact(name(), archive);
    const right = `Sealed pass started ${digest()} ${id}`;
    seal(run, `Packet / ${right}`, 'failure');
    seal(run, `Packet / ${right}`, 'cancelled');
    seal(run, `Packet / ${right}`, 'skipped');
    seal(run, `Packet / ${right} x`);
    seal(run, `Packet / x${right}`);
    seal(run, `Packet / ${right.toUpperCase()}`);
    seal(run, 'Packet / Sealed ${{ needs.run.outputs.status }}');
    expect((await evidence()).conclusion).toBe('action_required');
    await forget(run, id);
  });

  const accepted: [what: string, put: (run: TwinRun) => number, why: RegExp][] = [
    ['another digest', (run) => sealed(run, archive, { digest: `sha256:${'0'.repeat(64)}` }), /digest/],
    ['a byte changed', (run) => sealed(run, changed()), /evidence/],
    ['no pack', (run) => sealed(run, zip([{ name: 'report.json', content: Buffer.from('{}') }])), /evidence/],
    ['no archive', (run) => sealed(run, Buffer.from('hello')), /zip|archive/i],
    ['the pack of another run', (run) => sealed(run, archive), /was made by workflow run/],
    ['a run that says it failed', (run) => sealed(run, archive, { status: 'fail' }), /status|was made by/],
  ];
  it.each(accepted)('is refused where it holds %s', async (_, put, why) => {
    const run = start();
    const id = put(run);
    const { conclusion, summary } = await evidence();
    expect(conclusion).toBe('failure');
    expect(summary.replaceAll('\\', '')).toMatch(why);
    await forget(run, id);
  });

  it('is taken from the run that made it', async () => {
    const id = own.addArtifact(name(), archive);
    seal(own, `Packet / Sealed pass started ${digest()} ${id}`);
    expect((await evidence()).conclusion).toBe('success');
    expect(readFileSync(`${ran.outputs['pack']}/report.json`, 'utf8')).toContain('"status":"pass"');
  });
});
