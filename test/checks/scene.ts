import type {
  CheckResult,
  EvidenceFacts,
  HeadFacts,
  Permission,
  Person,
  RunRecord,
  TimelineItem,
} from '../../src/checks/index.ts';
import { askedOf, checksOf, readDecisions, withApprovals } from '../../src/checks/index.ts';
import type { Approval, Packet, Report, Sha } from '../../src/contracts/index.ts';
import { type ApprovalState, approvalState, decide, type Facts, requiredApproval } from '../../src/policy/index.ts';
import { CONFIG, digest, factsOf, packetOf, sha, wideFacts, withPacket } from '../policy/facts.ts';

/** A pull request of a packet, as plain facts, and the small changes that tests make to it. */
export type Mode = 'proposal' | 'published';

const user = (id: number, login: string, type = 'User'): Person => ({ id, login, type });
export const PEOPLE = {
  ann: user(7, 'ann'),
  bob: user(8, 'bob'),
  /** The author of the packet, listed as an approver as well. */
  cem: user(9, 'cem'),
  /** May write, and nobody named him. */
  mallory: user(10, 'mallory'),
  bot: user(11, 'helper[bot]', 'Bot'),
  ghost: user(0, 'ghost'),
} as const;
export const ALL_WRITE: Readonly<Record<number, Permission>> = {
  7: 'write',
  8: 'maintain',
  9: 'admin',
  10: 'write',
  11: 'write',
};

export const C1 = sha('1');
export const C2 = sha('2');
export const STRAY = sha('3');
export const RULES = sha('c');
export const ISSUE = 12;

/** Minutes after noon, as GitHub writes a time. */
export const at = (minute: number): string =>
  new Date(Date.parse('2026-06-01T12:00:00Z') + minute * 60_000).toISOString().replace('.000Z', 'Z');
const instant = (minute: number): string => new Date(at(minute)).toISOString();

/** The facts of a decision without approvals for a packet on its opened commit. */
export function decisionFacts(
  mode: Mode,
  change: { opened?: Sha; rules?: Sha; now?: string; packet?: Partial<Packet> } = {},
): Facts {
  const head = change.opened ?? C1;
  const common: Partial<Facts> = {
    now: change.now ?? instant(60),
    surface: 'github',
    config: CONFIG,
    protected: { ref: 'refs/heads/main', sha: sha('9'), rules: change.rules ?? RULES },
    head,
    base: {
      ref: 'refs/heads/packet/limit-retries-12',
      sha: head,
      tree: sha('d'),
      script: { path: 'fake.yml', present: true },
    },
    author: { id: PEOPLE.cem.id, login: PEOPLE.cem.login },
    approvals: [],
  };
  const facts =
    mode === 'published' ? wideFacts(common) : { ...factsOf(packetOf({ approval: { required: true } })), ...common };
  return withPacket(facts, change.packet ?? {});
}

/** A pull request whose packet was opened at minute 0, and to which nothing happened; now is minute 60. */
export function scene(mode: Mode, change: Parameters<typeof decisionFacts>[1] = {}): HeadFacts {
  const facts = decisionFacts(mode, change);
  const { document: packet, digest: packetDigest } = facts.packet;
  const opened = facts.head ?? C1;
  return {
    now: facts.now,
    repository: 'acme/uploader',
    pull: {
      number: 13,
      state: 'open',
      draft: true,
      merged: false,
      head: { ref: `packet/${packet.packet_id}-${ISSUE}`, sha: opened, repository: 'acme/uploader' },
      base: { ref: 'main' },
      author: user(41, 'github-actions[bot]', 'Bot'),
    },
    sharedWith: [],
    issue: {
      number: ISSUE,
      author: PEOPLE.cem,
      state: 'open',
      labels: ['packet'],
      packet: { ok: true, packet, digest: packetDigest },
    },
    opened: { sha: opened, packetDigest, rules: facts.protected.rules, replaces: [], problem: null },
    timeline: [],
    permissions: ALL_WRITE,
    deniedPackets: {},
    decision: { ok: true, decision: decide(facts) },
    records: [],
    evidence: null,
    refused: [],
  };
}

type Who = keyof typeof PEOPLE | Person;
const person = (who: Who): Person => (typeof who === 'string' ? PEOPLE[who] : who);
type Review = Extract<TimelineItem, { kind: 'review' }>;
type Comment = Extract<TimelineItem, { kind: 'comment' }>;

export const review = (
  id: number,
  who: Who,
  minute: number,
  state: Review['state'] = 'approved',
  commit: Sha | null = C1,
): Review => ({
  kind: 'review',
  id,
  actor: person(who),
  at: at(minute),
  state,
  commit,
  body: '',
});
export const comment = (id: number, who: Who, minute: number, body: string, edited = false): Comment => ({
  kind: 'comment',
  id,
  actor: person(who),
  at: at(minute),
  body,
  edited,
});
export const dismissal = (
  reviewId: number,
  minute: number,
  wasState = 'approved',
  byPush: Sha | null = null,
): TimelineItem => ({
  kind: 'dismissed',
  reviewId,
  wasState,
  byPush,
  actor: PEOPLE.mallory,
  at: at(minute),
});
export const happened = (
  kind: 'force_pushed' | 'closed' | 'reopened' | 'base_changed',
  minute: number,
): TimelineItem => ({
  kind,
  actor: PEOPLE.mallory,
  at: at(minute),
});
export const saying = (facts: HeadFacts, ...items: TimelineItem[]): HeadFacts => ({
  ...facts,
  timeline: [...facts.timeline, ...items],
});

