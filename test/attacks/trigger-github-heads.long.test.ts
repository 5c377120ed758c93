import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROPOSAL, Stage } from '../action/stage.ts';
import { packet } from '../run/repository.ts';
import type { GitHubEvent } from '../twin/index.ts';

/** A proposal that ran, was accepted, and is green: whatever happens next must turn it red, and only what mends it green again. */
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

const gate = (sha = opened): string => stage.checks(sha)['gate'] ?? 'none';
const pullEvents = (): GitHubEvent[] => stage.twin.events.filter(({ name }) => name === 'pull_request');

describe('a green head', () => {
  it('turns red where the issue is no packet any more, and green again where it is', async () => {
    const invalid = await stage.deliver(stage.repo.as('ann').editIssue(issue, { body: 'never mind' }));
    expect(invalid.validate?.code).toBe(3);
    expect(gate()).toBe('failure');
    await stage.deliver(stage.repo.as('ann').editIssue(issue, { body: PROPOSAL }));
    expect(gate()).toBe('success');
    await stage.deliver(stage.repo.as('ann').unlabel(issue, 'packet'));
    expect(gate()).toBe('failure');
    stage.later();
    await stage.deliver(stage.repo.as('ann').label(issue, 'packet'));
    expect(gate()).toBe('success');
    await stage.deliver(stage.repo.as('ann').close(issue));
    expect(gate()).toBe('failure');
    await stage.deliver(stage.repo.as('ann').reopen(issue));
    expect(gate()).toBe('success');
  });

  it('turns red while anybody else has it open, and green when they leave', async () => {
    const fork = stage.repo.fork('eve');
    fork.as('eve').forcePush('mine', opened);
    const theirs = stage.repo.as('eve').openPull({ title: 'mine', head: 'eve:mine' });
    const played = await stage.deliver(theirs);
    expect(played.validate?.outputs).toMatchObject({ next: 'gate', pull: String(theirs.id) });
    expect(gate()).toBe('failure');
    expect(stage.check(opened, 'contract').summary).toContain(`has the same head (#${theirs.id})`);
    // Theirs moves to another head, and comes back, and is closed.
    const moved = fork.as('eve').push('mine', { 'README.md': 'x\n' }).sha;
    await stage.deliver(last('synchronize'));
    expect(gate()).toBe('success');
    expect(gate(moved)).toBe('failure');
    expect(stage.check(moved, 'gate').summary).toContain('brings commits of a packet');
    fork.as('eve').forcePush('mine', opened);
    await stage.deliver(last('synchronize'));
    expect(gate()).toBe('failure');
    await stage.deliver(stage.repo.as('eve').close(theirs.id));
    expect(gate()).toBe('success');
  });

  it('is not touched by a branch of the same name in a fork', async () => {
    const fork = stage.repo.fork('mallory');
    const { sha } = fork
      .as('mallory')
      .push(`packet/fix-add-${issue}`, { 'src/evil.mjs': 'x\n' }, { parent: stage.repo.tip('main') });
    const theirs = stage.repo.as('mallory').openPull({ title: 'x', head: `mallory:packet/fix-add-${issue}` });
    const before = stage.repo.checkRuns(opened).length;
    await stage.deliver(theirs);
    expect(gate(sha)).toBe('success');
    expect(stage.check(sha, 'gate').title).toBe('Not a packet: nothing to countersign');
    expect([gate(), stage.repo.checkRuns(opened).length]).toEqual(['success', before]);
    stage.repo.as('mallory').close(theirs.id);
  });

  it('is what a merge group is measured by', async () => {
    const group = stage.repo.commit({ 'src/merged.mjs': 'x\n' }, { parent: opened });
    stage.repo.git('update-ref', `refs/heads/gh-readonly-queue/main/pr-${pull}-${opened}`, group);
    const payload = {
      action: 'checks_requested',
      merge_group: {
        head_sha: group,
        head_ref: `refs/heads/gh-readonly-queue/main/pr-${pull}-${opened}`,
        base_ref: 'refs/heads/main',
      },
      repository: { id: stage.repo.id, default_branch: 'main' },
    };
    const event = { name: 'merge_group', payload };
    const run = stage.repo.runs.start({
      path: '.github/workflows/countersign.yml',
      event: 'workflow_dispatch',
      actor: 'ann',
    });
    const routed = await stage.step('validate', { run, event });
    expect(routed.outputs).toMatchObject({ next: 'gate', pull: String(pull), issue: String(issue) });
    expect((await stage.step('gate', { run, event, inputs: { pull: String(pull), issue: String(issue) } })).code).toBe(
      0,
    );
    expect(stage.checks(group)).toEqual({ gate: 'success' });
    await stage.step('gate', { run, event: { ...event, payload: { ...payload, merge_group: { head_sha: group } } } });
    const nobody = await stage.step('gate', {
      run,
      event: { ...event, payload: { ...payload, merge_group: { head_sha: group, head_ref: 'refs/heads/x' } } },
    });
    expect(nobody.code).toBe(3);
    run.finish('success');
  });

  it('stays as it is where it moves while it is looked at: nothing is written for what is no longer the head', async () => {
    const shown = () => stage.repo.checkRuns(opened).map(({ id, conclusion }) => [id, conclusion]);
    const before = shown();
    let pushed = '';
    stage.twin.faults.add({ on: /^GET .*\/actions\/artifacts\?/, delay: 1500 });
    /** As soon as the gate has read what people said, and long before it is told of any evidence. */
    const push = (): void => {
      if (!stage.twin.requests.all.some(({ path }) => path.includes(`/issues/${pull}/timeline`))) return;
      clearInterval(looking);
      pushed = stage.repo.as('mallory').push(`packet/fix-add-${issue}`, { 'src/x.mjs': 'x\n' }).sha;
    };
    let looking: NodeJS.Timeout;
    const played = await stage.deliver(stage.repo.as('ann').comment(pull, 'hello'), {
      before: {
        gate: () => {
          stage.twin.requests.clear();
          looking = setInterval(push, 20);
        },
      },
    });
    expect(played.gate?.code).toBe(0);
    expect(stage.head(pull)).toBe(pushed);
    expect(shown()).toEqual(before);
    expect(gate(pushed)).toBe('failure');
    expect(stage.check(pushed, 'contract').summary).toContain('The head does not hold the packet as it was opened');
    // Back again: what was approved and accepted before that is stale, and the gate says so.
    stage.repo.as('mallory').forcePush(`packet/fix-add-${issue}`, opened);
    await stage.deliver(last('synchronize'));
    expect(gate()).toBe('action_required');
  });
});

describe('rules that changed', () => {
  it('make evidence stale, and the packet is opened again', async () => {
    const { played } = await stage.packet(packet({ packet_id: 'ruled', engine: { id: 'fake', script: 'play.yml' } }));
    const number = stage.pullOf(played);
    const old = stage.head(number);
    expect(stage.checks(old)).toMatchObject({ evidence: 'success' });
    const config = stage.repo.git('show', 'main:.countersign/config.yml');
    stage.repo.as('ann').push('main', { '.countersign/config.yml': `${config}\nforbidden_paths: [docs/]\n` });
    await stage.deliver(stage.repo.as('ann').comment(number, 'hello'));
    expect(stage.checks(old)).toMatchObject({ evidence: 'failure', gate: 'failure' });
    const again = await stage.deliver(stage.repo.as('ann').label(Number(played.validate?.outputs['issue']), 'bug'));
    expect(again.open?.outputs['status']).toBe('pass');
    expect(stage.head(number)).not.toBe(old);
    expect(stage.checks(stage.head(number))).toMatchObject({ evidence: 'success' });
  });
});

function last(action: string): GitHubEvent {
  const found = pullEvents().findLast((event) => event.action === action);
  if (!found) throw new Error(`there is no event ${action}`);
  return found;
}
