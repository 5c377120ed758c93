import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { evidenceOf } from './evidence.ts';
import type { Played } from './runner.ts';
import { DISPOSABLE, type Opened, openStage, type Stage } from './stage.ts';

let stage: Stage;
let opened: Opened;
beforeEach(async () => {
  stage = await openStage({ config: DISPOSABLE });
  opened = await stage.packet({ mutation_mode: 'sandbox-repo' });
});
afterEach(async () => await stage.close());

/** Approves, and gives the run in which everything happened but the publishing: that crashed as soon as it began. */
async function lost(): Promise<Played> {
  stage.runner.set({
    onLine: ({ jobID, msg }, act) => {
      if (jobID === 'publish' && msg.startsWith('⭐ Run Main Countersign')) act.crash();
    },
  });
  stage.alice.comment(opened.pull, stage.sentence(opened.pull, 'approve'));
  const [run] = await stage.runner.settle();
  stage.runner.set({ onLine: () => {} });
  expect(run?.jobs.get('run')?.result).toBe('success');
  expect(run?.jobs.get('publish')?.result).toBe('failure');
  expect(stage.repo.tip(opened.branch)).toBe(opened.head);
  expect(stage.checks(opened.head)).toMatchObject({ evidence: 'action_required', gate: 'action_required' });
  expect(stage.summary(opened.head, 'evidence')).toMatch(/publish/i);
  if (run === undefined) throw new Error('nothing ran');
  return run;
}

describe('a publish that did not come to its end', () => {
  it('is made up for by a re-run of the jobs that failed, with the same evidence', async () => {
    const again = await stage.runner.rerun(await lost(), 'failed');
    expect(
      [...again.jobs.keys()].filter((id) => again.jobs.get(id)?.steps.some(({ id: step }) => step.endsWith('/main'))),
    ).toEqual(['publish', 'gate']);
    expect(again.conclusion).toBe('success');
    const head = stage.repo.tip(opened.branch) ?? '';
    expect(stage.repo.git('rev-parse', `${head}^`)).toBe(opened.head);
    expect(stage.checks(head)).toMatchObject({ contract: 'success', approval: 'success', evidence: 'success' });
    expect(await evidenceOf(stage)).toHaveLength(1);
  });

  it('is made up for by a re-run of all jobs, without another run of the engine', async () => {
    const again = await stage.runner.rerun(await lost());
    expect(again.conclusion).toBe('success');
    expect(stage.repo.tip(opened.branch)).not.toBe(opened.head);
    expect(await evidenceOf(stage)).toHaveLength(1);
  });
});

describe('at the same moment', () => {
  it('two publishes push one commit, and both end well', async () => {
    await lost();
    // What GitHub's concurrency groups would keep apart, here on purpose side by side.
    const events = [1, 2].map(() => {
      stage.alice.dispatch('countersign.yml', { issue: String(opened.issue) });
      const event = stage.runner.next();
      if (event?.name !== 'workflow_dispatch') throw new Error('somebody else did something');
      return event;
    });
    const both = await Promise.all(events.map(async (event) => await stage.runner.deliver(event)));
    expect(both.flat().map(({ jobs }) => jobs.get('publish')?.result)).toEqual(['success', 'success']);
    expect(stage.repo.tip(opened.branch)).not.toBe(opened.head);
    expect(stage.repo.git('rev-list', '--count', `${opened.head}..${opened.branch}`)).toBe('1');
    stage.expectFair();
  });
});
