import { type Approval, canonicalText } from '../contracts/index.ts';
import { type ApprovalRules, approvalRequest, approvalRules, boundOf, endOf } from './approval-rules.ts';
import type { Case } from './case.ts';
import { atLeast } from './modes.ts';
import type { ApprovalCode, ApprovalRequest, ApprovalState, Bound, Facts } from './types.ts';

type Ignored = ApprovalState['ignored'][number] & { code: ApprovalCode | null };

/**
 * Where the approval of this run stands (2-contracts.md, Approval and outcome). A denial by somebody entitled is final for the packet digest. Of each
 * person the latest decision on this packet counts, and only if it names exactly what would run now, is in its term, was never used and comes from
 * where this mode takes approvals from. What cannot be checked does not count.
 */
export function approvalState(it: Case): ApprovalState {
  const rules = approvalRules(it);
  const { decisions, ignored } = ofEntitled(it, rules);
  const digest = it.facts.packet.digest;
  const denial = decisions.find((a) => a.event === 'approval.denied' && a.packet_digest === digest) ?? null;
  // A denial counts even where nobody had to be asked: a person said no (docs/adr/0042).
  const required = rules.required || denial !== null;
  const request = required ? approvalRequest(it) : null;
  const judged = (required ? latestByPerson(decisions, digest) : []).map((approval) => ({
    approval,
    ...flaw(approval, request?.bound ?? null, it, rules),
  }));
  const counted = judged.filter(({ code }) => code === null).map(({ approval }) => approval);
  const flawed: Ignored[] = [...ignored, ...judged.filter(({ code }) => code !== null)];
  const standing = !required
    ? NOT_REQUIRED
    : denial
      ? deniedBy(denial)
      : counted.length >= rules.min
        ? grantedBy(counted)
        : stillWanted(counted, flawed, request, it, rules);
  return { ...standing, required, denial, ignored: flawed.map(({ approval, why }) => ({ approval, why })) };
}

type Standing = Omit<ApprovalState, 'required' | 'denial' | 'ignored'>;

const NOT_REQUIRED: Standing = {
  status: 'not-required',
  codes: [],
  lacks: [],
  reason: 'Neither packet, configuration, mode nor risk requires an approval.',
  satisfied_by: null,
  counted: [],
};

function deniedBy({ actor, reason: why }: Approval): Standing {
  const reason = `${actor.login} denied this packet${why ? `: ${why}` : ''}`;
  return {
    status: 'denied',
    codes: ['approval_denied'],
    lacks: [{ code: 'approval_denied', reason }],
    reason,
    satisfied_by: 'Change the packet: a denial stays until the packet digest changes.',
    counted: [],
  };
}

const grantedBy = (counted: Approval[]): Standing => ({
  status: 'granted',
  codes: [],
  lacks: [],
  reason: `Granted by ${counted.map((a) => a.actor.login).join(', ')}.`,
  satisfied_by: null,
  counted,
});

function stillWanted(
  counted: Approval[],
  flawed: readonly Ignored[],
  request: ApprovalRequest | null,
  it: Case,
  rules: ApprovalRules,
): Standing {
  const found = [...new Set(flawed.flatMap(({ code }) => code ?? []))].toSorted();
  const codes: ApprovalCode[] = found.length > 0 ? found : ['approval_missing'];
  const said = ({ approval, why }: Ignored): string => `${approval.actor.login}: ${why}`;
  const reason = (about: readonly Ignored[]): string =>
    [`${counted.length} of ${rules.min} approvals count`, ...about.map(said), ...teamNote(rules)].join('; ');
  // A decision without a code of its own (a bot's, a stranger's) belongs to the first: it is nobody's approval.
  const about = (code: ApprovalCode): Ignored[] => flawed.filter((decision) => (decision.code ?? codes[0]) === code);
  return {
    status: 'requested',
    codes,
    lacks: codes.map((code) => ({ code, reason: reason(about(code)) })),
    reason: reason(flawed),
    satisfied_by: request
      ? (tooFew(it, rules) ?? wanted(request.sentence, rules))
      : 'Complete the packet: only then can be said what is to be approved.',
    counted,
  };
}

const teamNote = (rules: ApprovalRules): string[] =>
  rules.teams.length > 0 ? [`team membership cannot be read, so ${rules.teams.join(', ')} count as nobody`] : [];

/** What to do where no sentence helps, because too few people may say it; null where enough may. A local file may be anybody's. */
function tooFew({ facts: { author, surface } }: Case, { users, min }: ApprovalRules): string | null {
  const others = (users ?? []).filter((login) => login !== author?.login.toLowerCase());
  if (surface !== 'github' || others.length >= min) return null;
  return `Too few people may approve (${others.length}, and ${min} must): name more in .countersign/config.yml (approvals.approvers.users), and in the packet's approval.approvers if it has any. Who wrote the packet does not count.`;
}

