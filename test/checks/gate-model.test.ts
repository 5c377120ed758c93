import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Naive } from './model/naive.ts';
import { sequences } from './model/steps.ts';
import { World } from './model/world.ts';
import { check, type Mode } from './scene.ts';

/** `MODEL_RUNS=5000` looks longer. */
const RUNS = Number(process.env.MODEL_RUNS ?? 80);

/** Drives the world and the model with the same steps, and compares after each what was done and whether the gate is green. */
describe.each<Mode>(['proposal', 'published'])('the gate of a %s packet', (mode) => {
  it('is green exactly when a model that counts on its fingers says so', () => {
    let green = 0;
    fc.assert(
      fc.property(sequences, (steps) => {
        const world = new World(mode);
        const naive = new Naive(mode);
        let wasGreen = false;
        steps.forEach((step, n) => {
          const told = `step ${n} of ${JSON.stringify(steps)}`;
          expect([told, world.apply(step)]).toEqual([told, naive.apply(step)]);
          const is = check(world.facts(), 'gate').conclusion === 'success';
          expect([told, is]).toEqual([told, naive.gate()]);
          wasGreen ||= is;
        });
        if (wasGreen) green += 1;
      }),
      { numRuns: RUNS },
    );
    // A gate that is always red would agree with a model that is: it must have been green often enough.
    expect(green).toBeGreaterThan(RUNS / 20);
  });
});
