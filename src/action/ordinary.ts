import type { CheckResult } from '../checks/index.ts';
import type { Pull } from '../github/index.ts';
import type { Context } from './collect.ts';
import { packetBranch } from './event.ts';
import type { Store } from './store.ts';

const NAME = 'countersign/gate';

const held = (why: string, next: string): CheckResult => ({
  name: NAME,
  conclusion: 'failure',
  title: 'This pull request carries a packet under another name',
  summary: `- ✗ ${why}\n\n**What next**\n\n- ${next}\n`,
  annotations: [],
});

/**
 * The gate of a pull request that is no packet's: a repository that requires the check must let people's own changes pass. What a packet's pull request is held to cannot be
 * escaped by opening the same commits under another branch: a shared head, a commit of ours, or a packet in the change holds it back.
 */
export async function ordinaryCheck(
  { runner }: Context,
  pull: Pull,
  others: readonly Pull[],
  store: Store,
): Promise<CheckResult> {
  // In a fork anybody may call a branch so, and must not hold other people's pull requests by that.
  const sharing = others.filter(({ head }) => packetBranch(head.ref) !== null && head.repository === runner.repository);
  if (sharing.length > 0)
    return held(
      `It has the head of ${sharing.map(({ number }) => `#${number}`).join(', ')}, which is a packet's.`,
      'Close one of them.',
    );
  const base = `refs/heads/${pull.base.ref}`;
  const head = await store.baseline.commit(pull.head.sha);
  const tip = (await store.fetch([base])).get(base) ?? null;
  const carried = tip === null || head === null ? null : await store.baseline.packetsBetween(tip, pull.head.sha);
  if (carried === null)
    return held('Its head or its base cannot be read.', `Push again, or choose another base in ${runner.repository}.`);
  if (carried.length > 0)
    return held(
      `It brings commits of a packet that are not on its base: ${carried
        .slice(0, 5)
        .map((sha) => `\`${sha}\``)
        .join(', ')}.`,
      'Merge the pull request of the packet instead.',
    );
  return {
    name: NAME,
    conclusion: 'success',
    title: 'Not a packet: nothing to countersign',
    summary: "This pull request is no packet's: people review it as ever.\n",
    annotations: [],
  };
}
