import { afterEach, describe, expect, it } from '@jest/globals';
import { packet } from '../run/repository.ts';
import { evidenceOf, sealedOf } from './evidence.ts';
import { DISPOSABLE, openStage, type Stage } from './stage.ts';

let stage: Stage;
afterEach(async () => {
  stage.expectFair();
  await stage.close();
});

const FAKE = { engine: { id: 'fake', script: 'play.yml' } };
const SANDBOX = { mutation_mode: 'sandbox-repo' };
describe('events', () => {
  it('an edit voids the approval that came before it, and one by somebody new wants another', async () => {
    stage = await openStage({ config: DISPOSABLE });
    const { issue, pull, head, branch } = await stage.packet(SANDBOX);
    stage.alice.review(pull, 'approve');
    // Edited while the review's run waits for a runner.
    const body = packet({ ...FAKE, ...SANDBOX, title: 'Add adds numbers' });
    stage.carol.editIssue(issue, { body });
    await stage.runner.settle();
    const tip = stage.repo.tip(branch) ?? '';
    expect(tip).not.toBe(head);
    expect(stage.repo.git('show', `${tip}:.countersign/packets/issue-${issue}-fix-add.md`)).toContain('numbers');
    expect(await evidenceOf(stage)).toEqual([]);
    expect(stage.checks(tip)).toMatchObject({
      contract: 'success',
      approval: 'action_required',
      gate: 'action_required',
    });
    stage.alice.review(pull, 'approve');
    await stage.runner.settle();
    expect(stage.checks(stage.repo.tip(branch) ?? '')).toMatchObject({
      evidence: 'success',
      outcome: 'action_required',
    });
  });

  it('a label that a stranger set starts nothing until somebody who may sets it', async () => {
    stage = await openStage();
    stage.repo.collaborator('trudy', 'triage');
    const { id: issue } = stage.mallory.openIssue({ title: 'Add', body: packet(FAKE) });
    stage.repo.as('trudy').label(issue, 'packet');
    await stage.runner.settle();
    expect(stage.repo.tip(`packet/fix-add-${issue}`)).toBeNull();
    expect((await stage.comments(issue)).join()).toContain('Not started');
    stage.alice.unlabel(issue, 'packet');
    stage.alice.label(issue, 'packet');
    await stage.runner.settle();
    expect(stage.repo.tip(`packet/fix-add-${issue}`)).not.toBeNull();
    expect((await evidenceOf(stage)).map(({ report }) => report.status)).toEqual(['pass']);
  });

  it('a packet with errors gets one comment with all of them, edited until it is right', async () => {
    stage = await openStage();
    const wrong = packet({ ...FAKE, risk_class: 'none', mutation_mode: 'wild', allowed_paths: ['../'] });
    const { id: issue } = stage.carol.openIssue({ title: 'Add', body: wrong });
    stage.carol.label(issue, 'packet');
    await stage.runner.settle();
    const [said] = await stage.comments(issue);
    for (const path of ['risk_class', 'mutation_mode', 'allowed_paths']) expect(said).toContain(path);
    stage.carol.editIssue(issue, { body: packet(FAKE) });
    await stage.runner.settle();
    const [now, ...more] = await stage.comments(issue);
    expect(more).toEqual([]);
    expect(now).not.toContain('not a valid packet');
    expect(stage.repo.tip(`packet/fix-add-${issue}`)).not.toBeNull();
  });

  it('a person starts another run by hand, and runs that again: each leaves evidence of its own', async () => {
    stage = await openStage({ steps: [{ exit: { code: 7 } }] });
    const { issue, head } = await stage.packet();
    stage.alice.dispatch('countersign.yml', { issue: String(issue) });
    const [run] = await stage.runner.settle();
    expect(run).toMatchObject({ event: 'workflow_dispatch', conclusion: 'failure' });
    const again = run === undefined ? null : await stage.runner.rerun(run);
    const evidence = await evidenceOf(stage);
    expect(evidence.map(({ report }) => report.status)).toEqual(['fail', 'fail', 'fail']);
    const [first = '', ...others] = evidence.map(({ name }) => name);
    expect(others).toEqual([first, `${first}-2`]);
    expect(again === null ? null : sealedOf(again)?.artifact).toBe(evidence[2]?.id);
    expect(stage.checks(head)).toMatchObject({ evidence: 'failure', gate: 'failure' });
  });

  it('a merge group has the gate of the head that is in it', async () => {
    stage = await openStage();
    const { pull, head } = await stage.packet();
    stage.alice.review(pull, 'approve');
    await stage.runner.settle();
    const group = stage.repo.commit({ 'src/add.mjs': 'export const add = 1;\n' }, { parent: stage.repo.tip('main') });
    await stage.runner.deliver(stage.mergeGroup(pull, group));
    expect(stage.checks(head)['gate']).toBe('success');
    expect(stage.checks(group)).toEqual({ gate: 'success' });
  });

  it('a pull request that is no packet is let through by the gate', async () => {
    stage = await openStage();
    const { sha } = stage.carol.push('feature', { 'README.md': 'hello\n' });
    stage.carol.openPull({ title: 'Read me', head: 'feature' });
    await stage.runner.settle();
    expect(stage.checks(sha)).toEqual({ gate: 'success' });
  });
});
