import type { Decision, Digest, Packet, Problem, Report, Sha } from '../contracts/index.ts';
import type { Facts } from '../policy/index.ts';

/** Who did something on GitHub; a deleted user is `ghost` with id 0. */
export interface Person {
  id: number;
  login: string;
  /** GitHub's word: `User`, `Bot`, `Organization`, `Mannequin`, …. */
  type: string;
}

export type Permission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

/** What happened to a pull request or an issue, in GitHub's order; `at` is RFC 3339, UTC (src/github reads it). */
export type TimelineItem = { at: string } & (
  | {
      kind: 'review';
      id: number;
      actor: Person;
      state: 'approved' | 'changes_requested' | 'commented' | 'dismissed';
      commit: Sha | null;
      body: string;
    }
  | { kind: 'comment'; id: number; actor: Person; body: string; edited: boolean }
  /** `byPush`: the commit whose push dismissed it (*Dismiss stale approvals*), null where a person did. */
  | { kind: 'dismissed'; reviewId: number; wasState: string; byPush: Sha | null; actor: Person }
  | { kind: 'labeled' | 'unlabeled'; label: string; actor: Person }
  | { kind: 'force_pushed' | 'closed' | 'reopened' | 'base_changed' | 'renamed'; actor: Person }
);

export interface PullFacts {
  number: number;
  state: 'open' | 'closed';
  draft: boolean;
  merged: boolean;
  head: { ref: string; sha: Sha; repository: string | null };
  base: { ref: string };
  author: Person;
}

/** The issue as it is now, and the packet that its body is now. */
export interface IssueFacts {
  number: number;
  author: Person;
  state: 'open' | 'closed';
  labels: readonly string[];
  packet: { ok: true; packet: Packet; digest: Digest } | { ok: false; errors: readonly Problem[] };
}

/** The commit by which a packet was opened: one file added to a commit of the base branch (docs/adr/0110). */
export interface OpenedCommit {
  sha: Sha;
  /** Digest of the packet in it; null where there is no packet that can be read. */
  packetDigest: Digest | null;
  /** The rules that it was opened under, from its trailer; null where it has none. */
  rules: Sha | null;
  /** Digests of packets that were open here before, from its trailer: what was said about them was not said about this one. */
  replaces: readonly Digest[];
  /** Why it is no such commit; null where it is one. */
  problem: string | null;
}

/** One run that left evidence for an opened commit, from the name of its `Sealed` job. */
export interface RunRecord {
  runId: number;
  attempt: number;
  status: 'pass' | 'fail' | 'blocked';
  /** The engine was started. */
  started: boolean;
  packDigest: Digest;
  artifactId: number;
  /**
   * Its workflow file is not the one of now. It may be a file that only passed through the branch's history, so that it uses approvals up and is no evidence.
   */
  otherWorkflow?: boolean;
  /** Of the workflow run, and the moment from which the evidence was there. */
  createdAt: string;
  sealedAt: string;
}

/** A pack that was downloaded and looked at. */
export interface EvidenceFacts {
  record: RunRecord;
  artifactName: string;
  /** Discrepancies that `verify` found, with the repository at hand; the rest is null then. */
  errors: readonly Problem[];
  pack: {
    report: Report;
    facts: Facts;
    /** `SOURCE_DATE_EPOCH` was set: such a run is never published. */
    frozen: boolean;
    /** The commit that publishing this run makes; null where it left no result. */
    resultCommit: Sha | null;
  } | null;
}

/** All that the five checks of one head are made of. Whatever could not be read is null, and blocks. */
export interface HeadFacts {
  /** The later of the real clock and `SOURCE_DATE_EPOCH`. */
  now: string;
  /** `owner/name`. */
  repository: string;
  pull: PullFacts;
  /** Other open pull requests with the same head. */
  sharedWith: readonly number[];
  issue: IssueFacts | null;
  opened: OpenedCommit | null;
  timeline: readonly TimelineItem[];
  /** By numeric id, of those whose decision could count. */
  permissions: Readonly<Record<number, Permission>>;
  /** Packet digests of commits that were denied, by commit; null where it cannot be known. */
  deniedPackets: Readonly<Record<Sha, Digest | null>>;
  /** The decision by the rules of now, without any approval; or why there is none. */
  decision: { ok: true; decision: Decision } | { ok: false; errors: readonly Problem[] };
  records: readonly RunRecord[];
  evidence: EvidenceFacts | null;
  /** Artifacts of the right name that are no evidence, with the reason. */
  refused: readonly string[];
}

export type CheckName = 'contract' | 'approval' | 'evidence' | 'outcome';
export type Conclusion = 'success' | 'failure' | 'action_required';

/** A place that GitHub can show beside the change. */
export interface Annotation {
  path: string;
  line: number;
  level: 'notice' | 'warning' | 'failure';
  title: string;
  message: string;
}

/** One check run as it should be. `summary` is Markdown, everything untrusted in it escaped. */
export interface CheckResult {
  /** `countersign/<name>`. */
  name: string;
  conclusion: Conclusion;
  title: string;
  summary: string;
  annotations: readonly Annotation[];
}
