import { type Approval, type Event, type EventType, type Trace, digestOf } from '../../../src/contracts/index.ts';
import { decide } from '../../../src/policy/index.ts';
import { type Parts, refit, sha256 } from '../forge.ts';

/**
 * One thing edited at a time, then every digest recomputed. `everywhere`: the forger also makes the report and the end of test.log anew from the edited
 * members, so that the lie is told everywhere; else only the member that is named lies.
 */
export type Forgery = [
  what: string,
  base: 'pass' | 'fail' | 'blocked',
  told: 'once' | 'everywhere',
  edit: (parts: Parts) => void,
];

type Data<T extends EventType> = Extract<Event, { type: T }>['data'];

/** The data of one event. */
export function data<T extends EventType>(parts: Parts, type: T): Data<T> {
  const event = parts.events.find((e) => e.type === type);
  if (!event) throw new Error(`no ${type}`);
  return event.data as Data<T>;
}

/** Sets members; throws where there is nothing to set them on, so that no forgery is empty. */
export function set(target: object | null | undefined, values: Record<string, unknown>): void {
  if (!target) throw new Error('there is nothing to edit');
  Object.assign(target, values);
}

export const at = (parts: Parts, index: number): Event => parts.events[index] as Event;

export const drop = (parts: Parts, ...types: EventType[]): void => {
  parts.events = parts.events.filter((event) => !types.includes(event.type));
};

/** Takes a code out of the trace and of every event. */
export function forget(parts: Parts, code: string): void {
  parts.trace = parts.trace.filter((line) => line.kind !== 'finding' || line.data.code !== code);
  for (const event of parts.events) event.data.blockers = event.data.blockers.filter((name) => name !== code);
}

/** Adds a line to the trace. */
export function traced(parts: Parts, rest: object): void {
  const { seq, time, run_id } = parts.trace.at(-1) ?? at(parts, 0);
  parts.trace.push({ seq, time, run_id, ...rest } as Trace);
}
export const found = (parts: Parts, code: string): void =>
  traced(parts, {
    kind: 'finding',
    data: { code, status: 'fail', message: 'x', at: 'patch.diff', evidence: [], fix: 'y' },
  });

/** Edits a file that is no document; throws where the edit changes nothing. */
export function edited(parts: Parts, path: string, edit: (text: string) => string): void {
  const before = (parts.files.get(path) ?? Buffer.alloc(0)).toString('latin1');
  const after = edit(before);
  if (after === before) throw new Error(`the edit of ${path} changed nothing`);
  parts.files.set(path, Buffer.from(after, 'latin1'));
}

/** Edits patch.diff, and the event that names its digest and size. */
export function repatched(parts: Parts, edit: (text: string) => string): void {
  edited(parts, 'patch.diff', edit);
  const patch = parts.files.get('patch.diff') ?? Buffer.alloc(0);
  set(data(parts, 'git.diff.checked'), { patch_sha256: sha256(patch), patch_bytes: patch.length });
}

/** Edits the facts of the decision, and makes the decision and every id that follows from it anew. */
export function refacted(parts: Parts, values: Record<string, unknown>): void {
  set(parts.decision.facts, values);
  refit(parts, decide(parts.decision.facts));
}
/** Edits the decision alone, and its id. */
export const redecided = (parts: Parts, values: Record<string, unknown>): void =>
  refit(parts, { ...parts.decision, ...values });

/** Edits every approval in approvals.json and in the facts, and decides again. */
export function reapproved(parts: Parts, values: (approval: Approval) => Record<string, unknown>): void {
  const inFacts = parts.decision.facts.approvals.map(({ document }) => document);
  for (const approval of [...parts.approvals.approvals, ...inFacts]) set(approval, values(approval));
  refacted(parts, {});
}

/** Edits the packet, the facts that hold it and every digest of it. */
export function repacked(parts: Parts, values: Record<string, unknown>): void {
  set(parts.packet, values);
  const digest = digestOf(parts.packet);
  refacted(parts, { packet: { document: structuredClone(parts.packet), digest } });
  for (const event of parts.events) if ('packet_digest' in event.data) event.data.packet_digest = digest;
}

/** A git object id that is none here. */
export const object = (digit: string): string => digit.repeat(40);
export const LONG_AGO = '2020-01-01T00:00:00.000Z';
export const FAR_OFF = '2099-01-01T00:00:00.000Z';
