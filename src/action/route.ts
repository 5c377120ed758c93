import { type HeadFacts, type IssueFacts, problemsText, packetText, sentenceOf } from '../checks/index.ts';
import { EXIT } from '../contracts/index.ts';
import type { Issue, Pull } from '../github/index.ts';
import { eligibility } from '../packet/index.ts';
import type { Context } from './collect.ts';
import { decisionWithout, hostedOf, requestOf } from './decision.ts';
import { type Hint, hintOf, packetBranch } from './event.ts';
import { sayFailure } from './failure.ts';
import { askedSince, editedSince, issueFacts } from './issue.ts';
import { openedCommit } from './opened.ts';
import { type Result, say } from './outputs.ts';
import { field } from './runner.ts';
import { openStore } from './store.ts';

const nothing = (why: string, more: Partial<Result> = {}): Result => {
  say(why);
  return { status: 'none', exitCode: EXIT.pass, next: 'none', ...more };
};

/**
 * Mode `validate`: finds out which packet an event is about, reads it again from GitHub, keeps one comment on the issue that says what is wrong or what happens next,
 * and says which job follows. Starts nothing.
 */
export async function route(context: Context): Promise<Result> {
  const { runner, inputs } = context;
  const hint = { ...hintOf(runner.eventName, runner.event), ...(inputs.issue === null ? {} : { issue: inputs.issue }) };
  const about: Pick<Result, 'issue' | 'pull'> = { issue: hint.issue ?? undefined, pull: hint.pull ?? undefined };
  if (about.issue === undefined && about.pull === undefined && hint.mergeGroup === null)
    return nothing('This event is about no packet.');
  try {
    return await routed(context, hint, about);
  } catch (error) {
    // What cannot be read must not keep a green gate: it is looked at all the same (an issue that went elsewhere, a timeline that somebody filled).
    return { ...sayFailure(error), ...about, next: 'gate' };
  }
}

async function routed(context: Context, hint: Hint, about: Pick<Result, 'issue' | 'pull'>): Promise<Result> {
  const { github } = context;
  const pull = hint.pull === null ? null : await github.pull(hint.pull);
  const named = pull === null ? null : packetBranch(pull.head.ref);
  // A pull request that is no packet's still wants its gate: there is nothing to countersign. The issue is said in every case: gates of one packet wait for each other by it.
  if (hint.mergeGroup !== null || (pull !== null && (named === null || hint.asks === null)))
    return { status: 'none', exitCode: EXIT.pass, next: 'gate', pull: pull?.number, issue: named?.issue };
  const number = hint.issue ?? named?.issue ?? null;
  if (number === null) return nothing('This event is about no packet.');
  about.issue = number;
  const issue = await github.issue(number);
  // An issue that is gone is no packet any more, and its pull request must hear of it.
  if (issue === null) return nothing(`There is no issue #${number}.`, { ...about, next: 'gate' });
  return await followed(context, hint, issue, pull);
}

async function followed(context: Context, hint: Hint, issue: Issue, known: Pull | null): Promise<Result> {
  const { github } = context;
  const { since, not } = await askedSince(github, issue);
  const about: Partial<Result> = { issue: issue.number, bodyDigest: issue.bodyDigest, pull: known?.number };
  if (not !== null) {
    if (not.say) await github.saveComment(issue.number, 'validate', `**Not started.** ${not.why}.\n`);
    // A packet that is no longer one (its label was taken off, its issue closed): its pull request must hear of it.
    return nothing(not.why, { ...about, next: 'gate' });
  }
  const facts = issueFacts(issue);
  if (!facts.packet.ok) {
    await github.saveComment(
      issue.number,
      'validate',
      problemsText(facts.packet.errors, 'This issue is not a valid packet yet.'),
    );
    return {
      ...about,
      status: 'blocked',
      exitCode: EXIT.usage,
      blockers: ['contract_invalid'],
      next: 'gate',
    };
  }
  const { packet, digest } = facts.packet;
  const isTargeted = packet.target !== undefined;
  const place = isTargeted ? await placeOf(context, facts, known) : NOWHERE;
  const wanted = isTargeted ? nextOf(hint, place.isCurrent, context.runner.event) : 'gate';
  const edited = wanted === 'open' ? await editedSince(github, issue, since) : null;
  const next = edited === null ? wanted : 'gate';
  if (hint.asks !== 'decision')
    await github.saveComment(
      issue.number,
      'validate',
      packetText(packet, digest, {
        missing: eligibility(packet).missing,
        decision: place.decision?.ok ? place.decision.decision : null,
        next: isTargeted ? (edited === null ? NEXT[next](place.pull?.number ?? null) : `${edited}.`) : UNTARGETED,
      }),
    );
  return {
    ...about,
    packetId: packet.packet_id,
    packetDigest: digest,
    status: 'pass',
    exitCode: EXIT.pass,
    next,
    pull: place.pull?.number,
    blockers: place.decision?.ok === false ? place.decision.errors.map(({ code }) => code) : [],
  };
}

