import type { Decision, Digest, Packet, Problem } from '../../contracts/index.ts';
import { markdownText as text } from '../../evidence/index.ts';
import { missingGates } from '../gates.ts';
import { code, cutTo } from '../reason.ts';
import { listed } from './parts.ts';

/** How many errors a comment lists one by one. */
const MOST_ERRORS = 100;

/** The comment on an issue that is no valid packet: every error with its line and its fix. */
export function problemsText(errors: readonly Problem[], why: string): string {
  const shown = errors.slice(0, MOST_ERRORS).map(({ message, at, line, column, fix }) => {
    const where = line === undefined ? [] : [`line ${line}${column === undefined ? '' : `, column ${column}`}`];
    const place = [...where, ...(at === '' ? [] : [code(at)])].join(', ');
    return `- ${text(message)}${place === '' ? '' : ` — ${place}`}\n  - ${text(fix)}`;
  });
  const more = errors.length > MOST_ERRORS ? [`- … and ${errors.length - MOST_ERRORS} more`] : [];
  return cutTo([`**${why}**`, '', ...shown, ...more, '', 'Edit the issue: this comment follows.', ''].join('\n'));
}

/** The comment on a packet: what it is, what a run may and may not do, the decision so far, and what happens next. */
export function packetText(
  packet: Packet,
  digest: Digest,
  facts: { missing: readonly string[]; decision: Decision | null; next: string },
): string {
  const { decision } = facts;
  const lines = [
    `**Packet ${code(packet.packet_id)}** — ${text(packet.title)}`,
    '',
    `Digest ${code(digest)}.`,
    '',
    ...(facts.missing.length > 0
      ? [
          `It is valid, and not eligible: ${listed(facts.missing)} ${facts.missing.length === 1 ? 'is' : 'are'} missing.`,
          '',
        ]
      : []),
    `- may change: ${listed(decision?.effective_paths.allowed ?? packet.allowed_paths ?? [])}`,
    `- may not change: ${listed(decision?.effective_paths.forbidden ?? packet.forbidden_paths ?? [])}, and what is always protected`,
    `- mode ${code(packet.mutation_mode ?? 'none given')}, risk ${code(packet.risk_class ?? 'none given')}, engine ${code(decision?.requested_engine ?? packet.engine?.id ?? 'the default')}`,
    `- network: ${packet.permissions?.network === undefined || packet.permissions.network === 'none' ? 'none' : listed(packet.permissions.network)}; no secrets, no push, no merge, no deployment by the engine`,
    '',
    ...(decision === null ? [] : gates(decision)),
    `**Next:** ${facts.next}`,
    '',
  ];
  return cutTo(lines.join('\n'));
}

function gates(decision: Decision): string[] {
  const missing = missingGates(decision);
  if (missing.length === 0) return ['Every gate that was looked at passed.', ''];
  return [
    'Gates that are missing:',
    '',
    ...missing.map(
      ({ id, codes, reason, satisfied_by: by }) =>
        `- ${code(id)} (${codes.map(code).join(', ')}): ${text(reason)}${by === null ? '' : `\n  - ${text(by)}`}`,
    ),
    '',
  ];
}
