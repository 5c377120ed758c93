import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PROPOSAL, PUBLISHED, Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(async () => await stage.close());

const GREEN = { contract: 'success', approval: 'success', evidence: 'success', outcome: 'success', gate: 'success' };

describe('from an issue to a countersigned head', () => {
  it('a proposal runs at once, is pushed nowhere, and is accepted by a review', async () => {
    const { played } = await stage.packet(PROPOSAL);
    console.error(played.validate, played.open, played.run_, played.publish, played.gate);
    expect(played.gate?.code).toBe(0);
    const pull = stage.pullOf(played);
    const head = stage.head(pull);
    expect(stage.checks(head)).toEqual({ ...GREEN, outcome: 'action_required', gate: 'action_required' });
    stage.afterwards();
    await stage.deliver(stage.repo.as('ann').review(pull, 'approve'));
    expect(stage.checks(head)).toEqual(GREEN);
    expect(stage.head(pull)).toBe(head);
  });
});
