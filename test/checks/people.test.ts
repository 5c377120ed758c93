import { describe, expect, it } from '@jest/globals';
import { askedOf, type HeadFacts, peopleToAsk } from '../../src/checks/index.ts';
import { comment, review, saying, scene, sentence } from './scene.ts';

const HERE = scene('published');
const YES = sentence(HERE);
const ask = (facts: HeadFacts): string[] => {
  const asked = askedOf(facts);
  return asked ? peopleToAsk(facts.timeline, asked, {}).map(({ login }) => login) : [];
};

describe('whom to ask', () => {
  it('everybody once whose yes could count, and nobody else', () => {
    const facts = saying(
      HERE,
      review(100, 'ann', 10),
      comment(200, 'ann', 11, YES),
      review(101, 'mallory', 10),
      review(102, 'bot', 10),
      review(103, 'ghost', 10),
      review(104, 'bob', 10, 'commented'),
      comment(201, 'bob', 12, 'looks good'),
    );
    expect(ask(facts)).toEqual(['ann']);
    expect(ask(saying(facts, comment(202, 'bob', 13, YES)))).toEqual(['ann', 'bob']);
    expect(ask(saying(HERE, review(100, 'ann', 10, 'changes_requested')))).toEqual([]);
    expect(ask({ ...facts, decision: { ok: false, errors: [] } })).toEqual([]);
  });
  it('a thousand comments of others cost nothing', () =>
    expect(
      ask(
        saying(
          HERE,
          ...Array.from({ length: 1000 }, (_, n) =>
            comment(n + 1, { id: 1000 + n, login: `u${n}`, type: 'User' }, 5, YES),
          ),
        ),
      ),
    ).toEqual([]));
});
