import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Change, type Played, PROPOSAL, PUBLISHED, Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(async () => await stage.close());

interface Approved {
  issue: number;
  pull: number;
  opened: string;
  /** ann's approval, delivered. */
  approve: (change?: Change) => Promise<Played>;
}
async function approved(): Promise<Approved> {
  const { issue, played } = await stage.packet(PUBLISHED, { skip: ['run', 'gate'] });
  const pull = stage.pullOf(played);
  const review = stage.repo.as('ann').review(pull, 'approve');
  return { issue, pull, opened: stage.head(pull), approve: async (change) => await stage.deliver(review, change) };
}

describe('publishing', () => {
  it('that failed is made up for by a re-run, without another run of the engine, and is done once', async () => {
    const { pull, opened, approve } = await approved();
    stage.twin.faults.add({ on: /^PATCH .*\/pulls\//, status: 422, times: 99 });
    const cut = await approve({ skip: ['publish'] });
    expect(stage.head(pull)).toBe(opened);
    expect(stage.checks(opened)).toMatchObject({ evidence: 'action_required', gate: 'action_required' });
    expect(stage.check(opened, 'evidence').summary).toContain('is not on the branch yet');

    // The push arrives, and what comes after it does not.
    const review = {
      name: 'issue_comment',
      payload: {
        issue: { number: pull, pull_request: {} },
        comment: { body: '/approve x' },
        repository: { id: stage.repo.id, default_branch: 'main' },
      },
    };
    const again = cut.run.rerun();
    const half = await stage.step('publish', { run: again, event: review, inputs: { pull: String(pull) } });
    expect(half.code).toBe(3);
    const head = stage.head(pull);
    expect(head).not.toBe(opened);
    stage.twin.faults.clear();

    const rerun = await stage.deliver(stage.repo.as('ann').dispatch('countersign.yml', { issue: '1' }));
    expect(rerun.run_?.outputs).toMatchObject({
      status: 'none',
      next: 'publish',
      pack: '',
      'pack-digest': cut.run_?.outputs['pack-digest'],
    });
    expect(rerun.publish?.outputs).toMatchObject({ status: 'pass', 'pack-digest': cut.run_?.outputs['pack-digest'] });
    expect(stage.head(pull)).toBe(head);
    expect(stage.body(pull)).toContain(cut.run_?.outputs['pack-digest']);
    expect(stage.checks(head)).toMatchObject({ contract: 'success', approval: 'success', evidence: 'success' });
  });

  it('is refused when somebody pushed meanwhile, and the head turns red', async () => {
    const { pull, opened, approve } = await approved();
    const played = await approve({
      before: { publish: () => void stage.repo.as('mallory').push('packet/fix-add-1', { 'src/x.mjs': '1\n' }) },
    });
    expect(played.publish).toMatchObject({ code: 3 });
    const head = stage.head(pull);
    expect(stage.repo.git('rev-parse', `${head}^`)).toBe(opened);
    expect(stage.checks(head)).toMatchObject({ contract: 'failure', gate: 'failure' });
  });

  it('is refused when the approval is taken back meanwhile', async () => {
    const { pull, opened, approve } = await approved();
    const denied = await approve({
      before: { publish: () => void stage.repo.as('bob').review(pull, 'request_changes') },
    });
    expect(denied.publish).toMatchObject({ code: 2, outputs: { status: 'blocked' } });
    expect(denied.publish?.log).toContain('countersign/approval');
    expect(stage.head(pull)).toBe(opened);
    expect(stage.checks(opened)).toMatchObject({ approval: 'failure', gate: 'failure' });
  });

  it('is refused when the approver was demoted meanwhile', async () => {
    const { pull, opened, approve } = await approved();
    const played = await approve({ before: { publish: () => void stage.repo.collaborator('ann', 'read') } });
    expect(played.publish).toMatchObject({ code: 2, outputs: { status: 'blocked' } });
    expect(stage.head(pull)).toBe(opened);
  });

  it('races with itself and ends well', async () => {
    const { pull, opened, approve } = await approved();
    const played = await approve({ skip: ['publish', 'gate'] });
    const event = {
      name: 'workflow_dispatch',
      payload: { inputs: { issue: '1' }, repository: { id: stage.repo.id, default_branch: 'main' } },
    };
    // Both have looked before either pushes.
    const struck = stage.twin.faults.add({ on: /^GET .*\/commits\/[0-9a-f]+\/pulls/, delay: 1500, times: 2 });
    const about = { run: played.run, event, inputs: { pull: String(pull) }, apart: true };
    const [one, two] = await Promise.all([stage.step('publish', about), stage.step('publish', about)]);
    expect(struck()).toBe(2);
    expect([one.code, two.code]).toEqual([0, 0]);
    expect(stage.repo.git('rev-parse', `${stage.head(pull)}^`)).toBe(opened);
  });

  it('of a run whose clock was set never happens', async () => {
    const { pull, opened, approve } = await approved();
    const played = await approve({ env: { SOURCE_DATE_EPOCH: String(Math.floor(Date.now() / 1000) - 30) } });
    expect(played.run_?.outputs['status']).toBe('pass');
    expect(played.publish).toMatchObject({ code: 2, outputs: { status: 'blocked' } });
    expect(stage.head(pull)).toBe(opened);
    expect(stage.check(opened, 'evidence').summary).toContain('SOURCE_DATE_EPOCH');
  });

  it('of a proposal shows it, whatever else is in the pull request by then', async () => {
    const { played } = await stage.packet(PROPOSAL, {
      before: { publish: () => void stage.repo.as('ann').editPull(2, { body: 'mine' }) },
    });
    const pull = stage.pullOf(played);
    expect(played.publish?.code).toBe(0);
    expect(stage.body(pull)).toMatch(/^mine\n/);
    expect(stage.body(pull)).toContain('It was pushed nowhere.');
  });
});
