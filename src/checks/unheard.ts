import { type Asked, couldCount, instant, isOutcome, lastBreak, readDecisions } from './decisions.ts';
import { isPerson, mayWrite } from './people.ts';
import { sentenceOf } from './sentences.ts';
import type { HeadFacts, Person, TimelineItem } from './types.ts';

/** An attempt to approve that does not count, and why not. */
export interface Unheard {
  actor: Person;
  source: 'review' | 'comment';
  why: string;
}

/** How many are listed of those whom the rules name, and of all others: a crowd hides nobody. */
const MOST = 5;

/** Who tried to approve, and was not heard: without a word about it they would wait for ever. Only the explanation is made here. */
export function unheard(facts: HeadFacts, asked: Asked): Unheard[] {
  const { timeline, permissions } = facts;
  const heard = new Set(readDecisions(facts, asked).map(({ nonce }) => nonce));
  const since = lastBreak(timeline) ?? '';
  const tries = timeline.flatMap((item): Unheard[] => {
    if (item.kind !== 'review' && item.kind !== 'comment') return [];
    if (heard.has(`${item.kind}-${item.id}`)) return [];
    const flaw = item.kind === 'review' ? reviewFlaw(item, asked) : commentFlaw(item, asked);
    if (flaw === null) return [];
    const why = flaw || (instant(item.at) <= since ? CHANGED : personFlaw(item.actor, asked, permissions));
    return why === null ? [] : [{ actor: item.actor, source: item.kind, why }];
  });
  const named = tries.filter(({ actor }) => couldCount(actor, asked));
  const others = tries.filter(({ actor }) => !couldCount(actor, asked));
  return [...named.slice(-MOST), ...others.slice(-MOST)];
}

const CHANGED = 'it is older than the last change of the pull request (force-push, other base, closed or reopened)';

/** What is wrong with a comment that would approve; empty: nothing, as far as its words go. Null: it does not try to. */
function commentFlaw({ body, edited }: Extract<TimelineItem, { kind: 'comment' }>, asked: Asked): string | null {
  // No line end among the blanks: sixty thousand empty lines would be gone through once for each of them.
  if (!/^[ \t]*\/approve\b/m.test(body)) return null;
  const sentence = sentenceOf(body);
  if (sentence?.kind !== 'approve') return 'its first line is not exactly `/approve`, the packet and the digest';
  if (sentence.packetId !== asked.packet.packet_id) return 'it names another packet';
  if (edited) return 'it was edited: write a new one';
  if (sentence.digest === asked.request.approval_digest) return '';
  return sentence.digest === asked.packetDigest
    ? 'it names the digest of the packet, not that of the approval'
    : 'it names another digest than the one to approve';
}

/** The same of a review. */
function reviewFlaw(review: Extract<TimelineItem, { kind: 'review' }>, asked: Asked): string | null {
  if (review.state !== 'approved' || isOutcome(review, asked.outcome)) return null;
  if (review.commit !== asked.opened.sha) return 'it is of another commit than the one that opened the packet';
  return asked.opened.rules === null ? 'the commit names no rules: edit the issue, and it is opened again' : '';
}

function personFlaw(actor: Person, asked: Asked, permissions: HeadFacts['permissions']): string | null {
  if (!isPerson(actor)) return 'only people approve';
  if (!couldCount(actor, asked))
    return 'not among those who may approve (`approvals.approvers.users`, and the `approvers` of the packet)';
  const permission = permissions[actor.id];
  // Nobody asked: nothing that they said is a yes to this commit under known rules.
  if (permission === undefined) return 'a later review of theirs was dismissed';
  return mayWrite(permission) ? null : 'has no write permission here';
}
