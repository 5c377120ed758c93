import type { Finding } from '../contracts/index.ts';

/** One host path made visible inside. `source` and `target` are absolute; `rw` mounts count against `diskBytes`. */
export interface Mount {
  source: string;
  target: string;
  access: 'ro' | 'rw';
}

/**
 * What a command may use. Bytes, milliseconds, and `processes` in tasks (the kernel counts every thread). `fileBytes` bounds each file,
 * `diskBytes` what the command adds to its writable mounts and, separately, its temporary file systems.
 */
export interface Limits {
  timeoutMs: number;
  memoryBytes: number;
  processes: number;
  fileBytes: number;
  diskBytes: number;
  outputBytes: number;
}

export interface Command {
  /** The program and its arguments, never read by a shell. A name without `/` is looked up on the inner PATH. */
  argv: readonly string[];
  /** Absolute, inside. */
  cwd: string;
  mounts: readonly Mount[];
  /** The whole environment besides what the sandbox sets (PATH, HOME, TMPDIR, LANG, USER; with a network the proxy variables). */
  env: Readonly<Record<string, string>>;
  /** Absolute host folders, bound read-only at their own path and put first on PATH (`sandbox.tools` of the config). */
  tools: readonly string[];
  /** The `host:port` pairs that the relay lets through; empty: no network at all. */
  network: readonly string[];
  limits: Limits;
}

export interface Hooks {
  /** Gets the command's output as it comes, `outputBytes` in all and not a byte more. */
  output(stream: 'stdout' | 'stderr', chunk: Buffer): void;
  /** Aborting it kills the whole tree. */
  signal?: AbortSignal;
}

export type LimitName = 'time' | 'memory' | 'processes' | 'file_size' | 'disk' | 'output';

/** A connection that the relay refused: `target` is `host:port` as it was asked for (printable ASCII, bounded), `reason` a stable word. */
export interface Denied {
  target: string;
  reason: string;
}

/**
 * How a command ended. The whole process tree is gone when it is returned. `exitCode` follows the shell's convention, 128 + n for death by
 * signal n (`signal` then names it); it is null when the harness ended the command (`limit`, `aborted`).
 */
export interface Outcome {
  ended: 'exited' | 'signalled' | 'limit' | 'aborted';
  exitCode: number | null;
  signal: string | null;
  limit: LimitName | null;
  /** The relay's refusals: without duplicates, sorted, at most 100. */
  denied: Denied[];
  /** False when the sandbox itself could not be set up: the command never ran, and bubblewrap's reason is in `stderr`. */
  started: boolean;
}

/** What held for every command of a run: part of `report.json`, so it has neither paths nor timings. */
export interface Isolation {
  tool: 'bubblewrap';
  version: string;
  namespaces: string[];
  seccomp: boolean;
  limits: {
    memory: 'cgroup2' | 'cgroup1' | 'polled';
    processes: 'cgroup2' | 'cgroup1' | 'rlimit' | 'polled';
    file_size: 'rlimit';
    disk: 'polled';
    time: 'harness';
    output: 'harness';
  };
}

export interface Sandbox {
  isolation: Isolation;
  /** Runs one command; several may run side by side. Rejects only for a command that is malformed (an InternalError). */
  run(command: Command, hooks: Hooks): Promise<Outcome>;
  /** Removes the sandbox's private folder. */
  close(): Promise<void>;
}

export type Opened = { ok: true; sandbox: Sandbox } | { ok: false; finding: Finding };