export const request = (facts: HeadFacts) => {
  const asked = facts.decision.ok ? requiredApproval(facts.decision.decision.facts) : null;
  if (asked === null) throw new Error('nothing is asked for');
  return asked;
};
export const sentence = (facts: HeadFacts): string => request(facts).sentence;

/** The approvals that a run starting at this minute is told of, as the Action does it. */
export function approvalsAt(facts: HeadFacts): Approval[] {
  const asked = askedOf(facts);
  return asked === null ? [] : readDecisions(facts, asked);
}

/** Where the approval stands for a run that would start now. */
export function standsNow(facts: HeadFacts): ApprovalState {
  if (!facts.decision.ok) throw new Error('there is no decision');
  return approvalState(withApprovals(facts.decision.decision.facts, approvalsAt(facts), facts.records));
}

export interface Ran {
  minute?: number;
  status?: RunRecord['status'];
  started?: boolean;
  report?: Partial<Report>;
  pack?: Partial<NonNullable<EvidenceFacts['pack']>>;
  record?: Partial<RunRecord>;
}

/** The same after a run that starts at `minute` and is sealed two minutes later: it stands on the approvals that are there. */
export function afterRun(
  facts: HeadFacts,
  { minute = 30, status = 'pass', started = true, ...more }: Ran = {},
): HeadFacts {
  if (!facts.decision.ok || !facts.opened) throw new Error('nothing can run');
  const before = facts.timeline.filter((item) => item.at <= at(minute));
  const told = approvalsAt({ ...facts, timeline: before });
  const now = withApprovals({ ...facts.decision.decision.facts, now: instant(minute) }, told, facts.records);
  const { opened } = facts;
  const record: RunRecord = {
    runId: 500 + facts.records.length,
    attempt: 1,
    status,
    started,
    packDigest: digest(`pack ${opened.sha} ${minute}`),
    artifactId: 900 + facts.records.length,
    createdAt: instant(minute - 1),
    sealedAt: instant(minute + 2),
    ...more.record,
  };
  const report = reportOf(now, {
    status,
    backend_process_started: started,
    run_started_at: instant(minute),
    run_finished_at: instant(minute + 1),
    ...more.report,
  });
  const evidence: EvidenceFacts = {
    record,
    artifactName: `countersign-${ISSUE}-${opened.sha.slice(0, 12)}`,
    errors: [],
    pack: { report, facts: now, frozen: false, resultCommit: report.result_tree === null ? null : C2, ...more.pack },
  };
  const records = [...facts.records, record];
  const passed = facts.evidence?.record.status === 'pass';
  return { ...facts, records, evidence: passed ? facts.evidence : evidence };
}

/** The result on the branch. */
export const published = (facts: HeadFacts, head: Sha = C2): HeadFacts => ({
  ...facts,
  pull: { ...facts.pull, draft: false, head: { ...facts.pull.head, sha: head } },
});

/** Approved, run, published where the mode publishes, and accepted: all five checks are green. */
export function accomplished(mode: Mode): HeadFacts {
  const ran = afterRun(saying(scene(mode), review(100, 'ann', 10)));
  const there = mode === 'published' ? published(ran) : ran;
  return saying(there, review(101, 'ann', 40, 'approved', there.pull.head.sha));
}

export function reportOf(facts: Facts, change: Partial<Report> = {}): Report {
  return {
    schema: 'countersign/report/v1',
    case_id: facts.packet.document.packet_id,
    run_id: 'run-0123456789abcdef',
    status: 'pass',
    backend: 'fake',
    run_started_at: instant(30),
    run_finished_at: instant(31),
    backend_exit_code: 0,
    backend_process_started: true,
    backend_termination: 'exited',
    artifacts_dir: '.',
    changed_files: [
      { path: 'src/retry.js', mode: '100644', old_mode: '100644', kind: 'modified', added: 1, removed: 1 },
    ],
    allowed_writes_passed: true,
    forbidden_paths_passed: true,
    approval_status: 'granted',
    verification: [],
    blockers: [],
    observations: [],
    artifact_paths: [],
    artifact_digests: {},
    freshness: { not_before: instant(30), not_after: instant(31), stale: [] },
    base_commit: facts.head,
    base_tree: sha('d'),
    result_tree: sha('f'),
    packet_digest: facts.packet.digest,
    decision_id: digest('decision'),
    mutation_mode: facts.packet.document.mutation_mode ?? null,
    stage: null,
    protected_roots: null,
    writable_roots: null,
    isolation: null,
    source_admission_status: 'not_applicable',
    model: { admitted: null, runtime: null },
    model_admission_status: 'not_applicable',
    required_events_passed: true,
    success_criteria: [],
    not_applicable: {},
    ...change,
  };
}

/** The conclusions of the five checks by short name. */
export const conclusions = (facts: HeadFacts): Record<string, CheckResult['conclusion']> =>
  Object.fromEntries(checksOf(facts).map(({ name, conclusion }) => [name.replace('countersign/', ''), conclusion]));
export function check(facts: HeadFacts, name: 'contract' | 'approval' | 'evidence' | 'outcome' | 'gate'): CheckResult {
  const found = checksOf(facts).find((one) => one.name === `countersign/${name}`);
  if (!found) throw new Error(`there is no check ${name}`);
  return found;
}
