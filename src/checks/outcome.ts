import { markdownText as text } from '../evidence/index.ts';
import { isPublished, requiredApproval } from '../policy/index.ts';
import { outcomeOf } from './approval.ts';
import { instant, isOutcome, lastBreak, saysNo } from './decisions.ts';
import { isPerson, mayWrite, samePerson } from './people.ts';
import { aside, checkOf, fine, type Reason, wanting, wrong } from './reason.ts';
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

/**
 * Reviews of the head that are about its outcome, the latest word of each person. A no stays a no when it is dismissed (only its author takes it back, by a yes);
 * a yes does not, and none counts from before the head was last put in place.
 */
function words(facts: HeadFacts): Word[] {
  const { timeline, pull } = facts;
  const outcome = outcomeOf(facts);
  if (outcome === null || pull.head.sha !== outcome.head) return [];
  const since = lastBreak(timeline) ?? '';
  const latest = new Map<number, Word>();
  for (const item of timeline) {
    if (item.kind !== 'review' || item.state === 'commented' || !isOutcome(item, outcome)) continue;
    const word = { actor: item.actor, at: instant(item.at), id: item.id, accepts: !saysNo(item, timeline) };
    const before = latest.get(item.actor.id);
    if (before && before.at > word.at) continue;
    if (item.state === 'approved' ? word.at > since : !word.accepts) latest.set(item.actor.id, word);
    // A yes that was dismissed does not let an older one of the same person count in its place.
    else if (before?.accepts) latest.delete(item.actor.id);
  }
  return [...latest.values()];
}

/** Entitled as for approvals: named by the rules, a person, neither an engine nor the author of the packet. */
function mayDecide({ decision, issue }: HeadFacts, actor: Person): boolean {
  if (!decision.ok || issue === null) return false;
  const { facts } = decision.decision;
  const login = actor.login.toLowerCase();
  return (
    isPerson(actor) &&
    (requiredApproval(facts)?.users ?? []).includes(login) &&
    !facts.engines.some(({ id }) => id === login) &&
    !samePerson(actor, issue.author)
  );
}

/** Whose permission must be asked before their yes to the outcome counts; a no needs none, as with approvals. */
export const peopleToAskAboutOutcome = (facts: HeadFacts): Person[] =>
  words(facts)
    .filter(({ actor, accepts }) => accepts && mayDecide(facts, actor))
    .map(({ actor }) => actor);

/** `countersign/outcome`: somebody entitled looked at exactly this head and pack after it was there, and accepted it. Passing tests are not acceptance. */
export function outcomeCheck(facts: HeadFacts): CheckResult {
  const { evidence, pull } = facts;
  if (!evidence?.pack || evidence.record.status !== 'pass')
    return checkOf('outcome', TITLE, [wanting('There is no result to accept yet.', 'See `countersign/evidence`.')]);
  if (pull.head.sha !== outcomeOf(facts)?.head)
    return checkOf('outcome', TITLE, [wanting('The head is not the result.', 'See `countersign/evidence`.')]);
  const given = words(facts).filter(
    ({ actor, accepts }) => mayDecide(facts, actor) && (!accepts || mayWrite(facts.permissions[actor.id])),
  );
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
  const mode = evidence?.pack?.report.mutation_mode ?? null;
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
    .map(({ actor }) => aside(`Does not count: ${text(actor.login)}, who is not entitled.`));
