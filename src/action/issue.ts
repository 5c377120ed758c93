import { mayWrite, isPerson, type IssueFacts, PACKET_LABEL, type Person, type TimelineItem } from '../checks/index.ts';
import type { GitHub, Issue } from '../github/index.ts';
import { parsePacket } from '../packet/index.ts';

/** The issue and what its body is as a packet, now. */
export function issueFacts({ number, author, state, labels, body }: Issue): IssueFacts {
  const reading = parsePacket(body);
  return {
    number,
    author,
    state,
    labels,
    packet: reading.ok
      ? { ok: true, packet: reading.packet, digest: reading.digest }
      : { ok: false, errors: reading.errors },
  };
}

/** The last time that the label was set or taken off; null where it never was. */
const lastLabel = (timeline: readonly TimelineItem[]) =>
  timeline.reduce<Extract<TimelineItem, { kind: 'labeled' | 'unlabeled' }> | null>(
    (last, item) =>
      (item.kind === 'labeled' || item.kind === 'unlabeled') && item.label === PACKET_LABEL ? item : last,
    null,
  );

/** Why an issue is not to be worked on. `say`: people who look at the issue can do something about it. */
export interface NotAsked {
  why: string;
  say: boolean;
}

const AGAIN = 'a maintainer reads it, takes the label off and sets it again';
const mayAsk = async (github: GitHub, person: Person): Promise<boolean> =>
  isPerson(person) && mayWrite(await github.permission(person));

const not = (why: string, say = false): { since: null; not: NotAsked } => ({ since: null, not: { why, say } });

/**
 * Whether an issue is to be worked on, and since when. The label is what a person with write permission sets; the form sets it for whoever opens the issue, which is
 * then not enough (6-attacks.md, Trigger).
 */
export async function askedSince(
  github: GitHub,
  issue: Issue,
): Promise<{ since: string; not: null } | { since: null; not: NotAsked }> {
  if (issue.isPull) return not(`#${issue.number} is a pull request`);
  if (!issue.labels.includes(PACKET_LABEL)) return not(`#${issue.number} has no label ${PACKET_LABEL}`);
  if (issue.state !== 'open') return not(`#${issue.number} is closed`);
  const item = lastLabel(await github.timeline(issue.number));
  return item?.kind === 'labeled' && (await mayAsk(github, item.actor))
    ? { since: item.at, not: null }
    : not(`the label \`${PACKET_LABEL}\` was not set by somebody who may write here: ${AGAIN}`, true);
}

/**
 * Why the packet of an issue that was asked for is not to be opened, or null: the label was set on a text that somebody read, and what a person without write permission made of
 * it since is not what was asked for. What is open is bound by its digest.
 */
export async function editedSince(github: GitHub, issue: Issue, since: string): Promise<string | null> {
  const edit = await github.lastEdit(issue.number);
  if (edit === null || Date.parse(edit.at) < Date.parse(since) || (await mayAsk(github, edit.editor))) return null;
  return `the issue was edited after the label \`${PACKET_LABEL}\` was set, by somebody who may not write here: ${AGAIN}`;
}
