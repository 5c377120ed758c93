import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, comment, dismissal, review, saying, scene } from '../checks/scene.ts';

const HERE = scene('published');
const approval = (facts: Parameters<typeof check>[0]): string => check(facts, 'approval').summary;

describe('what is said about those who tried to approve', () => {
  // A gate that is never computed leaves the older verdict of its head in place, a green one as well.
  it('takes no time, whatever blanks strangers write', async () => {
    const stranger = { id: 1000, login: 'mallory', type: 'User' };
    const bodies = ['\n', '\r', '\u2028', ' ', ' \n'].map((blank) => `x${blank.repeat(65_000 / blank.length)}x`);
    const crowd = Array.from({ length: 20 }, (_, n) => comment(100 + n, stranger, 5, bodies[n % bodies.length] ?? ''));
    expect(approval(saying(HERE, ...crowd))).not.toContain('mallory');
    // The time limit of a test is looked at only where it waits.
    await sleep(1);
  }, 10_000);

  it('does not deny a permission that nobody asked for', () => {
    const older = review(1, 'ann', 5);
    const takenBack = saying(HERE, older, review(2, 'ann', 6, 'dismissed'), dismissal(2, 7));
    const opened = HERE.opened && { ...HERE.opened, rules: null };
    for (const facts of [takenBack, { ...saying(HERE, older), opened }]) {
      const said = approval({ ...facts, permissions: {} });
      expect(said).toContain('Does not count: ann (review)');
      expect(said).not.toContain('has no write permission');
    }
  });
});