const wanted = (sentence: string, rules: ApprovalRules): string =>
  `${rules.min === 1 ? 'One person' : `${rules.min} people`}${rules.users && rules.users.length > 0 ? ` of ${rules.users.join(', ')}` : ''}: ${sentence}`;

/** The decisions of people who may decide, and the others with the reason why they do not count. */
function ofEntitled(it: Case, rules: ApprovalRules): { decisions: Approval[]; ignored: Ignored[] } {
  const judged = it.facts.approvals.map((fact) => ({
    approval: fact.document,
    why: disqualified(fact, it, rules),
    code: null,
  }));
  return {
    decisions: judged.filter(({ why }) => why === null).map(({ approval }) => approval),
    ignored: judged.flatMap(({ approval, why, code }) => (why === null ? [] : [{ approval, why, code }])),
  };
}

/** Why a decision counts for nothing whatever it says, or null: where it comes from, and who took it. */
function disqualified(
  { from, document, signature_verified }: Facts['approvals'][number],
  it: Case,
  rules: ApprovalRules,
): string | null {
  const { facts } = it;
  const login = document.actor.login.toLowerCase();
  if ((from === 'file') !== (document.source === 'local'))
    return `says it is a ${document.source} and comes from a ${from}`;
  if ((from === 'ticket') !== (document.source === 'ticket'))
    return `says it is a ${document.source} and comes from a ${from}`;
  if (from === 'ticket' && !signature_verified) return 'the signature of the ticket was not verified';
  if (from === 'file' && facts.surface !== 'local') return 'a file counts only for local runs';
  if (login.endsWith('[bot]')) return 'bots do not approve';
  // GitHub shows whoever is gone as `ghost`, and as nobody's id.
  if (from !== 'file' && document.actor.id === 0) return 'deleted users do not approve';
  if (facts.engines.some((engine) => engine.id === login)) return 'engines do not approve';
  if (
    facts.author &&
    (facts.author.login.toLowerCase() === login || (facts.author.id > 0 && facts.author.id === document.actor.id))
  )
    return 'the author of the packet does not approve it';
  if (rules.users === null) return from === 'file' ? null : 'the configuration names no approvers';
  return rules.users.includes(login) ? null : 'is not among the approvers';
}

/**
 * Of each person the latest decision on this packet, grants alone. Decisions on other packets are kept only for somebody who decided nothing on this
 * one: they explain what is stale. One person is one numeric id and one login in any letter case: neither can be used twice.
 */
function latestByPerson(decisions: readonly Approval[], digest: string): Approval[] {
  const here = (a: Approval): boolean => a.packet_digest === digest;
  const newestFirst = decisions
    .filter((a) => a.event === 'approval.granted')
    .toSorted(
      (a, b) => Number(here(b)) - Number(here(a)) || compare(b.at, a.at) || compare(canonicalText(a), canonicalText(b)),
    );
  const kept: Approval[] = [];
  for (const approval of newestFirst) if (!kept.some((other) => samePerson(approval, other))) kept.push(approval);
  return kept;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const samePerson = (a: Approval, b: Approval): boolean =>
  a.actor.login.toLowerCase() === b.actor.login.toLowerCase() || (a.actor.id > 0 && a.actor.id === b.actor.id);

/** Why a grant of somebody entitled does not count for this run, with its code; code null: it counts. */
function flaw(
  approval: Approval,
  bound: Bound | null,
  it: Case,
  rules: ApprovalRules,
): { code: ApprovalCode | null; why: string } {
  const { facts } = it;
  const stale = bound ? differing(boundOf(approval), bound) : ['everything'];
  if (stale.length > 0) return { code: 'approval_stale', why: `was given for another ${stale.join(', ')}` };
  if (
    facts.approvals.some(
      ({ document }) => document.nonce === approval.nonce && canonicalText(document) !== canonicalText(approval),
    )
  )
    return { code: 'approval_consumed', why: 'its nonce stands in two approvals' };
  if (facts.consumed_nonces.includes(approval.nonce)) return { code: 'approval_consumed', why: 'was used before' };
  const failed = facts.attempts
    .filter(({ nonce }) => nonce === approval.nonce)
    .reduce((sum, { count }) => sum + count, 0);
  if (failed >= rules.max_attempts)
    return { code: 'approval_consumed', why: `${failed} attempts have failed; ${rules.max_attempts} were allowed` };
  const end = endOf(approval, rules);
  if (end <= facts.now) return { code: 'approval_expired', why: `expired at ${end}` };
  if (approval.at > facts.now) return { code: 'approval_missing', why: `is dated after now (${approval.at})` };
  if (approval.source === 'local' && it.mode && atLeast(it.mode, 'owned-noncritical-repo'))
    return { code: 'approval_missing', why: 'a local file counts only up to sandbox-repo' };
  return { code: null, why: '' };
}

function differing(given: Bound, now: Bound): string[] {
  const members = Object.keys(now) as (keyof Bound)[];
  return members.filter((member) => canonicalText(given[member]) !== canonicalText(now[member]));
}
