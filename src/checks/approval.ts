import { markdownText as text } from '../evidence/index.ts';
import { type ApprovalState, approvalState, requiredApproval } from '../policy/index.ts';
import { withApprovals } from './approval-facts.ts';
import { type Asked, readDecisions } from './decisions.ts';
import { checkOf, fine, type Reason, wanting, wrong } from './reason.ts';
import type { CheckResult, HeadFacts } from './types.ts';

const TITLE = {
  success: 'Approved',
  failure: 'Denied, or no longer approved',
  action_required: 'Waiting for an approval',
} as const;

/** What the timeline of a head is read against; null while nothing can be approved, because packet, engine, mode or base are unknown. */
export function askedOf(facts: HeadFacts): Asked | null {
  const { opened, issue, decision, evidence, pull } = facts;
  if (opened === null || opened.problem !== null || issue === null || !issue.packet.ok || !decision.ok) return null;
  const request = requiredApproval(decision.decision.facts);
  if (request === null) return null;
  const decided =
    evidence?.pack && pull.head.sha === outcomeHead(facts)
      ? { head: pull.head.sha, since: evidence.record.sealedAt }
      : null;
  return { packet: issue.packet.packet, packetDigest: issue.packet.digest, opened, request, outcome: decided };
}

/** The head whose review is the outcome: the result where the mode is published, the opened commit of a proposal otherwise. */
export const outcomeHead = ({ evidence, opened }: HeadFacts) => {
  if (!evidence?.pack || !opened) return null;
  return isPublished(evidence.pack.report.mutation_mode) ? evidence.pack.resultCommit : opened.sha;
};

const PUBLISHED: ReadonlySet<string> = new Set(['sandbox-repo', 'owned-noncritical-repo', 'candidate-default']);
export const isPublished = (mode: string | null): boolean => mode !== null && PUBLISHED.has(mode);

/** Where the approval stands for this head: as it was for the run that passed, where there is one, else as it would be for a run now. */
export function approvalOf(facts: HeadFacts): ApprovalState | null {
  const asked = askedOf(facts);
  if (asked === null || !facts.decision.ok) return null;
  const approvals = readDecisions(facts.timeline, asked, {
    permissions: facts.permissions,
    packets: facts.deniedPackets,
  });
  const { evidence, records } = facts;
  const by =
    evidence?.pack && evidence.record.status === 'pass'
      ? { startedAt: evidence.pack.report.run_started_at, record: evidence.record }
      : null;
  return approvalState(withApprovals(facts.decision.decision.facts, approvals, records, by));
}

/** `countersign/approval`: granted by enough entitled people for exactly what ran, or would run. Read again from GitHub each time. */
export function approvalCheck(facts: HeadFacts): CheckResult {
  const state = approvalOf(facts);
  if (state === null)
    return checkOf('approval', TITLE, [wanting('Nothing can be approved yet.', 'See `countersign/contract`.')]);
  return checkOf('approval', TITLE, [standing(state), ...ignored(state), ...mismatch(facts, state)]);
}

function standing(state: ApprovalState): Reason {
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
      return wanting(
        text(state.reason),
        `${text(state.satisfied_by ?? 'Complete the packet.')} — or review the head that opened the packet with *Approve*.`,
      );
  }
}

const ignored = ({ ignored: left }: ApprovalState): Reason[] =>
  left.map(({ approval, why }) =>
    fine(`Does not count: ${text(approval.actor.login)} (${approval.source}), ${text(why)}.`),
  );

/** The run that passed must have stood on approvals that GitHub still shows. */
function mismatch({ evidence }: HeadFacts, state: ApprovalState): Reason[] {
  const pack = evidence?.pack;
  if (!pack || evidence.record.status !== 'pass' || state.status !== 'granted') return [];
  const recorded = new Set(pack.facts.approvals.map(({ document }) => document.nonce));
  return state.counted.some(({ nonce }) => recorded.has(nonce))
    ? []
    : [wrong('The run stood on other approvals than GitHub shows now.', 'Edit the issue to begin again.')];
}
