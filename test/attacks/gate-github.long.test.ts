import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { foreignArtifact } from '../../src/checks/index.ts';
import { artifactOf } from '../../src/github/actions.ts';
import { PROPOSAL, Stage, type Step, WORKFLOW } from '../action/stage.ts';
import { entriesOf, zip } from '../evidence/archives.ts';
import { packet } from '../run/repository.ts';

/** A green proposal, and people who want it to stay green whatever becomes of it. */
let stage: Stage;
let issue: number;
let pull: number;
let opened: string;
beforeAll(async () => {
  stage = await Stage.open();
  const made = await stage.packet(PROPOSAL, { skip: ['gate'] });
  ({ issue } = made);
  pull = stage.pullOf(made.played);
  opened = stage.head(pull);
  stage.afterwards();
  await stage.deliver(stage.repo.as('ann').review(pull, 'approve'), { skip: ['run'] });
  if (gate() !== 'success') throw new Error('the head is not green');
});
afterAll(async () => await stage.close());

const gate = (): string => stage.checks(opened)['gate'] ?? 'none';
const green = async (): Promise<void> => {
  await stage.deliver(stage.repo.as('ann').reopen(issue));
  expect(gate()).toBe('success');
};

describe('a green gate does not stay', () => {
  it('where the issue cannot be looked at any more', async () => {
    stage.repo.as('ann').close(issue);
    const remove = stage.twin.faults.add({
      on: new RegExp(`^GET .*/issues/${issue}/timeline`),
      status: 404,
      times: 99,
    });
    const played = await stage.deliver(stage.repo.as('ann').comment(pull, 'hm'));
    remove();
    expect(played.validate?.outputs).toMatchObject({ next: 'gate', pull: String(pull), issue: String(issue) });
    expect(gate()).toBe('failure');
    await green();
  });

  it('where the issue is gone', async () => {
    const remove = stage.twin.faults.add({ on: new RegExp(`^GET .*/issues/${issue}$`), status: 404, times: 99 });
    const played = await stage.deliver(stage.repo.as('ann').comment(pull, 'hm'));
    remove();
    expect(played.validate?.outputs).toMatchObject({ next: 'gate', pull: String(pull), issue: String(issue) });
    expect(gate()).toBe('failure');
    stage.repo.as('ann').close(issue);
    await green();
  });

  it('where the issue went to another repository', async () => {
    const remove = stage.twin.faults.add({ on: new RegExp(`^GET .*/issues/${issue}$`), status: 301, times: 99 });
    const played = await stage.deliver(stage.repo.as('ann').comment(pull, 'hm'));
    remove();
    expect([played.validate?.code, played.validate?.outputs['next']]).toEqual([3, 'gate']);
    expect(gate()).toBe('failure');
    stage.repo.as('ann').close(issue);
    await green();
  });

  it('where a branch beside it has several pull requests', async () => {
    stage.repo.as('mallory').push(`packet/decoy-${issue}`, { 'x.txt': 'x\n' }, { parent: stage.repo.tip('main') });
    stage.repo.as('mallory').push('dev', { 'y.txt': 'y\n' }, { parent: stage.repo.tip('main') });
    const decoys = ['main', 'dev'].map((base) =>
      stage.repo.as('mallory').openPull({ title: 'x', head: `packet/decoy-${issue}`, base }),
    );
    const played = await stage.deliver(stage.repo.as('ann').close(issue));
    expect(played.gate?.code).toBe(0);
    expect(gate()).toBe('failure');
    expect(stage.checks(stage.repo.tip(`packet/decoy-${issue}`) ?? '')['gate']).toBe('failure');
    for (const { id } of decoys) stage.repo.as('ann').close(id);
    await green();
  });

  it('where GitHub refuses the checks that show what an engine wrote', async () => {
    const closed = stage.repo.as('ann').close(issue);
    const remove = stage.twin.faults.add({
      on: /^(?:PATCH|POST) .*\/check-runs/,
      status: 422,
      after: 1,
      times: 99,
    });
    const played = await stage.deliver(closed);
    expect(remove()).toBe(1);
    expect(played.gate?.code).toBe(3);
    expect(gate()).toBe('failure');
    await green();
  });
});

it('somebody with a fork holds no pull request of others by what a branch there is called', async () => {
  const { sha } = stage.repo.as('ann').push('ordinary', { 'z.txt': 'z\n' }, { parent: stage.repo.tip('main') });
  const own = stage.repo.as('ann').openPull({ title: 'z', head: 'ordinary' });
  const fork = stage.repo.fork('eve');
  fork.as('eve').forcePush('packet/fix-add-1', sha);
  await stage.deliver(stage.repo.as('eve').openPull({ title: 'z', head: 'eve:packet/fix-add-1' }));
  expect(stage.checks(sha)).toEqual({ gate: 'success' });
  await stage.deliver(own);
  expect(stage.checks(sha)).toEqual({ gate: 'success' });
});

describe('a run that has left its evidence and not yet said what it is', () => {
  it('is waited for: its approval is used up, and the next run starts no engine', async () => {
    const other = await stage.packet(packet({ packet_id: 'second-add', engine: { id: 'fake', script: 'play.yml' } }), {
      skip: ['run', 'gate'],
    });
    const event = {
      name: 'workflow_dispatch',
      payload: { inputs: { issue: String(other.issue) }, repository: { id: stage.repo.id, default_branch: 'main' } },
    };
    const inputs = { issue: String(other.issue) };
    const start = () => stage.repo.runs.start({ path: WORKFLOW, event: 'workflow_dispatch', actor: 'ann' });
    const first = start();
    const ran: Step = await stage.step('run', { run: first, event, inputs });
    expect(ran.outputs['status']).toBe('pass');
    const id = first.addArtifact(ran.outputs['artifact-name'] ?? '', zip(entriesOf(ran.outputs['pack'] ?? '')));
    const second = stage.step('run', { run: start(), event, inputs });
    await sleep(3000);
    first
      .job(`Packet / Sealed pass started ${ran.outputs['pack-digest'] ?? ''} ${id}`)
      .start()
      .finish('success');
    const { outputs, log } = await second;
    expect(outputs).toMatchObject({ status: 'none', next: 'publish', started: 'unstarted' });
    expect(log).toContain('is being sealed');
  });
});

it('evidence of a fork that is gone is foreign, and keeps nothing else from being read', () => {
  const run = { id: 3, head_branch: 'main', head_sha: 'a'.repeat(40), repository_id: 7, head_repository_id: null };
  const artifact = artifactOf(
    { id: 1, name: 'x', size_in_bytes: 1, expired: false, created_at: '2026-01-01T00:00:00Z', workflow_run: run },
    'GET',
  );
  const origin = { repositoryId: 7, defaultBranch: 'main', workflowPath: WORKFLOW };
  expect(foreignArtifact(artifact, origin)).toBe('its run is of another repository');
});
