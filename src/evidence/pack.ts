import type { Digest, Event, EventType, Finding, Report, ReportObservation, RunId } from '../contracts/index.ts';

/** Where a pack gets its times from; stands still under SOURCE_DATE_EPOCH. UTC, RFC 3339 with milliseconds. */
export interface PackClock {
  now(): string;
}

/** The data of one event type without `blockers`: the writer derives those from the findings so far and the table of codes. */
export type EventData<T extends EventType> = Omit<Extract<Event, { type: T }>['data'], 'blockers'>;

/**
 * A pack in the making: a private folder beside its final place. Every call is synchronous and durable in the order it was made, or throws a
 * `PackWriteError` that names the path; nothing is visible under the final name before `sealPack`.
 */
export interface PackWriter {
  readonly runId: RunId;
  /** Absolute path of the partial folder. */
  readonly folder: string;
  /** Absolute path for one member of the allowlist, its parents made. For what a process or git writes itself (logs, patch.diff). */
  path(member: string): string;
  /** Validates a document against its contract and writes its canonical bytes. */
  writeJson(member: string, value: unknown): void;
  /** Writes text or bytes as they are. */
  writeFile(member: string, content: string | Uint8Array): void;
  /** Appends an event to the chain. All findings that belong to this event or to an earlier one must have been recorded before. */
  event<T extends EventType>(type: T, data: EventData<T>): void;
  /** Appends a step of the harness to the trace. No timings, token counts or host names: those are telemetry and lie beside the pack. */
  trace(step: string, data: Readonly<Record<string, unknown>>): void;
  /** Records a finding; it becomes a blocker of the report. The same finding twice counts once. */
  finding(finding: Finding): void;
  observe(observation: ReportObservation): void;
  /** Says why there is none of an artifact, an event or a member of the report. */
  notApplicable(subject: string, reason: string): void;
  /** Findings so far, in the order they were recorded. */
  readonly findings: readonly Finding[];
  /** Writes beside the pack, into `<run_id>.telemetry/`. Never fails a run. */
  telemetry(name: string, content: string): void;
}

/** A sealed pack: `path` absolute, `packDigest` the digest of SHA256SUMS. */
export interface SealedPack {
  path: string;
  packDigest: Digest;
  report: Report;
}
