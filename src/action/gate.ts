import { type CheckResult, checksOf, unreadable } from '../checks/index.ts';
import { EXIT, isSha, type Sha, usage, UserError } from '../contracts/index.ts';
import type { Pull } from '../github/index.ts';
import { collect, type Context } from './collect.ts';
import { hintOf, packetBranch } from './event.ts';
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
  const issue = inputs.issue ?? (pull === null ? null : (packetBranch(pull.head.ref)?.issue ?? null));
  if (pull === null && issue === null) {
    if (hint.mergeGroup)
      throw usage('the merge group names no pull request', 'merge_group.head_ref', 'Queue the pull request again.');
    say('This event is about no pull request.');
    return { status: 'none', exitCode: EXIT.pass };
  }
  const { store } = await openStore(runner, inputs.token, pull === null ? [] : [pull.head.sha]);
  try {
    const subjects = await subjectsOf(context, store, pull, issue);
    const results: CheckResult[][] = [];
    for (const subject of subjects) {
      const checks = await checksFor(context, subject, store);
      await keep(context, subject, subject.head.sha, checks);
      results.push(checks);
    }
    if (hint.mergeGroup && pull !== null) await mergeGroup(context, pull, hint.mergeGroup.sha, results[0] ?? []);
    return await resultOf(pull?.number, results.flat());
  } finally {
    await store.close();
  }
}

/**
 * The pull request while it is open, and others of the same issue, which had another packet_id once; when it has left, those that shared its head and were held
 * back by it.
 */
async function subjectsOf({ github }: Context, store: Store, pull: Pull | null, issue: number | null): Promise<Pull[]> {
  const subjects = new Map<number, Pull>();
  const add = (found: Pull | null): void => {
    if (found?.state === 'open') subjects.set(found.number, found);
  };
  add(pull);
  for (const branch of issue === null ? [] : await store.branchesOf(issue))
    if (branch !== pull?.head.ref) add(await github.openPullOf(branch));
  if (pull !== null && pull.state !== 'open')
    for (const other of await github.pullsOfCommit(pull.head.sha)) if (other.head.sha === pull.head.sha) add(other);
  return [...subjects.values()];
}

async function checksFor(context: Context, pull: Pull, store: Store): Promise<CheckResult[]> {
  if (packetBranch(pull.head.ref) === null || pull.head.repository !== context.runner.repository)
    return [await ordinaryCheck(context, pull, store)];
  try {
    const { facts } = await collect(context, pull, store);
    return checksOf(facts);
  } catch (error) {
    // Nobody but us failed (a token, GitHub, a hostile object): no older verdict of this head may stand in the meantime.
    if (error instanceof UserError) return [unreadable(error.errors)];
    throw error;
  }
}

/** Check runs hang on a commit: one that is right as it is is left alone. */
async function keep({ github }: Context, pull: Pull, head: Sha, checks: readonly CheckResult[]): Promise<void> {
  const existing = await github.checkRuns(head);
  for (const { name, conclusion, title, summary, annotations } of checks) {
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

async function resultOf(pull: number | undefined, checks: readonly CheckResult[]): Promise<Result> {
  const red = checks.filter(({ conclusion }) => conclusion !== 'success');
  await summarize(checks.map(({ name, title, summary }) => `## ${name}: ${title}\n\n${summary}\n`).join('\n'));
  return {
    status: red.length === 0 ? 'pass' : red.some(({ conclusion }) => conclusion === 'failure') ? 'fail' : 'blocked',
    exitCode: EXIT.pass,
    pull,
    blockers: red.map(({ name }) => name),
  };
}
