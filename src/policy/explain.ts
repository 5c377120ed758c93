import type { Decision } from '../contracts/index.ts';
import { TIERS } from '../contracts/index.ts';
import { after } from './duration.ts';
import { atLeast } from './modes.ts';
import { requiredApproval } from './questions.ts';
import type { ApprovalRequest } from './types.ts';

const MARK = { passed: '✓', missing: '✗', not_applicable: '–', not_evaluated: '·' } as const;

/** Text of others on a terminal: control, bidi and other invisible characters are shown as code points. */
const shown = (text: string): string =>
  text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (c) => `<U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  );

/**
 * The decision as a tree for people: every gate with its state, why, and what would satisfy it. Plain text, lines ended by LF; pure.
 */
export function explainDecision(decision: Decision): string {
  const { facts } = decision;
  const eligible = decision.missing_gates.length === 0;
  const mode = facts.packet.document.mutation_mode ?? 'not named';
  const lines = [
    `${decision.packet_id}  ${decision.packet_digest}`,
    `${eligible ? 'ELIGIBLE' : 'BLOCKED'}  engine ${decision.requested_engine ?? 'none'} · mode ${mode}${decision.stage === null ? '' : ` (stage ${decision.stage})`} · risk ${decision.risk_class ?? 'not named'}`,
    ...TIERS.flatMap((tier, index) => tierLines(decision, tier, index === TIERS.length - 1)),
    ...deniedLines(decision),
    ...approvalLines(decision),
  ];
  return `${lines.map(shown).join('\n')}\n`;
}

function tierLines({ gates }: Decision, tier: string, last: boolean): string[] {
  const own = gates.filter((gate) => gate.tier === tier);
  const bar = last ? '   ' : '│  ';
  return [
    `${last ? '└' : '├'}─ ${tier}`,
    ...own.flatMap((gate, index) => {
      const end = index === own.length - 1;
      const inner = `${bar}${end ? '   ' : '│  '}  `;
      const codes = gate.codes.length > 0 ? ` [${gate.codes.join(', ')}]` : '';
      return [
        `${bar}${end ? '└' : '├'}─ ${MARK[gate.state]} ${gate.id}${codes}: ${gate.reason}`,
        ...(gate.satisfied_by === null ? [] : [`${inner}→ ${gate.satisfied_by}`]),
      ];
    }),
  ];
}

const deniedLines = ({ denied_engines, requested_engine }: Decision): string[] => {
  const others = denied_engines.filter(({ engine }) => engine !== requested_engine);
  return others.length === 0
    ? []
    : ['other engines', ...others.map(({ engine, reasons }) => `   ${engine}: ${reasons.join('; ')}`)];
};

function approvalLines({ facts, approval_required, approval_status }: Decision): string[] {
  if (!approval_required || approval_status === 'granted') return [];
  const request = requiredApproval(facts);
  if (!request) return [];
  return ['to approve exactly this, write', `   ${request.sentence}`, ...fileLines(request, facts)];
}

/** The same as a file for `--approvals`: what has to be in it can be taken from nowhere else. Such a file counts on a laptop, up to sandbox-repo. */
function fileLines({ bound, expires_after }: ApprovalRequest, { surface, now }: Decision['facts']): string[] {
  if (surface !== 'local' || atLeast(bound.mode, 'owned-noncritical-repo')) return [];
  const approval = {
    schema: 'countersign/approval/v1',
    event: 'approval.granted',
    ...bound,
    actor: { id: 0, login: 'YOUR LOGIN' },
    source: 'local',
    at: now,
    expires_at: after(now, expires_after),
    nonce: 'EIGHT OR MORE LETTERS OR DIGITS, NEVER USED BEFORE',
  };
  return [
    'or, on this machine, fill in login and nonce of this and name the file with --approvals',
    `   ${JSON.stringify({ schema: 'countersign/approvals/v1', approvals: [approval] })}`,
  ];
}
