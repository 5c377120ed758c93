import { type AdmissionProviderDecision, type Approval, type Digest, digestOf } from '../contracts/index.ts';
import type { Case } from './case.ts';
import { after, milliseconds } from './duration.ts';
import { isPublished } from './modes.ts';
import { providerDecisions } from './records.ts';
import { scopeDigest } from './scope.ts';
import type { ApprovalRequest, Bound } from './types.ts';

/** Who must approve, how many, for how long: the configuration's rules, made stricter (never laxer) by the packet and the risk class. */
export interface ApprovalRules {
  required: boolean;
  min: number;
  /** Logins in lower case that may approve; null: the lists name nobody. */
  users: readonly string[] | null;
  /** Teams that were named: without an app's token nobody can tell who is in them, so they count as nobody. */
  teams: readonly string[];
  expires_after: string;
  max_attempts: number;
}

const lower = (logins: readonly string[]): string[] => logins.map((login) => login.toLowerCase());

/**
 * The approval rules of a packet (2-contracts.md: Modes, stages, risk; Approval and outcome). A published mode always needs an approval, and so does
 * high risk, by two people; where critical risk needs one, it needs two as well (docs/adr/0042).
 */
export function approvalRules({ packet, settings, mode }: Pick<Case, 'packet' | 'settings' | 'mode'>): ApprovalRules {
  const own = packet.approval;
  const config = settings.approvals;
  const grave = packet.risk_class === 'high' || packet.risk_class === 'critical';
  const durations = [config.expires_after, own?.expires_after ?? config.expires_after];
  return {
    required:
      (own?.required ?? true) || config.required || packet.risk_class === 'high' || mode === null || isPublished(mode),
    min: Math.max(config.min, own?.min ?? 1, grave ? 2 : 1),
    users: entitled(config, own?.approvers),
    teams: [...new Set([...config.teams, ...(own?.approvers?.teams ?? [])])].toSorted(),
    expires_after: durations.toSorted((a, b) => (milliseconds(a) ?? 0) - (milliseconds(b) ?? 0))[0] ?? '1s',
    max_attempts: Math.min(config.max_attempts, own?.max_attempts ?? config.max_attempts),
  };
}

/** Whoever both lists name; a list that names nobody at all restricts nothing. Naming only teams is naming somebody whom nobody can check. */
function entitled(
  config: { users: readonly string[]; teams: readonly string[] },
  packet: { users?: string[]; teams?: string[] } | undefined,
): readonly string[] | null {
  const lists = [config, { users: packet?.users ?? [], teams: packet?.teams ?? [] }]
    .filter((list) => list.users.length > 0 || list.teams.length > 0)
    .map((list) => lower(list.users));
  const [first, ...rest] = lists;
  return first ? first.filter((login) => rest.every((list) => list.includes(login))).toSorted() : null;
}

/** When an approval ends: as it says, and no later than the rules allow. */
export const endOf = (
  approval: Pick<Approval, 'at' | 'expires_at'>,
  rules: Pick<ApprovalRules, 'expires_after'>,
): string => {
  const latest = after(approval.at, rules.expires_after);
  return approval.expires_at < latest ? approval.expires_at : latest;
};

/** The part of an approval that says what exactly will run; null while engine, mode or base are unknown. */
export function boundPart(it: Case): Bound | null {
  const { facts, mode, requested, selection } = it;
  if (!facts.base || !mode || requested === null || !selection.ok) return null;
  const records: (Case['target'] | AdmissionProviderDecision | object)[] = [
    it.source.state === 'found' ? it.source.admission : null,
    ...(it.engine?.uses_model
      ? [it.model.state === 'found' ? it.model.admission : null, ...providerDecisions(facts)]
      : []),
    it.target,
  ].filter((record) => record !== null);
  return {
    packet_digest: facts.packet.digest,
    base_sha: facts.base.sha,
    head_sha: facts.head,
    scope_digest: scopeDigest(it.packet, it.scope),
    mode,
    engine: requested,
    argv_digest: digestOf(selection.argv),
    // On GitHub the branch moves on all the time: what counts is that the rules in it are the same (docs/adr/0121).
    protected_sha: facts.protected.rules ?? facts.protected.sha,
    admission_digests: [...new Set(records.map((record): Digest => digestOf(record)))].toSorted(),
  };
}

/** The bound part of an approval document, in the same members as `boundPart`. */
export const boundOf = (approval: Approval): Bound => ({
  packet_digest: approval.packet_digest,
  base_sha: approval.base_sha,
  head_sha: approval.head_sha,
  scope_digest: approval.scope_digest,
  mode: approval.mode,
  engine: approval.engine,
  argv_digest: approval.argv_digest,
  protected_sha: approval.protected_sha,
  admission_digests: approval.admission_digests,
});

/** The approval packet's core: what is to be approved, by how many of whom, and the exact sentence to write. Null while it cannot be said. */
export function approvalRequest(it: Case): ApprovalRequest | null {
  const bound = boundPart(it);
  if (!bound) return null;
  const approval_digest = digestOf(bound);
  const { min, users, expires_after } = approvalRules(it);
  const { packet_id } = it.packet;
  return {
    packet_id,
    bound,
    approval_digest,
    sentence: `/approve ${packet_id} ${approval_digest}`,
    min,
    users: users ?? [],
    expires_after,
  };
}
