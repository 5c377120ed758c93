import type {
  Approval,
  Config,
  Decision,
  DecisionFacts,
  DecisionGate,
  Digest,
  MutationMode,
  Problem,
  Sha,
} from '../contracts/index.ts';

/** Everything that a decision is made of, as it stands in `decision.facts` (schemas/decision.v1.schema.json). */
export type Facts = DecisionFacts;
export type Gate = DecisionGate;

/** The tiers whose facts are collected only when the tiers before them have no missing gate. */
export type LazyTier = 'repository' | 'provider';

/** Which engine was asked for, and with which argv; or why the choices cannot be followed (exit 3). */
export type Selection = { ok: true; engine: string; argv: readonly string[] } | { ok: false; errors: Problem[] };

/** The whole configuration with every default filled in (2-contracts.md, Configuration). */
export interface Settings {
  default_engine: string;
  repository_class: 'disposable' | 'owned-noncritical' | 'critical';
  engines: Readonly<Record<string, EngineSettings>>;
  plugins: { enabled: boolean; allow: readonly { id: string; digest: Digest }[] };
  /** The `host:port`s that a packet may ask for. */
  network: readonly string[];
  /** The maxima. */
  limits: Limits;
  approvals: {
    required: boolean;
    users: readonly string[];
    teams: readonly string[];
    min: number;
    expires_after: string;
    max_attempts: number;
  };
  tools: readonly string[];
  forbidden_paths: readonly string[];
  allow_protected_paths: readonly string[];
  allow_no_verification: boolean;
  policy: string | null;
  collect: { review: boolean; evidence_index: boolean };
}
export interface EngineSettings {
  enabled: boolean;
  stages: readonly number[];
  argv: readonly string[];
  source: string | null;
  model: string | null;
}

/** Seconds, MiB, counts and bytes as the names say. */
export interface Limits {
  timeout_seconds: number;
  memory_mib: number;
  processes: number;
  changed_files: number;
  patch_bytes: number;
  output_bytes: number;
  disk_mib: number;
}

/** What a run may write: patterns as in `allowed_paths`; forbidden wins. `allow_protected` are protected paths that packet and config both name exactly. */
export interface Scope {
  allowed: string[];
  forbidden: string[];
  allow_protected: string[];
  /** Allowed paths of the packet that the target admission does not cover. */
  outside: string[];
}

/** The bound part of an approval: what exactly will run. */
export interface Bound {
  packet_digest: Digest;
  base_sha: Sha;
  head_sha: Sha | null;
  scope_digest: Digest;
  mode: MutationMode;
  engine: string;
  argv_digest: Digest;
  protected_sha: Sha;
  admission_digests: Digest[];
}

/** What `/approve <packet_id> <approval digest>` names, and what is wanted of whom. */
export interface ApprovalRequest {
  packet_id: string;
  bound: Bound;
  approval_digest: Digest;
  /** The exact sentence to write. */
  sentence: string;
  min: number;
  /** Logins; empty: anybody named (on a laptop alone). */
  users: readonly string[];
  /** The longest that an approval lasts, as a duration of the contracts. */
  expires_after: string;
}

export type ApprovalCode =
  | 'approval_missing'
  | 'approval_denied'
  | 'approval_expired'
  | 'approval_stale'
  | 'approval_consumed';
export interface ApprovalState {
  required: boolean;
  status: 'not-required' | 'requested' | 'granted' | 'denied';
  /** Why it is not granted; empty when it is, or when none is required. */
  codes: ApprovalCode[];
  /** The same code by code, each with what is wrong with the decisions that it is about. */
  lacks: { code: ApprovalCode; reason: string }[];
  reason: string;
  satisfied_by: string | null;
  /** The grants that count (one per person): their nonces are to be reserved. */
  counted: Approval[];
  /** The denial that decides; null without. */
  denial: Approval | null;
  /** Approvals that were seen and do not count, with the reason. */
  ignored: { approval: Approval; why: string }[];
}

export type { Approval, Config, Decision };