const UNTARGETED =
  'nothing is opened before the packet says for which branch it is. Edit the issue: `target` names repository and branch.';

export const branchOf = (packetId: string, issue: number): string => `packet/${packetId}-${issue}`;

interface Place {
  pull: Pull | null;
  /** The decision by the rules of now; null while this packet is not open. */
  decision: HeadFacts['decision'] | null;
  /** This packet is open, under the rules of now. */
  isCurrent: boolean;
}

const NOWHERE: Place = { pull: null, decision: null, isCurrent: false };

/** Whether and where the packet of an issue is open. */
async function placeOf(context: Context, issue: IssueFacts, known: Pull | null): Promise<Place> {
  const { runner, inputs, github, env, folder } = context;
  if (!issue.packet.ok) return NOWHERE;
  const { packet, digest } = issue.packet;
  const branch = branchOf(packet.packet_id, issue.number);
  const pull = known?.head.ref === branch ? known : await github.openPullOf(branch);
  const ref = `refs/heads/${branch}`;
  const { store, found } = await openStore(runner, inputs.token, [ref]);
  try {
    const head = found.get(ref) ?? null;
    const opened = head === null ? null : await openedCommit(store, head, branch);
    if (pull === null || opened === null || opened.problem !== null || opened.packetDigest !== digest)
      return { pull, decision: null, isCurrent: false };
    const hosted = hostedOf(runner, store, { issue, opened, branch });
    const decision = await decisionWithout(requestOf(store, hosted, inputs.engine, env, folder));
    const sameRules = decision.ok && decision.decision.facts.protected.rules === opened.rules;
    // A published result stays: other rules make its evidence stale, which the gate says.
    return { pull, decision, isCurrent: sameRules || head !== opened.sha };
  } finally {
    await store.close();
  }
}

/** A packet that is not open, or was opened under other rules, is opened; a word of a person, or a person, asks for a run; anything else is looked at by the gate. */
function nextOf(hint: Hint, isCurrent: boolean, event: unknown): 'open' | 'run' | 'gate' {
  if (!isCurrent) return hint.asks === 'decision' ? 'gate' : 'open';
  if (hint.asks === 'person') return 'run';
  if (hint.asks !== 'decision') return 'gate';
  const comment = field(event, 'comment');
  // A review's own run says nothing that could be believed: a run is asked for, and finds out.
  if (comment === undefined) return 'run';
  const body = field(comment, 'body');
  return typeof body === 'string' && sentenceOf(body)?.kind === 'approve' ? 'run' : 'gate';
}

const NEXT = {
  open: (pull: number | null) =>
    pull === null
      ? 'the packet is being opened as a draft pull request.'
      : `the packet is being opened again in #${pull}; what was approved before no longer counts.`,
  run: (pull: number | null) => `a run was asked for; see #${pull ?? ''}.`,
  gate: (pull: number | null) => `everything is in #${pull ?? ''}.`,
} as const satisfies Record<string, (pull: number | null) => string>;
