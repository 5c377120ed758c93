import { type CheckResult, checksOf, unreadable } from '../checks/index.ts';
import { EXIT, isSha, type Problem, type Sha, usage, UserError } from '../contracts/index.ts';
import type { Pull } from '../github/index.ts';
import { collect, type Context } from './collect.ts';
import { hintOf, packetBranch } from './event.ts';
import { headNow } from './head.ts';
import { ordinaryCheck } from './ordinary.ts';
import { type Result, say, summarize } from './outputs.ts';
import { openStore, type Store } from './store.ts';

/**
 * Mode `gate`: computes the checks of a head from GitHub, git and artifacts alone and keeps them as check runs. Level-triggered: whatever event it was, what is there now counts. Checks
 * nothing out and executes nothing of a pull request.
 */
export async function gate(context: Context): Promise<Result> {
  const { github, inputs, runner } = context;
  const hint = hintOf(runner.eventName, runner.event);
  const number = inputs.pull ?? hint.pull;
  const pull = number === null ? null : await github.pull(number);
  const issue = inputs.issue ?? (pull === null ? hint.issue : (packetBranch(pull.head.ref)?.issue ?? null));
  if (pull === null && issue === null) {
    if (hint.mergeGroup)
      throw usage('the merge group names no pull request', 'merge_group.head_ref', 'Queue the pull request again.');
    say('This event is about no pull request.');
    return { status: 'none', exitCode: EXIT.pass };
  }
  const { store } = await openStore(runner, inputs.token, pull === null ? [] : [pull.head.sha]);
  try {
    const checks = new Map<number, CheckResult[]>();
    const settleAll = async (due: Pull[]): Promise<void> => {
      for (let subject = due.shift(); subject !== undefined; subject = due.shift()) {
        if (subject.state !== 'open' || checks.has(subject.number)) continue;
        const settled = await settle(context, subject, store);
        checks.set(subject.number, settled.checks);
        due.push(...settled.others);
      }
    };
    // The one of the event first: nothing that cannot be read of others keeps a verdict of it in place.
    await settleAll(pull === null ? [] : [pull]);
    await settleAll(await othersOf(context, store, { pull, issue, left: hint.left }));
    if (hint.mergeGroup && pull !== null)
      await mergeGroup(context, pull, hint.mergeGroup.sha, checks.get(pull.number) ?? []);
    return resultOf(pull?.number, [...checks.values()].flat());
  } finally {
    await store.close();
  }
}

interface About {
  pull: Pull | null;
  issue: number | null;
  /** The head that the pull request had before this event. */
  left: Sha | null;
}

/** Others of the same issue, which had another packet_id once; when it has left or moved, those that shared its head and were held back by it. */
async function othersOf(
  { github, runner }: Context,
  store: Store,
  { pull, issue, left: before }: About,
): Promise<Pull[]> {
  const others: Pull[] = [];
  const own = pull?.head.repository === runner.repository ? pull.head.ref : null;
  for (const branch of issue === null ? [] : await store.branchesOf(issue))
    if (branch !== own) others.push(...(await github.openPullsOf(branch)));
  const left = pull !== null && pull.state !== 'open' ? pull.head.sha : before;
  if (left !== null) others.push(...(await github.pullsOfCommit(left)).filter(({ head }) => head.sha === left));
  return others;
}

/** How often a head may move under our eyes. */
const MOST_LOOKS = 3;

/** Looks at a head until it stands still, and keeps its checks. One that has left wants none. */
async function settle(context: Context, first: Pull, store: Store): Promise<{ checks: CheckResult[]; others: Pull[] }> {
  let pull = first;
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const { checks, now, others } = await lookAt(context, pull, store);
    if (now.state !== 'open') return { checks: [], others: [] };
    if (now.head.sha === pull.head.sha) {
      await keep(context, pull, pull.head.sha, checks);
      return { checks, others };
    }
    pull = now;
  }
  throw usage(`the head of #${first.number} moves on`, `#${first.number}`, 'The event of the last push looks again.');
}

interface Seen {
  checks: CheckResult[];
  now: Pull;
  others: Pull[];
}

const DEFECT: Problem = {
  code: 'internal_error',
  message: 'this is a defect of countersign',
  at: '',
  fix: 'The log of the job has the text to report.',
};

async function lookAt(context: Context, pull: Pull, store: Store): Promise<Seen> {
  try {
    if (packetBranch(pull.head.ref) !== null && pull.head.repository === context.runner.repository) {
      const { facts, now, others } = await collect(context, pull, store);
      return { checks: checksOf(facts), now, others };
    }
    await store.fetch([pull.head.sha]);
    const { now, others } = await headNow(context.github, pull);
    return { checks: [await ordinaryCheck(context, now, others, store)], now, others };
  } catch (error) {
    // A token, GitHub, a hostile object, or we ourselves failed: no older answer about this head may stand in the meantime, and the job says why.
    await keep(context, pull, pull.head.sha, [unreadable(error instanceof UserError ? error.errors : [DEFECT])]);
    throw error;
  }
}

const isRed = ({ name, conclusion }: CheckResult): boolean => name === 'countersign/gate' && conclusion !== 'success';

/**
 * Check runs hang on a commit: one that is right as it is is left alone. A gate that is not green is written before all else, a green one after it: what GitHub refuses of the
 * others (they show what an engine wrote) leaves no older verdict standing.
 */
async function keep({ github }: Context, pull: Pull, head: Sha, checks: readonly CheckResult[]): Promise<void> {
  const existing = await github.checkRuns(head);
  for (const { name, conclusion, title, summary, annotations } of checks.toSorted((a, b) => +isRed(b) - +isRed(a))) {
    say(`${name}: ${conclusion} (${title})`);
    await github.saveCheckRun(
      {
        name,
        headSha: head,
        externalId: `countersign:${pull.number}:${head}`,
        conclusion,
        title,
        summary,
        annotations: annotations.slice(0, 50).map(({ path, line, level, title: what, message }) => ({
          path,
          startLine: line,
          endLine: line,
          level,
          title: what,
          message,
        })),
      },
      existing,
    );
  }
}

/** A merge group is judged by the head that is in it: the check of that head, on the group's commit. */
async function mergeGroup(context: Context, pull: Pull, sha: string, checks: readonly CheckResult[]): Promise<void> {
  if (!isSha(sha))
    throw usage('the merge group has no commit', 'merge_group.head_sha', 'Queue the pull request again.');
  await keep(
    context,
    pull,
    sha,
    checks.filter(({ name }) => name === 'countersign/gate'),
  );
}

function statusOf(checks: readonly CheckResult[]): Result['status'] {
  if (checks.length === 0) return 'none';
  if (checks.some(({ conclusion }) => conclusion === 'failure')) return 'fail';
  return checks.every(({ conclusion }) => conclusion === 'success') ? 'pass' : 'blocked';
}

function resultOf(pull: number | undefined, checks: readonly CheckResult[]): Result {
  const red = checks.filter(({ conclusion }) => conclusion !== 'success');
  summarize(checks.map(({ name, title, summary }) => `## ${name}: ${title}\n\n${summary}\n`).join('\n'));
  return {
    status: statusOf(checks),
    exitCode: EXIT.pass,
    pull,
    blockers: red.map(({ name }) => name),
  };
}
