import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PROPOSAL, PUBLISHED, Stage, type Step, WORKFLOW } from '../action/stage.ts';
import { entriesOf, zip } from '../evidence/archives.ts';
import type { TwinRun } from '../twin/index.ts';

/** Evidence under the second name of an upload (docs/adr/0151): what somebody could make of it. */
let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(async () => await stage.close());

const dispatch = (issue: number) => ({
  name: 'workflow_dispatch',
  payload: { inputs: { issue: String(issue) }, repository: { id: stage.repo.id, default_branch: 'main' } },
});
const start = (more: Partial<Parameters<Stage['repo']['runs']['start']>[0]> = {}): TwinRun =>
  stage.repo.runs.start({ path: WORKFLOW, event: 'workflow_dispatch', actor: 'mallory', ...more });

async function opened(text: string): Promise<{ issue: number; pull: number }> {
  const { issue, played } = await stage.packet(text, { skip: ['run', 'gate'] });
  return { issue, pull: stage.pullOf(played) };
}

async function ranBy(run: TwinRun, issue: number): Promise<Step> {
  return await stage.step('run', { run, event: dispatch(issue), inputs: { issue: String(issue) } });
}

/** What the workflow does with a pack: it is uploaded, and a job states it. */
function keep(run: TwinRun, { outputs }: Step, name: string, status = outputs['status'] ?? ''): void {
  const id = run.addArtifact(name, zip(entriesOf(outputs['pack'] ?? '')));
  run.job(`Packet / Sealed ${status} ${outputs['started']} ${outputs['pack-digest']} ${id}`).start().finish('success');
  run.finish('success');
  stage.later();
}
const nameOf = ({ outputs }: Step): string => outputs['artifact-name'] ?? '';

async function gate(issue: number, pull: number): Promise<Record<string, string>> {
  const inputs = { issue: String(issue), pull: String(pull) };
  expect((await stage.step('gate', { run: start(), event: dispatch(issue), inputs })).code).toBe(0);
  return stage.checks(stage.head(pull));
}

describe('evidence under the second name', () => {
  it('uses its approval up: no second run starts on it', async () => {
    const { issue, pull } = await opened(PUBLISHED);
    stage.repo.as('ann').review(pull, 'approve');
    stage.later();
    stage.afterwards();
    const own = start();
    const ran = await ranBy(own, issue);
    expect(ran.outputs).toMatchObject({ status: 'pass', started: 'started' });
    keep(own, ran, `${nameOf(ran)}-again`);
    const second = await ranBy(start(), issue);
    expect(second.outputs).toMatchObject({ status: 'none', next: 'publish', started: 'unstarted', pack: '' });
  });

  it('of a run that is sealed later holds the next one back', async () => {
    const { issue } = await opened(PROPOSAL);
    const own = start();
    const ran = await ranBy(own, issue);
    own.addArtifact(`${nameOf(ran)}-again`, zip(entriesOf(ran.outputs['pack'] ?? '')));
    const waiting = stage.step('run', {
      run: start(),
      event: dispatch(issue),
      inputs: { issue: String(issue) },
      apart: true,
      said: (log, kill) => {
        if (log.includes('has left evidence that is being sealed')) kill('SIGKILL');
      },
    });
    expect((await waiting).log).toContain(`Run ${own.id} has left evidence`);
  });

  it('is not read of a run that cannot have made it', async () => {
    const { issue, pull } = await opened(PROPOSAL);
    const ran = await ranBy(start(), issue);
    const name = `${nameOf(ran)}-again`;
    for (const foreign of [start({ path: '.github/workflows/evil.yml' }), start({ event: 'push' })])
      keep(foreign, ran, name);
    expect(await gate(issue, pull)).toMatchObject({ evidence: 'action_required', gate: 'action_required' });
    keep(start(), ran, name);
    expect(await gate(issue, pull)).toMatchObject({ evidence: 'failure', gate: 'failure' });
  });

  it('of a proposal is seen by the gate, although another run failed under the usual name', async () => {
    const { issue, pull } = await opened(PROPOSAL);
    const own = start();
    const ran = await ranBy(own, issue);
    keep(
      start(),
      { ...ran, outputs: { ...ran.outputs, 'pack-digest': `sha256:${'0'.repeat(64)}` } },
      nameOf(ran),
      'fail',
    );
    keep(own, ran, `${nameOf(ran)}-again`);
    const published = await stage.step('publish', {
      run: start(),
      event: dispatch(issue),
      inputs: { pull: String(pull) },
    });
    expect(published.code).toBe(0);
    expect(stage.body(pull)).toContain(`${nameOf(ran)}-again.zip`);
    expect(await gate(issue, pull)).toMatchObject({ evidence: 'success' });
  });
});
