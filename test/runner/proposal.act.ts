import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RIGHT } from '../run/repository.ts';
import { type Evidence, evidenceOf, sealedOf } from './evidence.ts';
import { type Opened, openStage, type Stage } from './stage.ts';

let stage: Stage;
let opened: Opened;
let evidence: Evidence[];
beforeAll(async () => {
  stage = await openStage();
  stage.runner.set({ follows: () => true });
  opened = await stage.packet({}, 'at once');
  evidence = await evidenceOf(stage);
});
afterAll(async () => await stage.close());

const first = () => {
  const [run] = opened.runs;
  if (run === undefined) throw new Error('nothing ran');
  return run;
};

describe('an issue with a packet in mode copied-fixture', () => {
  it('goes through every job, in one run', () => {
    expect([...first().jobs.values()].map(({ id, result }) => `${id} ${result}`)).toEqual(
      ['validate', 'open', 'run', 'sealed', 'publish', 'gate', 'result'].map((id) => `${id} success`),
    );
    expect(first()).toMatchObject({ conclusion: 'success', exitCode: 0, survivors: 0 });
  });

  it('has its packet alone on a branch of its own, over the default branch', () => {
    const { repo } = stage;
    const changed = repo.git('diff-tree', '--no-commit-id', '--name-status', '-r', opened.head).split('\n');
    expect(changed).toEqual([`A\t.countersign/packets/issue-${opened.issue}-fix-add.md`]);
    expect(repo.git('rev-parse', `${opened.head}^`)).toBe(repo.tip('main'));
    expect(repo.tip(opened.branch)).toBe(opened.head);
    expect(repo.pull(opened.pull)).toMatchObject({ head: { ref: opened.branch }, base: { ref: 'main' } });
    expect(String(repo.pull(opened.pull)['body'])).toContain(`Closes #${opened.issue}`);
  });

  it('leaves evidence that anybody can verify, of the digest that the name of a job states', () => {
    const sealed = sealedOf(first());
    expect(sealed).toMatchObject({ status: 'pass', artifact: evidence[0]?.id });
    expect(evidence.map(({ report }) => report.status)).toEqual(['pass']);
    expect(evidence[0]?.verify('--expect', sealed?.digest ?? '')).toMatchObject({ code: 0 });
  });

  it('shows the proposal on the pull request, and pushes nothing', () => {
    const body = String(stage.repo.pull(opened.pull)['body']);
    expect(body).toContain(sealedOf(first())?.digest);
    expect(body).toContain(RIGHT.trim());
    const patch = execFileSync('unzip', ['-p', evidence[0]?.archive ?? '', 'patch.diff'], { encoding: 'utf8' });
    expect(patch).toContain(`+${RIGHT.trim()}`);
    expect(stage.repo.tip(opened.branch)).toBe(opened.head);
  });

  it('waits for a person: everything but the outcome is there', () => {
    expect(stage.checks(opened.head)).toEqual({
      contract: 'success',
      approval: 'success',
      evidence: 'success',
      outcome: 'action_required',
      gate: 'action_required',
    });
  });

  it('is countersigned by an accepting review', async () => {
    stage.alice.review(opened.pull, 'approve');
    await stage.runner.settle();
    expect(stage.checks(opened.head)).toMatchObject({ outcome: 'success', gate: 'success' });
  });

  it("asked in GitHub's own words, no more often than was promised, and for nothing that it may not", () => {
    stage.expectFair();
    expect(stage.twin.requests.all.filter(({ status }) => status === 403)).toEqual([]);
  });
});
