import type { Approval, Code, Decision, Digest, FakeScript, Packet, Sha } from '../contracts/index.ts';
import type { Engine } from '../engines/index.ts';
import type { Baseline } from '../git/index.ts';
import type { Limits, Scope, Settings } from '../policy/index.ts';
import type { Sandbox } from '../sandbox/index.ts';
import type { Clock } from './clock.ts';
import type { Places } from './places.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A packet on GitHub, as the caller read it there: the pull request's facts, which only the Action knows (src/github). */
export interface Hosted {
  /** `owner/name`. */
  repository: string;
  /** Who opened the issue. */
  author: { id: number; login: string };
  /** The packet branch (full ref name) and the commit on it that holds the packet: the base of the run, and what approvals are bound to. */
  head: { ref: string; sha: Sha };
  /** The tip of the default branch (full ref name), from which everything that counts is read. */
  protected: { ref: string; sha: Sha };
  /** Reviews and comments of people who may decide (src/checks, approvals). */
  approvals: Approval[];
  /** Nonces of approvals that a run which passed stood on, and failed attempts by nonce: GitHub's record, not this machine's. */
  consumed: string[];
  attempts: { nonce: string; count: number }[];
}

/** What a caller asks for. Paths may be relative to the working directory; `-` as packet is standard input. */
export interface RequestOptions {
  /** `-` is standard input; on GitHub the packet is a file of `hosted.head`, and this its path there. */
  packetFile: string;
  repo: string;
  engine?: string;
  /** A full or short ref name; without, as 2-contracts.md, Configuration, says. */
  protectedRef?: string;
  approvalsFile?: string;
  /** What stood after `--`; null without. */
  argv?: readonly string[] | null;
  /** Set on GitHub alone; `repo` is then a repository that holds the objects, `protectedRef` and `approvalsFile` stay unset. */
  hosted?: Hosted;
  /** The repository is a scenario's fixture (stage 2), not a copy of a real one (stage 3). */
  fixture?: boolean;
  env: Environment;
}
export interface RunOptions extends RequestOptions {
  out?: string;
  /** Aborting it ends the run as `cancelled`: the tree is killed, the pack is still sealed. */
  signal?: AbortSignal;
  /** One line for people at each step. */
  progress?: (line: string) => void;
}

export interface RunBlocker {
  code: Code;
  message: string;
  at: string;
  fix: string;
}
export interface RunResult {
  status: 'pass' | 'fail' | 'blocked';
  run_id: string;
  exit_code: number;
  /** Absolute path; null when no pack could be written at all. */
  pack: string | null;
  pack_digest: Digest | null;
  blockers: RunBlocker[];
}

/** A packet that every gate let through, and all that its run needs. */
export interface Admitted {
  packet: Packet;
  packetDigest: Digest;
  decision: Decision;
  settings: Settings;
  scope: Scope;
  limits: Limits;
  engine: Engine;
  argv: readonly string[] | null;
  script: FakeScript | null;
  base: { commit: Sha; tree: Sha };
  /** Approval digests that this run stands on. */
  approvalDigests: Digest[];
  baseline: Baseline;
  sandbox: Sandbox;
  places: Places;
  clock: Clock;
  signal: AbortSignal;
}
