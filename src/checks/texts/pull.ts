import type { Digest, Packet, Sha } from '../../contracts/index.ts';
import { markdownText as text } from '../../evidence/index.ts';
import type { ApprovalRequest } from '../../policy/index.ts';
import { code, cutTo, MOST_TEXT } from '../reason.ts';
import { block, bullets, listed, table } from './parts.ts';

export interface Opening {
  issue: number;
  packet: Packet;
  digest: Digest;
  head: Sha;
  repositoryClass: string;
  targetAdmission: string | null;
  /** What is to be approved; null while that cannot be said. `required`: somebody must. */
  request: ApprovalRequest | null;
  required: boolean;
  scope: { allowed: readonly string[]; forbidden: readonly string[] };
}

const BEGIN = '<!-- countersign:evidence -->';
const END = '<!-- /countersign:evidence -->';

/** The body of the pull request: the approval packet of 7-ladder.md. Nothing in it can be executed, and nothing of it is ever read back. */
export function openingText(opening: Opening): string {
  const { issue, packet, digest, head, scope } = opening;
  const commands = (packet.verification_commands ?? []).map(({ name, run, script }) => [
    text(name),
    code(run === undefined ? (script ?? '') : run.join(' ')),
  ]);
  const lines = [
    `Closes #${issue}`,
    '',
    `## Approval packet: ${code(packet.packet_id)}`,
    '',
    '`executable: false`: this text only asks for a decision. Editing it changes nothing.',
    '',
    ...table(
      ['what', 'value'],
      [
        ['packet', code(digest)],
        ['head', code(head)],
        ['target', `${code(packet.target?.repository ?? 'none')} at ${code(packet.target?.base_ref ?? 'none')}`],
        ['repository class', code(opening.repositoryClass)],
        ['target admission', code(opening.targetAdmission ?? 'none needed in this mode, or none')],
        ['mode', code(packet.mutation_mode ?? 'none')],
        ['risk', code(packet.risk_class ?? 'none given')],
        ['allowed paths', listed(scope.allowed)],
        ['forbidden paths', listed(scope.forbidden)],
        ['blocked actions', listed(packet.forbidden_actions ?? [])],
        ['rollback', text(packet.rollback ?? 'revert the commit')],
      ],
    ),
    ...(commands.length > 0 ? ['### Verification', '', ...table(['name', 'command'], commands)] : []),
    ...section('Success criteria', packet.success_criteria ?? []),
    ...section('Stop conditions', packet.stop_conditions ?? []),
    '### Evidence required afterwards',
    '',
    'A sealed evidence pack (report, events, patch, test log, statements, sums) that `countersign verify` accepts; then a review of the result.',
    '',
    ...approval(opening),
  ];
  return `${cutTo(lines.join('\n'), MOST_OPENING)}\n${BEGIN}\nNo run has left evidence yet.\n${END}\n`;
}

/** The opening and the evidence share what GitHub takes of one body. */
const MOST_OPENING = 30_000;

const section = (title: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : [`### ${title}`, '', ...bullets(items), ''];

function approval({ request, required, packet }: Opening): string[] {
  if (request === null)
    return ['### Approval', '', 'What is to be approved cannot be said yet: see the comment on the issue.', ''];
  if (!required) return ['### Approval', '', 'None is required. A denial still counts.', ''];
  const who =
    request.users.length > 0
      ? `of ${listed(request.users)}`
      : '— but the configuration names nobody who may (`approvals.approvers.users`)';
  return [
    '### Approval',
    '',
    `Needed from ${request.min} ${who}: review this head with *Approve*, or comment exactly`,
    ...block(request.sentence),
    `It lasts ${code(request.expires_after)} and one passing run. To say no, *Request changes*, or comment exactly`,
    ...block(`/deny ${packet.packet_id} ${request.bound.packet_digest}`),
  ];
}

/** The body with the evidence block of a run in place of the last one; a body without markers (somebody edited it) gets it at its end. */
export function withEvidence(body: string, evidence: string): string {
  const own = `${BEGIN}\n${cutTo(evidence, MOST_EVIDENCE)}\n${END}`;
  const from = body.indexOf(BEGIN);
  // A patch in the block may hold what looks like its end: the last one is ours.
  const to = body.lastIndexOf(END);
  const [before, after] =
    from !== -1 && from < to ? [body.slice(0, from), body.slice(to + END.length)] : [`${body}\n\n`, '\n'];
  return cutTo(before, MOST_TEXT - own.length - MOST_AFTER) + own + cutTo(after, MOST_AFTER);
}

const MOST_EVIDENCE = 30_000;
/** Of what somebody wrote behind the block. */
const MOST_AFTER = 1000;
