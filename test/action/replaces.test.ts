import { describe, expect, it } from '@jest/globals';
import { replacesTrailer, trailer } from '../../src/action/opened.ts';
import type { OpenedCommit } from '../../src/checks/index.ts';
import { digest, sha } from '../policy/facts.ts';

const [ONE, TWO, THREE] = [digest('1'), digest('2'), digest('3')];
const before = (packetDigest: OpenedCommit['packetDigest'], ...replaces: OpenedCommit['replaces']): OpenedCommit => ({
  sha: sha('1'),
  packetDigest,
  rules: null,
  replaces,
  problem: null,
});

describe('the packets that a commit takes the place of', () => {
  it.each([
    ['the one before, and those before it', before(TWO, ONE), THREE, [TWO, ONE]],
    ['never itself', before(TWO, ONE), ONE, [TWO]],
    ['each once', before(ONE, TWO, ONE), THREE, [ONE, TWO]],
    ['none where it was opened again under other rules', before(ONE), ONE, null],
    ['those that are known where the one before cannot be read', before(null, ONE), TWO, [ONE]],
  ])('are %s', (_, commit, now, names) => {
    const text = replacesTrailer(commit, now);
    expect(trailer(`Packet\n\nCountersign-Rules: ${'0'.repeat(64)}${text}`, 'Countersign-Replaces')).toBe(
      names?.join(' ') ?? null,
    );
  });
  it('are at most fifty, the latest', () => {
    const many = Array.from({ length: 80 }, (_, n) => digest(`${n}`));
    expect(
      replacesTrailer(before(ONE, ...many), TWO)
        .trim()
        .split(' '),
    ).toHaveLength(51);
  });
});
