import { afterEach, describe, expect, it } from '@jest/globals';
import type { RunningAct } from './act.ts';
import { type Evidence, evidenceOf, sealedOf } from './evidence.ts';
import type { Played } from './runner.ts';
import { DISPOSABLE, openStage, type Stage } from './stage.ts';

let stage: Stage;
afterEach(async () => await stage.close());

/** Numbers from 0 to 1, the same each time (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const next = random(20_261_128);

/** The job, how it ends, and after how much of the time that its work takes on a machine with nothing else to do. */
const MOMENTS = Object.entries({ validate: 200, open: 300, run: 800, publish: 400, gate: 400 }).flatMap(
  ([job, usual]) => (['kill', 'cancel'] as const).map((how) => ({ job, how, after: Math.round(next() * usual) })),
);

/** Ends the first run at some moment of the step that does the work. */
function endAt(job: string, how: 'kill' | 'cancel', after: number): () => boolean {
  let isDone = false;
  stage.runner.set({
    onLine: ({ jobID, msg, raw_output }, act: RunningAct) => {
      if (isDone || jobID !== job || raw_output === true || msg.trim() !== '⭐ Run Main Countersign') return;
      isDone = true;
      setTimeout(() => act[how](), after);
    },
  });
  return () => isDone;
}

/** Every pack that a job's name attests verifies, and is of the status that it states; what is not attested counts for nothing. */
function expectHonest(evidence: readonly Evidence[], runs: readonly Played[]): void {
  for (const sealed of runs.map(sealedOf)) {
    if (sealed === null) continue;
    const pack = evidence.find(({ id }) => id === sealed.artifact);
    expect(pack?.report.status).toBe(sealed.status);
    expect(pack?.verify('--expect', sealed.digest).code).toBe(0);
  }
  const reasons = evidence.flatMap(({ report }) => report.blockers.map(({ code }) => code));
  expect(reasons.filter((code) => code !== 'cancelled')).toEqual([]);
}

describe('a job that is cut short', () => {
  it.each(MOMENTS)(
    '$job, by a $how after $after ms: leaves nothing, or a pack that says so; a re-run ends well',
    async ({ job, how, after }) => {
      stage = await openStage({ config: DISPOSABLE });
      const isOfIssue = job === 'validate' || job === 'open';
      const packet = { mutation_mode: 'sandbox-repo' };
      const wasEnded = isOfIssue ? endAt(job, how, after) : () => true;
      const opened = await stage.packet(packet);
      const wasCut = isOfIssue ? wasEnded : endAt(job, how, after);
      if (!isOfIssue) {
        stage.alice.comment(opened.pull, stage.sentence(opened.pull, 'approve'));
        await stage.runner.settle();
      }
      expect(wasCut()).toBe(true);
      const cut = stage.runner.played.findLast(({ jobs }) => jobs.has(job));
      if (cut === undefined) throw new Error('nothing ran');
      expect(cut.survivors).toBe(0);
      expect(cut.conclusion).not.toBe('success');
      expectHonest(await evidenceOf(stage), stage.runner.played);
      stage.runner.set({ onLine: () => {} });
      await stage.runner.rerun(cut);
      if (isOfIssue) {
        stage.alice.comment(opened.pull, stage.sentence(opened.pull, 'approve'));
        await stage.runner.settle();
      }
      const head = stage.repo.tip(opened.branch) ?? '';
      expect(stage.repo.git('log', '-1', '--format=%s%n%b', head)).toContain('Countersign-Run:');
      expect(stage.checks(head)).toEqual({
        contract: 'success',
        approval: 'success',
        evidence: 'success',
        outcome: 'action_required',
        gate: 'action_required',
      });
      expectHonest(await evidenceOf(stage), stage.runner.played);
    },
  );
});
