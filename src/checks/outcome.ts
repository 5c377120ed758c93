import { markdownText as text } from '../evidence/index.ts';
import { requiredApproval } from '../policy/index.ts';
import { isPublished, outcomeHead } from './approval.ts';
import { instant } from './decisions.ts';
import { isPerson, mayWrite, samePerson } from './people.ts';
import { checkOf, fine, type Reason, wanting, wrong } from './reason.ts';
import type { CheckResult, HeadFacts, Person } from './types.ts';

const TITLE = {
  success: 'Accepted',
  failure: 'Rejected',
  action_required: 'Waiting for a person to accept the result',
} as const;

/** A person's word about a result: the latest review of that head by them, given after its evidence was there. */
interface Word {
  actor: Person;
  at: string;
  id: number;
  accepts: boolean;
}

/** Reviews of the head that are about its outcome, the latest of each person. A review that was dismissed says nothing any more. */
function words(facts: HeadFacts): Word[] {
  const head = outcomeHead(facts);
  const { evidence, timeline, pull } = facts;
  if (!evidence?.pack || head === null || pull.head.sha !== head) return [];
  const since = [evidence.record.sealedAt, instant(evidence.pack.report.run_finished_at)].toSorted().at(-1) ?? '';
  const used = new Set(evidence.pack.facts.approvals.map(({ document }) => document.nonce));
  const latest = new Map<number, Word>();
  for (const item of timeline) {
    if (item.kind !== 'review' || item.commit !== head || instant(item.at) <= since || used.has(`review-${item.id}`))
      continue;
    if (item.state !== 'approved' && item.state !== 'changes_requested' && item.state !== 'dismissed') continue;
    const word = { actor: item.actor, at: instant(item.at), id: item.id, accepts: item.state === 'approved' };
    const before = latest.get(item.actor.id);
    if (before && before.at > word.at) continue;
    if (item.state === 'dismissed') latest.delete(item.actor.id);
    else latest.set(item.actor.id, word);
  }
  return [...latest.values()];
}

/** Entitled as for approvals: named by the rules, a person, not the author of the packet. */
const mayDecide = (facts: HeadFacts, actor: Person): boolean => {
  const users = facts.decision.ok ? (requiredApproval(facts.decision.decision.facts)?.users ?? []) : [];
  return (
    isPerson(actor) &&
    users.includes(actor.login.toLowerCase()) &&
    facts.issue !== null &&
    !samePerson(actor, facts.issue.author)
  );
};

/** Whose permission must be asked before their word about the outcome counts. */
export const peopleToAskAboutOutcome = (facts: HeadFacts): Person[] =>
  words(facts)
    .map(({ actor }) => actor)
    .filter((actor) => mayDecide(facts, actor));

/** `countersign/outcome`: somebody entitled looked at exactly this head and pack after it was there, and accepted it. Passing tests are not acceptance. */
export function outcomeCheck(facts: HeadFacts): CheckResult {
  const { evidence, pull } = facts;
  if (!evidence?.pack || evidence.record.status !== 'pass')
    return checkOf('outcome', TITLE, [wanting('There is no result to accept yet.', 'See `countersign/evidence`.')]);
  if (pull.head.sha !== outcomeHead(facts))
    return checkOf('outcome', TITLE, [wanting('The head is not the result.', 'See `countersign/evidence`.')]);
  const given = words(facts).filter(({ actor }) => mayDecide(facts, actor) && mayWrite(facts.permissions[actor.id]));
  return checkOf('outcome', TITLE, [decided(given, facts), ...notCounted(facts, given)]);
}

function decided(given: readonly Word[], { pull, issue, evidence }: HeadFacts): Reason {
  const rejected = given.filter(({ accepts }) => !accepts);
  if (rejected.length > 0)
    return wrong(
      `Rejected by ${names(rejected)}.`,
      'They approve this head after all, or the issue is edited, which makes another packet.',
    );
  if (given.length > 0) return fine(`Accepted by ${names(given)}, for this head and pack.`);
  const mode = evidence?.pack?.report.mutation_mode ?? '';
  if (issue?.packet.ok && issue.packet.packet.outcome_required === false && !isPublished(mode))
    return fine('The packet asks for no outcome, and nothing of the result is on the branch.');
  return wanting(
    'Nobody who may decide has accepted this result.',
    `Look at the change and its evidence, then review head \`${pull.head.sha}\` with *Approve* (accepted) or *Request changes* (rejected). A review from before the evidence was there does not count.`,
  );
}

const names = (given: readonly Word[]): string => given.map(({ actor }) => text(actor.login)).join(', ');

const notCounted = (facts: HeadFacts, given: readonly Word[]): Reason[] =>
  words(facts)
    .filter(({ actor, id }) => !given.some((other) => other.actor.id === actor.id && other.id === id))
    .map(({ actor }) => fine(`Does not count: ${text(actor.login)}, who is not entitled.`));
