import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { annotationsOf, summaryText } from '../checks/index.ts';
import { type Event, type Report, usage } from '../contracts/index.ts';
import type { Hosted, RunResult } from '../run/index.ts';
import { blankFacts } from './blank-facts.ts';
import type { Context } from './collect.ts';
import { decisionWithout, hostedOf, requestOf } from './decision.ts';
import { askedSince, issueFacts } from './issue.ts';
import { openedCommit } from './opened.ts';
import { annotate, type Result, say, summarize } from './outputs.ts';
import { withPeople } from './people.ts';
import { not, permitted } from './permitted.ts';
import { artifactName, freeName, settledRecords } from './records.ts';
import { branchOf } from './route.ts';
import { openStore, type Store } from './store.ts';

/**
 * Mode `run`: validates again from scratch, reads approvals from the pull request, decides, and runs the engine in the sandbox. Holds read permissions alone. Where
 * nothing but a person's yes is missing it waits, and leaves no pack.
 */
export async function run(context: Context): Promise<Result> {
  const { github, inputs, runner } = context;
  if (inputs.issue === null)
    throw usage('input issue is missing', 'issue', 'Give the number that mode validate found.');
  const found = await github.issue(inputs.issue);
  const why = found === null ? { why: `there is no issue #${inputs.issue}` } : (await askedSince(github, found)).not;
  const issue = found === null ? null : issueFacts(found);
  if (why !== null || issue === null || !issue.packet.ok)
    throw usage(why?.why ?? 'the issue is no valid packet', `#${inputs.issue}`, 'Mode validate says what is wrong.');
  const branch = branchOf(issue.packet.packet.packet_id, issue.number);
  const ref = `refs/heads/${branch}`;
  const { store, found: ids } = await openStore(runner, inputs.token, [ref]);
  try {
    const head = ids.get(ref) ?? null;
    if (head === null)
      throw usage(
        `the packet is not open: there is no branch ${branch}`,
        ref,
        'Set the label again: mode open opens it.',
      );
    const opened = await openedCommit(store, head, branch);
    if (opened.problem !== null)
      throw usage(opened.problem, ref, 'Change the packet in the issue: it is opened again.');
    if (opened.packetDigest !== issue.packet.digest)
      throw usage(
        'the issue was edited after the packet was opened',
        `#${issue.number}`,
        'The run of that edit opens it again.',
      );
    const pull = await github.openPullOf(branch);
    if (pull === null)
      throw usage(`${branch} has no open pull request`, ref, 'Set the label again: mode open opens one.');
    const about = {
      issue: issue.number,
      pull: pull.number,
      packetId: issue.packet.packet.packet_id,
      packetDigest: issue.packet.digest,
    };
    const hosted = hostedOf(runner, store, { issue, opened, branch });
    const name = artifactName(issue.number, opened.sha);
    const decision = await decisionWithout(requestOf(store, hosted, inputs.engine, context.env, context.folder));
    const left = await settledRecords({ github, store, runner, inputs }, name);
    const { records, unsealed } = left;
    const timeline = await github.timeline(pull.number);
    const facts = { ...blankFacts(context, { pull, issue, opened, timeline }), decision, records };
    const permission =
      unsealed.length > 0
        ? not(
            `Run ${unsealed.join(', ')} has left evidence and does not say what it is: re-run when it has ended.`,
            'waiting',
          )
        : permitted(await withPeople(facts, github, store), hosted, runner);
    if (permission.kind === 'not') {
      say(permission.why);
      return { ...about, ...permission.result };
    }
    return { ...about, ...(await started(context, store, permission.hosted, freeName(runner, name, left))) };
  } finally {
    await store.close();
  }
}

async function started(
  { env, inputs, folder }: Context,
  store: Store,
  hosted: Hosted,
  name: string,
): Promise<Partial<Result> & Pick<Result, 'status' | 'exitCode'>> {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort());
  const { runPacket } = await import('../run/index.ts');
  const result = await runPacket({
    ...requestOf(store, hosted, inputs.engine, env, join(folder, 'packs')),
    signal: abort.signal,
    progress: say,
  });
  say(`${result.status} ${result.run_id}`);
  for (const { code, message, at, fix } of result.blockers) say(`${code} ${message} (${at}): ${fix}`);
  const report = result.pack === null ? null : readReport(result.pack);
  if (result.pack !== null && report !== null) show(result, result.pack, { report, artifact: name });
  return {
    status: result.status,
    exitCode: result.exit_code,
    runId: result.run_id,
    packDigest: result.pack_digest ?? undefined,
    blockers: [...new Set(result.blockers.map(({ code }) => code))],
    resultTree: report?.result_tree ?? undefined,
    started: report?.backend_process_started ?? false,
    pack: result.pack ?? undefined,
    artifactName: name,
  };
}

/** Of a pack that we have just sealed ourselves. */
const readReport = (pack: string): Report => JSON.parse(readFileSync(join(pack, 'report.json'), 'utf8')) as Report;

/** The summary and the annotations. They are for readers: what goes wrong here takes no evidence with it. */
function show(
  { pack_digest: digest }: RunResult,
  pack: string,
  { report, artifact }: { report: Report; artifact: string },
): void {
  try {
    const events = readFileSync(join(pack, 'events.normalized.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Event);
    const markdown = readFileSync(join(pack, 'report.md'), 'utf8');
    summarize(summaryText(report, markdown, events, { packDigest: digest ?? '', artifact }));
    annotate(annotationsOf(report));
  } catch (error) {
    say(`The summary could not be made: ${String(error)}`);
  }
}
