import { describe, expect, it } from '@jest/globals';
import { accomplished, afterRun, conclusions, published, review, saying, scene } from './scene.ts';

const GREEN = { contract: 'success', approval: 'success', evidence: 'success', outcome: 'success', gate: 'success' };
describe('the five checks', () => {
  it.each(['proposal', 'published'] as const)('go green one after the other: %s', (mode) => {
    const opened = scene(mode);
    const W = 'action_required';
    expect(conclusions(opened)).toEqual({ contract: 'success', approval: W, evidence: W, outcome: W, gate: W });
    const approved = saying(opened, review(100, 'ann', 10));
    expect(conclusions(approved)).toEqual({ ...GREEN, evidence: W, outcome: W, gate: W });
    const ran = afterRun(approved);
    expect(conclusions(ran)).toEqual({ ...GREEN, evidence: mode === 'published' ? W : 'success', outcome: W, gate: W });
    const there = mode === 'published' ? published(ran) : ran;
    expect(conclusions(there)).toEqual({ ...GREEN, outcome: W, gate: W });
    expect(conclusions(accomplished(mode))).toEqual(GREEN);
  });
});
