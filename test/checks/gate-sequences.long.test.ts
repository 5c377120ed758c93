import { beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Naive } from './model/naive.ts';
import { RealWorld } from './model/real-world.ts';
import { onGitHub, shortSequences, type Step } from './model/steps.ts';
import type { Mode } from './scene.ts';

/** `REAL_RUNS=100 REAL_SEED=7` looks longer, and elsewhere. */
const RUNS = Number(process.env.REAL_RUNS ?? 6);
const SEED = Number(process.env.REAL_SEED ?? 4);

/** What was wrong once: a no to a packet held back the next one, when somebody had pushed in between. */
const FOUND: Step[] = [
  { do: 'no', by: 'ann', how: 'comment' },
  { do: 'push' },
  { do: 'edit', packet: 1 },
  { do: 'open' },
  { do: 'yes', by: 'bob', how: 'review' },
  { do: 'run', result: 'pass' },
  { do: 'publish' },
  { do: 'yes', by: 'bob', how: 'review' },
];

/** Plays the steps for real, and compares after each what was done and what the check on the head says. True: it was green. */
async function compare(mode: Mode, steps: readonly Step[]): Promise<boolean> {
  const world = await RealWorld.open(mode);
  let wasGreen = false;
  try {
    const naive = new Naive(mode, { isPlayed: true });
    for (const [n, step] of steps.entries()) {
      const told = `step ${n} of ${JSON.stringify(steps)}`;
      expect([told, await world.apply(step)]).toEqual([told, naive.apply(step)]);
      expect([told, world.gate()]).toEqual([told, naive.gate()]);
      wasGreen ||= world.gate();
    }
  } finally {
    await world.close();
  }
  return wasGreen;
}

// Each run of the Action listens for signals as long as its process lives, which is ours.
beforeAll(() => void process.setMaxListeners(0));

/** What gate-model.test.ts asks of the decision alone, asked of the Action's jobs over a GitHub that keeps what it is told. */
describe.each<Mode>(['proposal', 'published'])('the check of a %s packet on a real head', (mode) => {
  it(
    'is green exactly when a model that counts on its fingers says so',
    async () => {
      let green = 0;
      await fc.assert(
        fc.asyncProperty(shortSequences.map(onGitHub), async (steps) => {
          if (await compare(mode, steps)) green += 1;
        }),
        // A step takes about a second: whoever wants a shorter sequence takes this one apart by hand.
        { numRuns: RUNS, seed: SEED, endOnFailure: true, examples: [[FOUND]] },
      );
      expect(green).toBeGreaterThan(RUNS / 4);
    },
    RUNS * 120_000,
  );
});
