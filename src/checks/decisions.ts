import type { Approval, Digest, Packet, Sha } from '../contracts/index.ts';
import { after, type ApprovalRequest } from '../policy/index.ts';
import { isPerson, mayWrite } from './people.ts';
import { sentenceOf } from './sentences.ts';
import type { HeadFacts, OpenedCommit, Person, TimelineItem } from './types.ts';

/** What reviews and comments are read against. */
export interface Asked {
  packet: Pick<Packet, 'packet_id'>;
  packetDigest: Digest;
  opened: Pick<OpenedCommit, 'sha' | 'rules' | 'replaces'>;
  request: ApprovalRequest;
  /** The head that people decide about the outcome of, and since when: a review of it after that accepts or rejects, and is neither an approval nor a denial. */
  outcome: { head: Sha; since: string } | null;
  /** The commit that the evidence makes; null where nobody looked at evidence. Its push is no reason to think that somebody changed their mind. */
  result: Sha | null;
}

/** One person's decision as GitHub shows it: who, when, and which bound part they really named. */
interface Said {
  id: string;
  actor: Person;
  at: string;
  event: Approval['event'];
  source: 'review' | 'comment';
  rules: Sha;
}

/** A denial by review, of any commit: only the packet that the commit holds can tell whether it is this one's. */
interface ReviewDenial {
  id: number;
  actor: Person;
  at: string;
  commit: Sha | null;
}

/** RFC 3339 with milliseconds, as every document of ours has it. */
export const instant = (time: string): string => new Date(time).toISOString();

/**
 * After one of these an older yes no longer counts: the head was replaced, perhaps put back, or the pull request left and came back (6-attacks.md, Approval:
 * approve, force-push, push back; close and reopen; base changed). Null: nothing of the kind happened.
 */
export function lastBreak(timeline: readonly TimelineItem[]): string | null {
  const breaks = new Set<TimelineItem['kind']>(['force_pushed', 'closed', 'reopened', 'base_changed']);
  return timeline
    .filter(({ kind }) => breaks.has(kind))
    .reduce<string | null>((latest, { at }) => (latest === null || instant(at) > latest ? instant(at) : latest), null);
}

type Review = Extract<TimelineItem, { kind: 'review' }>;

/** A review of the result, given after its evidence was there: one review is never both, an approval and an outcome. */
export const isOutcome = ({ commit, at }: Review, outcome: Asked['outcome']): boolean =>
  outcome !== null && commit === outcome.head && instant(at) > outcome.since;

/**
 * Whether a review says no. One that was dismissed shows `dismissed`, and the event beside it remembers what it said: dismissing a no does not take it back, and
 * where nothing tells what it was, it may have been one.
 */
export function saysNo({ id, state }: Review, timeline: readonly TimelineItem[]): boolean {
  if (state !== 'dismissed') return state === 'changes_requested';
  const event = timeline.find((item) => item.kind === 'dismissed' && item.reviewId === id);
  return event?.kind !== 'dismissed' || event.wasState === 'changes_requested';
}

const reviewDenials = (timeline: readonly TimelineItem[], outcome: Asked['outcome']): ReviewDenial[] =>
  timeline.flatMap((item) =>
    item.kind === 'review' && !isOutcome(item, outcome) && saysNo(item, timeline)
      ? [{ id: item.id, actor: item.actor, at: item.at, commit: item.commit }]
      : [],
  );

/** Whether a review approves, and nobody took that back: a repository may dismiss approvals on each push, and publishing the result is one. */
const saysYes = ({ id, state }: Review, timeline: readonly TimelineItem[], result: Sha | null): boolean =>
  state === 'approved' ||
  (state === 'dismissed' &&
    result !== null &&
    timeline.some(
      (item) =>
        item.kind === 'dismissed' && item.reviewId === id && item.wasState === 'approved' && item.byPush === result,
    ));

/** The latest review of the opened commit by somebody, not about its outcome, that was dismissed: their older ones do not come back in its place. Empty: none was. */
const lastDismissed = (timeline: readonly TimelineItem[], actor: Person, { opened, outcome, result }: Asked): string =>
  timeline
    .filter(
      (item) =>
        item.kind === 'review' &&
        item.state === 'dismissed' &&
        item.actor.id === actor.id &&
        item.commit === opened.sha &&
        !saysYes(item, timeline, result) &&
        !isOutcome(item, outcome),
    )
    .map((item) => instant(item.at))
    .toSorted()
    .at(-1) ?? '';

/** The commits, other than the opened one, whose packet must be read to know what was denied there. */
export const commitsToRead = (timeline: readonly TimelineItem[], asked: Pick<Asked, 'opened' | 'outcome'>): Sha[] => [
  ...new Set(
    reviewDenials(timeline, asked.outcome).flatMap(({ commit }) =>
      commit === null || commit === asked.opened.sha ? [] : [commit],
    ),
  ),
];

