import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PUBLISHED, Stage } from '../action/stage.ts';

/** Approval row of 6-attacks.md, through the Action itself over a GitHub on loopback: what tables over plain facts cannot see. */
let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(async () => await stage.close());

const copied = (body: string, verb: 'approve' | 'deny'): string =>
  new RegExp(`^ {4}(/${verb} .*)$`, 'm').exec(body)?.[1] ?? '';
const other = `${PUBLISHED}\nAnd say why in a comment.\n`;

async function opened(): Promise<{ issue: number; pull: number }> {
  const { issue, played } = await stage.packet(PUBLISHED);
  return { issue, pull: stage.pullOf(played) };
}

describe('a denial by the sentence of the pull request', () => {
  it('outlives every yes to its packet, and ends with the packet', async () => {
    const { issue, pull } = await opened();
    await stage.deliver(stage.repo.as('ann').comment(pull, copied(stage.body(pull), 'deny')));
    stage.later();
    const refused = await stage.deliver(stage.repo.as('bob').review(pull, 'approve'));
    expect(refused.run_?.outputs).toMatchObject({ status: 'waiting', started: 'unstarted' });
    expect(stage.checks(stage.head(pull))).toMatchObject({ approval: 'failure', gate: 'failure' });
    stage.later();
    const before = stage.head(pull);
    await stage.deliver(stage.repo.as('mallory').editIssue(issue, { body: other }));
    expect(stage.head(pull)).not.toBe(before);
    stage.later();
    const ran = await stage.deliver(stage.repo.as('bob').review(pull, 'approve'));
    expect(ran.run_?.outputs).toMatchObject({ status: 'pass' });
    stage.later();
    // The first packet again, on yet another head: the no to it is still there.
    await stage.deliver(stage.repo.as('mallory').editIssue(issue, { body: PUBLISHED }));
    stage.later();
    const again = await stage.deliver(stage.repo.as('bob').review(pull, 'approve'));
    expect(again.run_?.outputs['status']).toBe('waiting');
    expect(stage.checks(stage.head(pull))).toMatchObject({ approval: 'failure', gate: 'failure' });
  });

  it('by review stands through its dismissal', async () => {
    const { pull } = await opened();
    const head = stage.head(pull);
    const no = stage.repo.as('ann').review(pull, 'request_changes');
    await stage.deliver(no);
    stage.later();
    stage.repo.as('mallory').dismiss(pull, no.id, 'talked about it');
    const refused = await stage.deliver(stage.repo.as('bob').review(pull, 'approve'));
    expect(refused.run_?.outputs['status']).toBe('waiting');
    expect(stage.checks(head)).toMatchObject({ approval: 'failure' });
  });
});

describe('approve, force-push, push back', () => {
  it('is not approved', async () => {
    const { pull } = await opened();
    const head = stage.head(pull);
    const branch = (stage.repo.pull(pull)['head'] as { ref: string }).ref;
    const yes = stage.repo.as('ann').review(pull, 'approve');
    stage.later();
    const stray = stage.repo.commit(
      { 'src/add.mjs': 'evil\n' },
      { parent: head, message: 'evil', author: { name: 'mallory', email: 'mallory@example.com' } },
    );
    stage.repo.as('mallory').forcePush(branch, stray);
    stage.later();
    stage.repo.as('mallory').forcePush(branch, head);
    stage.later();
    const late = await stage.deliver(yes);
    expect(late.run_?.outputs['status']).toBe('waiting');
    expect(stage.checks(head)).toMatchObject({
      contract: 'success',
      approval: 'action_required',
      gate: 'action_required',
    });
  });
});
