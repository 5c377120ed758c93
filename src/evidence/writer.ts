import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  canonicalText,
  codeEntry,
  digestOfBytes,
  type Digest,
  type Event,
  type EventType,
  type Finding,
  InternalError,
  type ReportObservation,
  type RunId,
  type Time,
  type Trace,
  type Validator,
} from '../contracts/index.ts';
import { DOCUMENTS, STREAMS } from './documents.ts';
import { blockersAt } from './events.ts';
import { isMember, SEALED } from './layout.ts';
import type { EventData, PackClock, PackWriter } from './pack.ts';
import { createFile, makePartial, type PartialFolder, PackWriteError, writeAll } from './partial-folder.ts';
import { telemetryIn } from './telemetry.ts';

const EVENTS = 'events.normalized.jsonl';
const TRACE = 'trace.jsonl';

/** Validates what the harness is about to write: a pack never holds what verify would not accept. */
function checked<T>(member: string, validate: Validator<T>, value: unknown): void {
  const result = validate(value);
  if (!result.ok)
    throw new InternalError(
      `${member} breaks its contract: ${result.errors.map((e) => `${e.at} ${e.message}`).join('; ')}`,
    );
}

/** The writer behind `PackWriter`; sealing needs what it kept in memory. */
export class OpenPack implements PackWriter {
  readonly runId: RunId;
  readonly partial: PartialFolder;
  readonly findings: Finding[] = [];
  readonly events: Event[] = [];
  /** When each member was written or handed out to be written. */
  readonly writtenAt = new Map<string, Time>();
  private readonly clock: PackClock;
  private readonly seen = new Set<string>();
  private readonly streams = new Map<string, number>();
  private traceLength = 0;
  private lastLine: Digest | null = null;
  private lastTime: Time = '';

  constructor(partial: PartialFolder, runId: RunId, clock: PackClock) {
    this.partial = partial;
    this.runId = runId;
    this.clock = clock;
  }

  get folder(): string {
    return this.partial.folder;
  }

  /** Now, but never before the last time that was told: a clock that is set back must not turn the chain around. */
  private time(): Time {
    const now = this.clock.now();
    this.lastTime = now < this.lastTime ? this.lastTime : now;
    return this.lastTime;
  }

  private claim(member: string): void {
    if (SEALED.has(member) || !isMember(member)) throw new InternalError(`${member} is no member that a run may write`);
    this.writtenAt.set(member, this.time());
  }

  path(member: string): string {
    this.claim(member);
    const path = join(this.folder, member);
    try {
      mkdirSync(dirname(path), { recursive: true });
    } catch (error) {
      throw new PackWriteError(member, error);
    }
    return path;
  }

  writeJson(member: string, value: unknown): void {
    const validate = DOCUMENTS[member];
    if (validate) checked(member, validate, value);
    this.writeFile(member, canonicalText(value));
  }

  writeFile(member: string, content: string | Uint8Array): void {
    this.claim(member);
    createFile(this.partial, member, content);
  }

  event<T extends EventType>(type: T, data: EventData<T>): void {
    const codes = this.findings.map((finding) => finding.code);
    const blocked = type === 'backend.gate.blocked' || this.events.some((e) => e.type === 'backend.gate.blocked');
    const line = {
      seq: this.events.length + 1,
      time: this.time(),
      run_id: this.runId,
      type,
      // Before the gate is known to block, the order of a blocked run is the order of any run up to there.
      data: { ...data, blockers: blockersAt(type, codes, blocked || this.gateWillBlock()) },
      prev: this.lastLine,
    };
    checked(EVENTS, STREAMS[EVENTS], line);
    this.lastLine = digestOfBytes(this.append(EVENTS, line));
    this.events.push(line as unknown as Event);
  }

  /** Findings of gates are all there before the first event that could name them. */
  private gateWillBlock(): boolean {
    return (
      this.findings.some(({ code }) => codeEntry(code).gate !== null) &&
      !this.events.some((e) => e.type === 'plan.updated')
    );
  }

  trace(step: string, data: Readonly<Record<string, unknown>>): void {
    const told = telemetryIn(data);
    if (told.length > 0) throw new InternalError(`telemetry in the trace step ${step}: ${told.join(', ')}`);
    this.line('step', { step, data: data as Record<string, unknown> });
  }

  finding(finding: Finding): void {
    const { code, message, at, fix } = finding;
    const data = { code, status: codeEntry(code).status, message, at, evidence: finding.evidence ?? [], fix };
    const key = canonicalText(data);
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.line('finding', { data });
    this.findings.push(finding);
  }

  observe(observation: ReportObservation): void {
    this.line('observation', { data: observation });
  }

  notApplicable(subject: string, reason: string): void {
    this.line('not_applicable', { data: { subject, reason } });
  }

  telemetry(name: string, content: string): void {
    try {
      const folder = `${this.partial.target}.telemetry`;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(join(folder, name), content, { flag: 'wx' });
    } catch {
      // Telemetry is never a reason for a run to fail (2-contracts.md: beside the pack, never inside).
    }
  }

  private line(kind: Trace['kind'], rest: object): void {
    const line = { seq: this.traceLength + 1, time: this.time(), run_id: this.runId, kind, ...rest };
    checked(TRACE, STREAMS[TRACE], line);
    this.append(TRACE, line);
    this.traceLength += 1;
  }

  private append(member: keyof typeof STREAMS, value: unknown): string {
    const text = canonicalText(value);
    try {
      let fd = this.streams.get(member);
      if (fd === undefined) {
        this.claim(member);
        fd = openSync(join(this.folder, member), 'ax', 0o644);
        this.streams.set(member, fd);
      }
      writeAll(fd, `${text}\n`);
      this.writtenAt.set(member, this.lastTime);
    } catch (error) {
      throw new PackWriteError(member, error);
    }
    return text;
  }

  /** No line comes after this. */
  closeStreams(): void {
    for (const fd of this.streams.values()) closeSync(fd);
    this.streams.clear();
  }
}

/**
 * Starts a pack: `<out>/.<run_id>.partial`. Throws a UserError where a pack of this run is there already, a PackWriteError where the folder cannot
 * be made.
 */
export const openPack = (out: string, runId: RunId, clock: PackClock): PackWriter =>
  new OpenPack(makePartial(out, runId), runId, clock);
