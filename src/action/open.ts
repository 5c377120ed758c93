import { type IssueFacts, openingText, packetText } from '../checks/index.ts';
import { type Decision, EXIT, type RepoPath, type Sha, usage } from '../contracts/index.ts';
import { pushCommit, writeOpenedCommit } from '../git/index.ts';
import type { Issue, Pull } from '../github/index.ts';
import { eligibility, toMarkdown } from '../packet/index.ts';
import { requiredApproval } from '../policy/index.ts';
import type { Context } from './collect.ts';
import { decisionWithout, hostedOf, requestOf } from './decision.ts';
import { sayFailure } from './failure.ts';
import { askedSince, editedSince, issueFacts } from './issue.ts';
import { failedText, nextText } from './open-texts.ts';
import { openedBelow, openedCommit, packetPath, replacesTrailer } from './opened.ts';
import { type Result, say } from './outputs.ts';
import { branchOf } from './route.ts';
import { openStore, type Store } from './store.ts';

/**
 * Mode `open`: commits the canonical packet on its own branch and keeps a draft pull request for it. Never starts an engine. Safe to repeat: a branch that holds this packet,
 * opened under these rules, stays as it is, published result included.
 */
export async function open(context: Context): Promise<Result> {
  const { github, inputs } = context;
  if (inputs.issue === null)
    throw usage('input issue is missing', 'issue', 'Give the number that mode validate found.');
  const found = await github.issue(inputs.issue);
  if (found === null)
    throw usage(`there is no issue #${inputs.issue}`, 'issue', 'Give the number that mode validate found.');
  if (inputs.bodyDigest !== null && found.bodyDigest !== inputs.bodyDigest) {
    say('The issue was edited meanwhile: the run of that edit goes on with it.');
    return { status: 'none', exitCode: EXIT.pass, issue: found.number };
  }
  const { since, not } = await askedSince(github, found);
  const why = not?.why ?? (since === null ? null : await editedSince(github, found, since));
  const issue = issueFacts(found);
  if (why !== null || !issue.packet.ok)
    throw usage(why ?? 'the issue is no valid packet', `#${found.number}`, 'Mode validate says what is wrong.');
  try {
    return await openPacket(context, found, { ...issue, packet: issue.packet });
  } catch (error) {
    const { packet, digest } = issue.packet;
    const text = packetText(packet, digest, {
      missing: eligibility(packet).missing,
      decision: null,
      next: failedText(error),
    });
    // What went wrong first is what is thrown.
    await github.saveComment(found.number, 'validate', text).catch(sayFailure);
    throw error;
  }
}

/** An issue that is a packet. */
type PacketIssue = IssueFacts & { packet: { ok: true } };

async function openPacket(context: Context, found: Issue, issue: PacketIssue): Promise<Result> {
  const { github, inputs, runner } = context;
  const { packet, digest } = issue.packet;
  const branch = branchOf(packet.packet_id, issue.number);
  if (!packet.target)
    throw usage('the packet names no target', '/target', 'Edit the issue: `target` names repository and branch.');
  const base = packet.target.base_ref;
  const refs = { branch: `refs/heads/${branch}`, base: `refs/heads/${base}` };
  const { store, found: ids } = await openStore(runner, inputs.token, [refs.branch, refs.base]);
  try {
    const parent = ids.get(refs.base) ?? null;
    if (parent === null)
      throw usage(
        `target.base_ref ${JSON.stringify(base)} is no branch here`,
        '/target/base_ref',
        'Name an existing branch.',
      );
    const { head, isNew } = await opened(context, store, { issue, refs, parent, there: ids.get(refs.branch) ?? null });
    const commit = await openedCommit(store, head, branch);
    const hosted = hostedOf(runner, store, { issue, opened: commit, branch });
    const decision = await decisionWithout(requestOf(store, hosted, inputs.engine, context.env, context.folder));
    if (!decision.ok) say(decision.errors.map(({ message }) => message).join('; '));
    const decided = decision.ok ? decision.decision : null;
    const { pull, isNew: isNewPull } = await pullFor(context, issue, { branch, base, head: commit.sha }, decided);
    await github.saveComment(
      issue.number,
      'validate',
      packetText(packet, digest, {
        missing: eligibility(packet).missing,
        decision: decided,
        next: nextText(pull.number, decided),
      }),
    );
    return {
      // Nothing was opened that was not there: whoever opened it (the other event of the same moment) also starts the run. A person who re-runs this wants it.
      status: isNew || isNewPull || runner.attempt > 1 ? 'pass' : 'none',
      exitCode: EXIT.pass,
      issue: issue.number,
      pull: pull.number,
      packetId: packet.packet_id,
      packetDigest: digest,
      bodyDigest: found.bodyDigest,
    };
  } finally {
    await store.close();
  }
}

