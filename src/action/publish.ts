import { createReadStream } from 'node:fs';
import { evidenceText, notPublishable, withEvidence } from '../checks/index.ts';
import { asSha, EXIT, InternalError, type Sha, usage } from '../contracts/index.ts';
import { applyToTree, pushCommit, writeCommit } from '../git/index.ts';
import type { Pull } from '../github/index.ts';
import { type Collected, collect, type Context } from './collect.ts';
import type { Downloaded } from './evidence.ts';
import { type Result, say } from './outputs.ts';
import { openStore, type Store } from './store.ts';

/**
 * Mode `publish`: downloads the evidence, verifies all of it again, reads the approvals again, makes the result commit from the base and the patch, and pushes it to the packet
 * branch if that still is where the run started. Shows the evidence on the pull request in every case. Executes nothing of what an engine left.
 */
export async function publish(context: Context): Promise<Result> {
  const { github, inputs, runner } = context;
  if (inputs.pull === null) throw usage('input pull is missing', 'pull', 'Give the number that mode run found.');
  const found = await github.pull(inputs.pull);
  if (found === null)
    throw usage(`there is no pull request #${inputs.pull}`, 'pull', 'Give the number that mode run found.');
  const { store } = await openStore(runner, inputs.token, [found.head.sha]);
  try {
    const collected = await collect(context, found, store);
    const { facts, evidence, now: pull } = collected;
    if (!evidence?.facts.pack)
      throw usage('there is no evidence to publish', `#${pull.number}`, 'Check countersign/evidence says why.');
    const { report } = evidence.facts.pack;
    const result: Result = {
      status: 'pass',
      exitCode: EXIT.pass,
      pull: pull.number,
      runId: report.run_id,
      packetId: report.case_id,
      packetDigest: report.packet_digest,
      packDigest: evidence.facts.record.packDigest,
      resultTree: report.result_tree ?? undefined,
    };
    const why = notPublishable(facts);
    const isThere = pull.head.sha === evidence.facts.pack.resultCommit;
    if (why.kind === 'publish' && !isThere) await push(collected, evidence, pull, store);
    await show(context, pull, evidence);
    if (isThere || why.kind === 'publish') {
      if (pull.draft) await github.markReady(pull.nodeId);
      return result;
    }
    say(why.why);
    return why.kind === 'proposal'
      ? result
      : { ...result, status: 'blocked', exitCode: EXIT.blocked, blockers: why.codes };
  } finally {
    await store.close();
  }
}

/** The commit that the evidence names, onto the head that was approved: with a lease, so that of two at once one wins and the other finds it there. */
async function push(
  { facts }: Collected,
  { commit, file, patchSha256 }: Downloaded,
  pull: Pull,
  store: Store,
): Promise<void> {
  const { opened, evidence } = facts;
  if (commit === null || file === null || patchSha256 === null || opened === null || !evidence?.pack)
    throw new InternalError('a pack passed without a result');
  const base = await store.baseline.commit(opened.sha);
  if (base === null) throw new InternalError(`${opened.sha} was read and is gone`);
  const { withMember } = await import('../evidence/index.ts');
  const applied = await withMember(
    file,
    'patch.diff',
    patchSha256,
    async (patch) => await applyToTree(store.baseline, base.tree, patch),
  );
  if (applied?.tree !== evidence.pack.report.result_tree)
    throw usage('the patch does not make the recorded tree', 'patch.diff', 'Do not trust this pack: run again.');
  const id: Sha = await writeCommit(store.baseline, { text: commit.text, id: asSha(commit.id) });
  const ref = `refs/heads/${pull.head.ref}`;
  const pushed = await pushCommit(store.baseline, store.remote, id, ref, opened.sha);
  if (pushed.result === 'ok') return;
  const now = pushed.result === 'moved' ? ((await store.fetch([ref])).get(ref) ?? null) : null;
  if (now === id) return;
  throw usage(
    `the result was not pushed: ${pushed.reason}`,
    ref,
    pushed.result === 'moved'
      ? 'Somebody pushed: change the packet in the issue to begin again.'
      : 'Let this workflow push to packet/*: see docs/adopt.md, Rules.',
  );
}

/** How much of a patch is read to be shown. */
const SHOWN = 24_000;

async function show({ github, runner }: Context, pull: Pull, evidence: Downloaded): Promise<void> {
  const { pack, record } = evidence.facts;
  if (pack === null) return;
  const { withMember } = await import('../evidence/index.ts');
  const { report } = pack;
  const isProposal = report.status === 'pass' && evidence.file !== null && report.mutation_mode === 'copied-fixture';
  const patch =
    isProposal && evidence.file !== null && evidence.patchSha256 !== null
      ? await withMember(evidence.file, 'patch.diff', evidence.patchSha256, beginning)
      : null;
  const text = evidenceText({
    report,
    packDigest: record.packDigest,
    runUrl: `${runner.serverUrl}/${runner.repository}/actions/runs/${record.runId}`,
    artifact: { name: evidence.facts.artifactName, id: record.artifactId },
    patch,
  });
  const body = withEvidence(pull.body, text);
  if (body !== pull.body) await github.updatePull(pull.number, { body });
}

async function beginning(file: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(file, { end: SHOWN })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
