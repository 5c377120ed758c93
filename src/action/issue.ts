import { mayWrite, isPerson, type IssueFacts, PACKET_LABEL, type TimelineItem } from '../checks/index.ts';
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

/** Who set the label that is there now; null where nobody did. */
const labeller = (timeline: readonly TimelineItem[]) =>
  timeline.reduce<Extract<TimelineItem, { kind: 'labeled' | 'unlabeled' }> | null>(
    (last, item) =>
      (item.kind === 'labeled' || item.kind === 'unlabeled') && item.label === PACKET_LABEL ? item : last,
    null,
  );

/**
 * Why an issue is not to be worked on, or null. The label is what a person with write permission sets; the form sets it for whoever opens the issue, which is
 * then not enough (6-attacks.md, Trigger).
 */
export async function notAsked(github: GitHub, issue: Issue): Promise<{ why: string; say: boolean } | null> {
  if (issue.isPull) return { why: `#${issue.number} is a pull request`, say: false };
  if (!issue.labels.includes(PACKET_LABEL)) return { why: `#${issue.number} has no label ${PACKET_LABEL}`, say: false };
  if (issue.state !== 'open') return { why: `#${issue.number} is closed`, say: false };
  const item = labeller(await github.timeline(issue.number));
  const why = `the label \`${PACKET_LABEL}\` was not set by somebody who may write here: a maintainer takes it off and sets it again`;
  if (item === null || item.kind !== 'labeled' || !isPerson(item.actor)) return { why, say: true };
  return mayWrite(await github.permission(item.actor)) ? null : { why, say: true };
}
