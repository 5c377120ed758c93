import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RIGHT } from '../run/repository.ts';
import { evidenceOf } from './evidence.ts';
import { DISPOSABLE, type Opened, openStage, type Stage } from './stage.ts';

let stage: Stage;
let opened: Opened;
beforeEach(async () => {
  stage = await openStage({ config: DISPOSABLE });
  opened = await stage.packet({ mutation_mode: 'sandbox-repo' });
});
afterEach(async () => await stage.close());

async function countersigned(): Promise<Record<string, string>> {
  const { repo } = stage;
  const [evidence] = await evidenceOf(stage);
  const { report } = evidence ?? {};
  expect(report?.status).toBe('pass');
  const head = repo.tip(opened.branch) ?? '';
  expect(repo.git('rev-parse', `${head}^`, `${head}^{tree}`).split('\n')).toEqual([opened.head, report?.result_tree]);
  expect(repo.git('show', `${head}:src/add.mjs`)).toBe(RIGHT.trim());
  expect(
    repo
      .git('log', '-1', '--format=%(trailers)', head)
      .trim()
      .split('\n')
      .map((line) => line.split(':')[0]),
  ).toEqual(['Countersign-Packet', 'Countersign-Run', 'Countersign-Evidence']);
  expect(stage.checks(head)).toEqual({
    contract: 'success',
    approval: 'success',
    evidence: 'success',
    outcome: 'action_required',
    gate: 'action_required',
  });
  expect(repo.pull(opened.pull)).toMatchObject({ draft: false });
  stage.alice.review(opened.pull, 'approve');
  await stage.runner.settle();
  stage.expectFair();
  return stage.checks(head);
}

const GREEN = { contract: 'success', approval: 'success', evidence: 'success', outcome: 'success', gate: 'success' };

describe('a packet that is published', () => {
  it('waits for an approval, runs after a review, and is countersigned after another', async () => {
    expect(opened.runs[0]?.jobs.get('run')?.result).toBe('success');
    expect(await evidenceOf(stage)).toEqual([]);
    expect(stage.checks(opened.head)).toMatchObject({ approval: 'action_required', gate: 'action_required' });
    stage.alice.review(opened.pull, 'approve');
    await stage.runner.settle();
    expect(await countersigned()).toEqual(GREEN);
  });

  it('does the same after a comment with the sentence that the pull request names', async () => {
    stage.alice.comment(opened.pull, stage.sentence(opened.pull, 'approve'));
    await stage.runner.settle();
    expect(await countersigned()).toEqual(GREEN);
  });

  it("is not started by the author's word, a stranger's, or a denial; the gate says why", async () => {
    stage.carol.comment(opened.pull, stage.sentence(opened.pull, 'approve'));
    stage.mallory.comment(opened.pull, stage.sentence(opened.pull, 'approve'));
    await stage.runner.settle();
    expect(await evidenceOf(stage)).toEqual([]);
    stage.alice.comment(opened.pull, stage.sentence(opened.pull, 'deny'));
    stage.alice.review(opened.pull, 'approve');
    await stage.runner.settle();
    expect(stage.repo.tip(opened.branch)).toBe(opened.head);
    expect(stage.checks(opened.head)).toMatchObject({ approval: 'failure', gate: 'failure' });
  });
});