interface Where {
  issue: PacketIssue;
  refs: { branch: string; base: string };
  parent: Sha;
  there: Sha | null;
}

/** The head that holds the packet: the one that is there where it does, else a new one that takes its place, unless somebody was faster. */
async function opened(
  { now }: Context,
  store: Store,
  { issue, refs, parent, there }: Where,
): Promise<{ head: Sha; isNew: boolean }> {
  const { packet, digest } = issue.packet;
  const { rulesOf } = await import('../run/index.ts');
  const rules = await rulesOf(store.baseline, store.tip.sha);
  const branch = refs.branch.replace('refs/heads/', '');
  const before = there === null ? null : await openedCommit(store, there, branch);
  if (there !== null && before?.problem === null && before.packetDigest === digest)
    if (before.rules === rules || before.sha !== there) return { head: there, isNew: false };
  const replaced = there === null || before?.problem === null ? before : await openedBelow(store, there, branch);
  const { sha } = await writeOpenedCommit(store.baseline, {
    parent,
    path: packetPath(issue.number, packet.packet_id) as RepoPath,
    bytes: Buffer.from(toMarkdown(packet)),
    message: `Packet ${packet.packet_id} for #${issue.number}\n\nCountersign-Rules: ${rules}${replaced === null ? '' : replacesTrailer(replaced, digest)}`,
    time: now(),
  });
  const pushed = await pushCommit(store.baseline, store.remote, sha, refs.branch, there);
  if (pushed.result === 'ok') return { head: sha, isNew: true };
  throw usage(
    `the packet branch was not pushed: ${pushed.reason}`,
    refs.branch,
    pushed.result === 'moved'
      ? 'Somebody pushed at the same moment: re-run this job.'
      : 'Let this workflow push to packet/*: see docs/adopt.md, Rules.',
  );
}

async function pullFor(
  { github }: Context,
  issue: PacketIssue,
  at: { branch: string; base: string; head: Sha },
  decision: Decision | null,
): Promise<{ pull: Pull; isNew: boolean }> {
  const { packet, digest } = issue.packet;
  const title = `${packet.title} (${packet.packet_id})`.slice(0, 250);
  const body = openingText({
    issue: issue.number,
    packet,
    digest,
    head: at.head,
    repositoryClass: decision?.facts.config?.repository?.class ?? 'critical',
    targetAdmission: targetOf(decision),
    request: decision === null ? null : requiredApproval(decision.facts),
    required: decision?.approval_required ?? true,
    scope: decision?.effective_paths ?? {
      allowed: packet.allowed_paths ?? [],
      forbidden: packet.forbidden_paths ?? [],
    },
  });
  const there = await github.openPullOf(at.branch);
  if (there === null)
    return { pull: await github.createPull({ title, head: at.branch, base: at.base, body }), isNew: true };
  // The evidence in the body of a head that is still the same stays there.
  const isCurrent = there.body.includes(at.head) && there.title === title;
  return { pull: isCurrent ? there : await github.updatePull(there.number, { title, body }), isNew: false };
}

const targetOf = (decision: Decision | null): string | null =>
  decision?.facts.admissions.flatMap(({ document }) => (document?.kind === 'target' ? [document.id] : []))[0] ?? null;
