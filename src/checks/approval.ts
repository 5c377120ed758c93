import { markdownText as text } from '../evidence/index.ts';
import { type ApprovalState, approvalState, isPublished, requiredApproval } from '../policy/index.ts';
import { withApprovals } from './approval-facts.ts';
import { type Asked, readDecisions } from './decisions.ts';
import { aside, checkOf, fine, type Reason, wanting, wrong } from './reason.ts';
import { decisive } from './runs.ts';
import type { CheckResult, HeadFacts, RunRecord } from './types.ts';
import { type Unheard, unheard } from './unheard.ts';

const TITLE = {
  success: 'Approved',
  failure: 'Denied, or no longer approved',
  action_required: 'Waiting for an approval',
} as const;

/** What the timeline of a head is read against; null while nothing can be approved, because packet, engine, mode or base are unknown. */
export function askedOf(facts: HeadFacts): Asked | null {
  const { opened, issue, decision, pull } = facts;
  if (opened === null || opened.problem !== null || issue === null || !issue.packet.ok || !decision.ok) return null;
  const request = requiredApproval(decision.decision.facts);
  if (request === null) return null;
  const outcome = outcomeOf(facts);
  return {
    packet: issue.packet.packet,
    packetDigest: issue.packet.digest,
    opened,
    request,
    outcome: outcome?.head === pull.head.sha ? outcome : null,
    result: facts.evidence?.pack?.resultCommit ?? null,
  };
}

/**
 * The head whose reviews are about the outcome, and since when: the result where the mode is published, the opened commit of a proposal otherwise. Null before a run
 * passed, and while its result is not known.
 */
export function outcomeOf({ evidence, records, opened, issue }: HeadFacts): Asked['outcome'] {
  const record = decisive(records);
  if (record?.status !== 'pass' || opened === null) return null;
  const pack = evidence?.pack ?? null;
  const mode = pack ? pack.report.mutation_mode : issue?.packet.ok ? (issue.packet.packet.mutation_mode ?? null) : null;
  const head = isPublished(mode) ? (pack?.resultCommit ?? null) : opened.sha;
  const since = pack && pack.report.run_finished_at > record.sealedAt ? pack.report.run_finished_at : record.sealedAt;
  return head === null ? null : { head, since };
}

/** Where the approval stands for this head: as it was for the run that passed, where there is one, else as it would be for a run now. */
export function approvalOf(facts: HeadFacts): ApprovalState | null {
  const asked = askedOf(facts);
  if (asked === null || !facts.decision.ok) return null;
  const approvals = readDecisions(facts, asked);
  const now = facts.decision.decision.facts;
  const passed = passedWith(facts);
  if (passed === null) return approvalState(withApprovals(now, approvals, facts.records));
  // A later yes is about something else, and a yes that the run was not told of is not what it stood on; a no counts whenever it comes.
  const then = approvals.filter(({ event, nonce }) => event === 'approval.denied' || passed.stoodOn.has(nonce));
  return approvalState(withApprovals(now, then, facts.records, passed));
}

function passedWith({ evidence }: HeadFacts): { startedAt: string; record: RunRecord; stoodOn: Set<string> } | null {
  if (!evidence?.pack || evidence.record.status !== 'pass') return null;
  const { report, facts } = evidence.pack;
  const stoodOn = new Set(facts.approvals.map(({ document }) => document.nonce));
  return { startedAt: report.run_started_at, record: evidence.record, stoodOn };
}

/** `countersign/approval`: granted by enough entitled people for exactly what ran, or would run. Read again from GitHub each time. */
export function approvalCheck(facts: HeadFacts): CheckResult {
  const state = approvalOf(facts);
  const asked = askedOf(facts);
  if (state === null || asked === null)
    return checkOf('approval', TITLE, [wanting('Nothing can be approved yet.', 'See `countersign/contract`.')]);
  const title = state.status === 'not-required' ? { ...TITLE, success: 'No approval is required' } : TITLE;
  const beside = state.status === 'requested' ? unheard(facts, asked).map(notHeard) : [];
  return checkOf('approval', title, [standing(state, passedWith(facts) !== null), ...ignored(state), ...beside]);
}

function standing(state: ApprovalState, hasRun: boolean): Reason {
  switch (state.status) {
    case 'granted':
    case 'not-required':
      return fine(text(state.reason));
    case 'denied':
      return wrong(
        text(state.reason),
        'A denial stays until the packet changes: edit the issue, which makes another packet.',
      );
    default:
      return hasRun
        ? wrong(
            `What the run stood on no longer counts: ${text(state.reason)}`,
            'A later approval is not what was run: change the packet in the issue to begin again.',
          )
        : wanting(
            text(state.reason),
            `${text(state.satisfied_by ?? 'Complete the packet.')} — or review the head that opened the packet with *Approve*.`,
          );
  }
}

const ignored = ({ ignored: left }: ApprovalState): Reason[] =>
  left.map(({ approval, why }) =>
    aside(`Does not count: ${text(approval.actor.login)} (${approval.source}), ${text(why)}.`),
  );

const notHeard = ({ actor, source, why }: Unheard): Reason =>
  aside(`Does not count: ${text(actor.login)} (${source}), ${why}.`);
