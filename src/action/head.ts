import type { GitHub, Pull } from '../github/index.ts';

/** How many other pull requests of one head are looked at: anybody can open one from a fork, and each costs requests. */
const MOST_OTHERS = 20;

/**
 * A pull request as it is by now, and the other open ones with the head that was looked at. Asked last, just before anything is written: what was seen of a head that
 * moved meanwhile is written nowhere. One request; two where GitHub does not list the pull request for that commit (any more, or yet).
 */
export async function headNow(github: GitHub, seen: Pull): Promise<{ now: Pull; others: Pull[] }> {
  const listed = await github.pullsOfCommit(seen.head.sha);
  const now = listed.find(({ number }) => number === seen.number) ?? (await github.pull(seen.number));
  const others = listed.filter(
    ({ number, state, head }) => number !== seen.number && state === 'open' && head.sha === seen.head.sha,
  );
  return { now: now ?? { ...seen, state: 'closed' }, others: others.slice(0, MOST_OTHERS) };
}
