import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { packet } from '../run/repository.ts';
import { type Played, PROPOSAL, Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(async () => await stage.close());

const engine = { id: 'fake', script: 'play.yml' };
const comments = (issue: number): string[] =>
  stage.repo
    .timeline(issue)
    .filter(({ event }) => event === 'commented')
    .map(({ body }) => String(body));

const relabelled = async (issue: number): Promise<Played> => {
  stage.repo.as('ann').unlabel(issue, 'packet');
  stage.later();
  return await stage.deliver(stage.repo.as('ann').label(issue, 'packet'));
};

describe('a packet that cannot be opened', () => {
  it('says so on the issue, with the fix, and goes on once that is mended', async () => {
    const remove = stage.twin.faults.add({ on: /^POST .*\/pulls$/, status: 403, times: 99 });
    const { issue, played } = await stage.packet(PROPOSAL);
    remove();
    expect(played.open?.code).toBe(3);
    expect(played.run_).toBeUndefined();
    expect(comments(issue)).toHaveLength(1);
    expect(comments(issue)[0]).toContain('**Next:** opening failed: GitHub forbids it');
    expect(comments(issue)[0]).toContain('Give the job the permission');
    const again = await relabelled(issue);
    expect(again.open?.code).toBe(0);
    expect(comments(issue)).toHaveLength(1);
    expect(comments(issue)[0]).toContain('**Next:** a run follows');
  });

  it('because its branch is not there', async () => {
    const { issue, played } = await stage.packet(
      packet({ engine, target: { repository: 'acme/sum', base_ref: 'mian' } }),
    );
    expect(played.open?.code).toBe(3);
    expect(comments(issue)[0]).toContain('is no branch here\\. Name an existing branch\\.');
  });

  it('because it names no target: nothing is opened, and what is missing is said', async () => {
    const { issue, played } = await stage.packet(packet({ engine, target: null }));
    expect([played.validate?.code, played.validate?.outputs['next'], played.open]).toEqual([0, 'gate', undefined]);
    expect(comments(issue)[0]).toContain('<code>target</code> is missing');
    expect(comments(issue)[0]).toContain('**Next:** nothing is opened before');
    expect(stage.repo.tip(`packet/fix-add-${issue}`)).toBe(null);
  });

  it('is opened where this job has no sandbox, which is for the job that runs to say', async () => {
    const change = { env: { COUNTERSIGN_BWRAP: '/nonexistent' }, skip: ['run'] } as const;
    const { issue } = await stage.packet(PROPOSAL, change);
    expect(comments(issue)[0]).toContain('Every gate that was looked at passed.');
    expect(comments(issue)[0]).toContain('**Next:** a run follows; #');
  });

  it('is opened where something else is missing, and says that its run is blocked', async () => {
    const { issue, played } = await stage.packet(packet({ engine, forbidden_actions: null }));
    expect(comments(issue)[0]).toContain('is blocked by the gates above');
    expect(played.run_?.outputs['status']).toBe('blocked');
  });
});
