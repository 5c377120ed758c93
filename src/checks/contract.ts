import { markdownText as text } from '../evidence/index.ts';
import { missingGates } from './gates.ts';
import { checkOf, code, fine, type Reason, wanting, wrong } from './reason.ts';
import type { CheckResult, HeadFacts } from './types.ts';

const TITLE = {
  success: 'The packet keeps to its contract and is the one of the issue',
  failure: 'This head is not what the packet asks for',
  action_required: 'The packet may not run yet',
} as const;

/** The label that makes an issue a packet. */
export const PACKET_LABEL = 'packet';

/** What brings a new head, and with it a new approval and a new run. */
export const OPEN_AGAIN =
  'Change the packet in the issue (a word in its text will do): it is then opened again on a new head, and approved again.';

/**
 * `countersign/contract`: the head holds the packet that the issue is now, opened by one commit that adds it to the base branch; nothing was pushed beside it; and
 * no gate but the approval stands in its way.
 */
export const contractCheck = (facts: HeadFacts): CheckResult =>
  checkOf('contract', TITLE, [
    ...pullReasons(facts),
    ...packetReasons(facts),
    ...headReasons(facts),
    ...gateReasons(facts),
  ]);

function pullReasons({ pull, repository, sharedWith }: HeadFacts): Reason[] {
  const reasons: Reason[] = [];
  if (pull.state !== 'open' || pull.merged)
    reasons.push(wrong('The pull request is not open.', 'Reopen it, or label the issue again.'));
  if (pull.head.repository !== repository)
    reasons.push(wrong('The head lies in another repository.', 'Packets are opened on a branch of this repository.'));
  if (sharedWith.length > 0)
    reasons.push(
      wrong(
        `Another open pull request has the same head (${sharedWith.map((number) => `#${number}`).join(', ')}): what counts for one must not count for the other.`,
        'Close the other one.',
      ),
    );
  return reasons;
}

function packetReasons({ issue, opened, pull }: HeadFacts): Reason[] {
  if (issue === null)
    return [wrong('There is no issue of this packet.', 'A packet branch is `packet/<packet_id>-<issue>`.')];
  const reasons: Reason[] = [];
  if (!issue.labels.includes(PACKET_LABEL))
    reasons.push(
      wrong(
        `The issue #${issue.number} has no label \`${PACKET_LABEL}\`.`,
        'Somebody who may write sets the label again.',
      ),
    );
  if (issue.state !== 'open') reasons.push(wrong(`The issue #${issue.number} is closed.`, 'Reopen it.'));
  if (!issue.packet.ok)
    return [
      ...reasons,
      ...issue.packet.errors
        .slice(0, 50)
        .map(({ message, at, fix, line }) =>
          wrong(
            `The issue is no valid packet: ${text(message)} (${code(line === undefined ? at : `line ${line}: ${at}`)})`,
            text(fix),
          ),
        ),
    ];
  const { packet, digest } = issue.packet;
  const branch = `packet/${packet.packet_id}-${issue.number}`;
  if (pull.head.ref !== branch)
    reasons.push(
      wrong(
        `The issue's packet is opened on ${code(branch)}, this is ${code(pull.head.ref)}.`,
        'Close this pull request.',
      ),
    );
  if (packet.target && packet.target.base_ref !== pull.base.ref)
    reasons.push(
      wrong(
        `The packet is for ${code(packet.target.base_ref)}, the pull request for ${code(pull.base.ref)}.`,
        `Set the base of the pull request to ${code(packet.target.base_ref)}.`,
      ),
    );
  if (opened !== null && opened.problem === null && opened.packetDigest !== digest)
    reasons.push(wrong('The issue was edited after the packet was opened: this is another packet.', OPEN_AGAIN));
  return reasons.length > 0
    ? reasons
    : [fine(`The issue #${issue.number} is the packet ${code(packet.packet_id)}, ${code(digest)}.`)];
}

function headReasons({ opened, pull, evidence }: HeadFacts): Reason[] {
  if (opened === null || opened.problem !== null)
    return [
      wrong(
        `The head does not hold the packet as it was opened: ${text(opened?.problem ?? 'no commit that opened it was found')}.`,
        OPEN_AGAIN,
      ),
    ];
  if (pull.head.sha === opened.sha) return [fine(`The head ${code(opened.sha)} adds the packet and nothing else.`)];
  if (pull.head.sha === evidence?.pack?.resultCommit)
    return [
      fine(
        `The head is the result of run ${code(evidence.pack.report.run_id)}, commit and all, on the head that was opened.`,
      ),
    ];
  return [
    wrong(
      `The head ${code(pull.head.sha)} is neither the commit that opened the packet nor the result of a verified run.`,
      'Take the push back, or edit the issue to begin again. What was approved is not this.',
    ),
  ];
}

function gateReasons({ decision, issue, opened }: HeadFacts): Reason[] {
  if (!decision.ok)
    return decision.errors
      .slice(0, 50)
      .map(({ message, at, fix }) => wanting(`No decision: ${text(message)} (${code(at)})`, text(fix)));
  const { packet, head } = decision.decision.facts;
  if (!issue?.packet.ok || packet.digest !== issue.packet.digest || head !== opened?.sha)
    return [wanting('What was decided is not about this packet on this head.', OPEN_AGAIN)];
  const missing = missingGates(decision.decision).filter(({ id }) => id !== 'approval');
  if (missing.length === 0) return [fine('Apart from the approval, no gate of packet or configuration is missing.')];
  return missing.map((gate) =>
    wanting(
      `Gate ${code(gate.id)} (${gate.codes.map(code).join(', ')}): ${text(gate.reason)}`,
      text(gate.satisfied_by ?? 'Change the packet.'),
    ),
  );
}