function said(timeline: readonly TimelineItem[], asked: Asked, packets: Readonly<Record<Sha, Digest | null>>): Said[] {
  const { opened, packet, packetDigest, request } = asked;
  const since = lastBreak(timeline);
  const now = request.bound.protected_sha;
  const counts = (at: string): boolean => since === null || instant(at) > since;
  const isThisPacket = (commit: Sha | null): boolean => {
    if (commit === null || commit === opened.sha) return true;
    const digest = packets[commit] ?? null;
    return digest === null || digest === packetDigest;
  };
  const denials = reviewDenials(timeline, asked.outcome)
    .filter(({ commit }) => isThisPacket(commit))
    .map(
      ({ id, actor, at }): Said => ({
        id: `review-${id}`,
        actor,
        at,
        event: 'approval.denied',
        source: 'review',
        rules: now,
      }),
    );
  const grants: Said[] = [];
  const comments: { actor: Person; at: string; id: number; about: Digest | null }[] = [];
  for (const item of timeline) {
    // A review of the opened commit says yes to it and to the rules that its trailer names; without a trailer nobody knows to which.
    if (
      item.kind === 'review' &&
      item.commit === opened.sha &&
      saysYes(item, timeline, asked.result) &&
      opened.rules &&
      !isOutcome(item, asked.outcome) &&
      instant(item.at) > lastDismissed(timeline, item.actor, asked) &&
      counts(item.at)
    )
      grants.push({
        id: `review-${item.id}`,
        actor: item.actor,
        at: item.at,
        event: 'approval.granted',
        source: 'review',
        rules: opened.rules,
      });
    if (item.kind !== 'comment') continue;
    const sentence = sentenceOf(item.body);
    if (sentence?.packetId !== packet.packet_id) continue;
    if (sentence.kind === 'deny')
      comments.push({ actor: item.actor, at: item.at, id: item.id, about: sentence.digest });
    // An edited comment may have said anything when others read it.
    else if (!item.edited && sentence.digest === request.approval_digest && counts(item.at))
      grants.push({
        id: `comment-${item.id}`,
        actor: item.actor,
        at: item.at,
        event: 'approval.granted',
        source: 'comment',
        rules: now,
      });
  }
  for (const { actor, at, id, about } of comments) {
    if (about !== null && about !== packetDigest && opened.replaces.includes(about)) continue;
    // Final where it names this packet; else until the same person says yes to exactly this (docs/adr/0111).
    const takenBack =
      about !== packetDigest && grants.some((grant) => grant.actor.id === actor.id && instant(grant.at) > instant(at));
    if (!takenBack)
      denials.push({ id: `comment-${id}`, actor, at, event: 'approval.denied', source: 'comment', rules: now });
  }
  return [...grants, ...denials];
}

/** A person whom the rules name. */
export const couldCount = (actor: Person, { request }: Asked): boolean =>
  isPerson(actor) && request.users.includes(actor.login.toLowerCase());

/**
 * Whose permission must be asked before their yes counts: one question for each person, and none for people who may not decide anyway. A no of somebody whom
 * the rules name stands whatever became of them (docs/adr/0111).
 */
export const peopleToAsk = (
  timeline: readonly TimelineItem[],
  asked: Asked,
  packets: Readonly<Record<Sha, Digest | null>>,
): Person[] =>
  distinct(
    said(timeline, asked, packets)
      .filter((one) => one.event === 'approval.granted' && couldCount(one.actor, asked))
      .map(({ actor }) => actor),
  );

export const distinct = (people: readonly Person[]): Person[] => [
  ...new Map(people.map((person) => [person.id, person])).values(),
];

/**
 * The approvals and denials of a pull request as documents for the gates (3-architecture.md, Approval rules; 6-attacks.md, Approval). Who is entitled, what is
 * stale, expired or used is for src/policy to say; left out here is what nobody said, and the yes of somebody who may no longer write.
 */
export function readDecisions(
  { timeline, permissions, deniedPackets }: Pick<HeadFacts, 'timeline' | 'permissions' | 'deniedPackets'>,
  asked: Asked,
): Approval[] {
  return said(timeline, asked, deniedPackets)
    .filter(({ actor }) => couldCount(actor, asked))
    .filter(({ event, actor }) => event === 'approval.denied' || mayWrite(permissions[actor.id]))
    .map(({ id, actor, at, event, source, rules }) => ({
      schema: 'countersign/approval/v1',
      event,
      ...asked.request.bound,
      protected_sha: rules,
      actor: { id: actor.id, login: actor.login },
      source,
      at: instant(at),
      expires_at: after(instant(at), asked.request.expires_after),
      nonce: id,
    }));
}
