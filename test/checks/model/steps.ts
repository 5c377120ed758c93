import * as fc from 'fast-check';

/** Who acts: two approvers, the author (listed as one), somebody with write permission whom nobody named, and a bot. */
export const ACTORS = ['ann', 'bob', 'cem', 'mallory', 'bot'] as const;
export type Actor = (typeof ACTORS)[number];

/**
 * One thing that happens to a packet on GitHub. `open`, `run` and `publish` are the Action's modes; whether they do anything is for the gates to say. A `yes` or `no`
 * by review is of the head as it is at that moment: approval or outcome, GitHub shows no difference.
 */
export type Step =
  | { do: 'edit'; packet: number }
  | { do: 'open' }
  | { do: 'push' }
  | { do: 'push back' }
  | { do: 'yes'; by: Actor; how: 'review' | 'comment' }
  | { do: 'edit comment'; by: Actor }
  | { do: 'no'; by: Actor; how: 'review' | 'comment' | 'bare comment' }
  | { do: 'dismiss'; of: Actor }
  | { do: 'demote' | 'promote'; whom: Actor }
  | { do: 'wait' }
  | { do: 'run'; result: 'pass' | 'fail' | 'blocked' }
  | { do: 'publish' }
  | { do: 'move base' }
  | { do: 'change rules'; rules: number }
  | { do: 'retarget' | 'target back' }
  | { do: 'close' | 'reopen' }
  | { do: 'share head' | 'unshare head' }
  | { do: 'unlabel' | 'label' };

const actor = fc.constantFrom(...ACTORS);
const listed = fc.constantFrom<Actor>('ann', 'bob');
const plain = <S extends Step>(...steps: S[]): fc.Arbitrary<Step> => fc.constantFrom<Step>(...steps);

const any: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('edit'), packet: fc.nat(2) }) },
  { weight: 3, arbitrary: plain({ do: 'open' }) },
  { weight: 2, arbitrary: plain({ do: 'push' }, { do: 'push back' }, { do: 'push back' }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('yes'),
      by: fc.oneof(listed, actor),
      how: fc.constantFrom('review', 'comment'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('edit comment'), by: listed }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('no'),
      by: fc.oneof(listed, actor),
      how: fc.constantFrom('review', 'comment', 'bare comment'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('dismiss'), of: listed }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('demote', 'promote', 'promote'), whom: listed }) },
  { weight: 1, arbitrary: plain({ do: 'wait' }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('run'), result: fc.constantFrom('pass', 'pass', 'fail', 'blocked') }),
  },
  { weight: 3, arbitrary: plain({ do: 'publish' }) },
  { weight: 2, arbitrary: plain({ do: 'move base' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('change rules'), rules: fc.nat(1) }) },
  {
    weight: 2,
    arbitrary: plain({ do: 'retarget' }, { do: 'target back' }, { do: 'close' }, { do: 'reopen' }, { do: 'reopen' }),
  },
  { weight: 2, arbitrary: plain({ do: 'share head' }, { do: 'unshare head' }, { do: 'unshare head' }) },
  { weight: 1, arbitrary: plain({ do: 'unlabel' }, { do: 'label' }, { do: 'label' }) },
) as fc.Arbitrary<Step>;

/** What must happen for the gate to go green; chance alone gets there too rarely. */
const SPINE: readonly Step[] = [
  { do: 'open' },
  { do: 'yes', by: 'ann', how: 'review' },
  { do: 'run', result: 'pass' },
  { do: 'publish' },
  { do: 'yes', by: 'bob', how: 'review' },
];

const few = fc.array(any, { maxLength: 4 });
/** Ways to open the packet that is open once more, as another commit; mostly none. */
const again = fc.constantFrom<Step[]>(
  [],
  [],
  [{ do: 'edit', packet: 1 }, { do: 'open' }],
  [{ do: 'push' }, { do: 'open' }],
  [{ do: 'change rules', rules: 1 }, { do: 'open' }],
);
/** What turns a green gate red, and what takes that back. */
const detours: fc.Arbitrary<Step[]> = fc.constantFrom<Step[]>(
  // After the base moved it is our own head that is looked at.
  [{ do: 'share head' }, { do: 'move base' }, { do: 'unshare head' }],
  [{ do: 'unlabel' }, { do: 'label' }],
  [
    { do: 'demote', whom: 'ann' },
    { do: 'promote', whom: 'ann' },
  ],
  [
    { do: 'edit', packet: 2 },
    { do: 'edit', packet: 0 },
  ],
  [
    { do: 'change rules', rules: 1 },
    { do: 'change rules', rules: 0 },
  ],
);
/** Few enough to be played for real: from an open packet to green with at most one thing in between, and what happens then; or anything at all. */
export const shortSequences: fc.Arbitrary<Step[]> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(
        again,
        fc.integer({ min: 1, max: SPINE.length }),
        fc.array(any, { maxLength: 1 }),
        detours,
        detours,
        fc.array(any, { maxLength: 4 }),
      )
      .map(([first, where, between, one, other, after]) => [
        ...first,
        ...SPINE.slice(1, where),
        ...between,
        ...SPINE.slice(where),
        ...one,
        ...other,
        ...after,
      ]),
  },
  { weight: 1, arbitrary: fc.array(any, { minLength: 4, maxLength: 10 }) },
);
/** Sequences of steps: the way to green with other things in between, and anything at all. */
export const sequences: fc.Arbitrary<Step[]> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(few, few, few, few, few, few)
      .map((between) => between.flatMap((steps, n) => [...steps, ...SPINE.slice(n, n + 1)])),
  },
  { weight: 2, arbitrary: fc.array(any, { minLength: 1, maxLength: 30 }) },
);

/** Of a closed pull request GitHub shows no new head, and changes no base; opened again, a packet would get another pull request. */
const NOT_WHILE_CLOSED: ReadonlySet<Step['do']> = new Set(['open', 'push', 'push back', 'retarget', 'target back']);

/** The same sequence without what cannot be done on GitHub. */
export function onGitHub(steps: readonly Step[]): Step[] {
  let isOpen = true;
  return steps.filter((step) => {
    if (step.do === 'close') isOpen = false;
    if (step.do === 'reopen') isOpen = true;
    return isOpen || !NOT_WHILE_CLOSED.has(step.do);
  });
}
