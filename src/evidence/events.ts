import {
  canonicalText,
  CODES,
  type Code,
  digestOfBytes,
  type Event,
  type EventType,
  type Finding,
  isCode,
} from '../contracts/index.ts';
import { invalid } from './layout.ts';

const FILE = 'events.normalized.jsonl';

/** Order of events where no gate blocked, and where one did (2-contracts.md, Events). */
const STARTED: readonly EventType[] = [
  'run.started',
  'task.contract.created',
  'plan.updated',
  'approval.requested',
  'approval.granted',
  'approval.denied',
  'patch.applied',
  'git.diff.checked',
  'verification.completed',
  'run.completed',
];
const BLOCKED: readonly EventType[] = [
  'run.started',
  'task.contract.created',
  'approval.requested',
  'approval.granted',
  'approval.denied',
  'backend.gate.blocked',
  'verification.completed',
  'run.completed',
];
/** A run that ends with one of these may lack the events of the steps it did not reach (docs/adr/0052). */
const CUT_SHORT: ReadonlySet<string> = new Set<Code>(['internal_error', 'cancelled', 'artifact_write_failure']);

/** Which codes an event must name: sorted; those whose own event it is, or comes before it in this run's order. */
export function blockersAt(type: EventType, codes: Iterable<string>, blocked: boolean): string[] {
  const order = blocked ? BLOCKED : STARTED;
  const due = (name: string): boolean => {
    const own = isCode(name) ? order.indexOf(CODES[name].event) : -1;
    return (own === -1 ? order.length - 1 : own) <= order.indexOf(type);
  };
  return [...new Set(codes)].filter(due).toSorted();
}

/** Everything that is wrong with the order of events and the codes they name. Used by the writer before sealing and by verify. */
export function eventOrderErrors(events: readonly Event[]): Finding[] {
  const errors: Finding[] = [];
  const wrong = (message: string, line?: number): void => {
    errors.push(invalid(line === undefined ? FILE : `${FILE}:${line}`, message));
  };
  const last = events.at(-1);
  if (events[0]?.type !== 'run.started') wrong('the first event is not run.started', 1);
  if (last?.type !== 'run.completed') {
    wrong('the last event is not run.completed', events.length);
    return errors;
  }
  const types = events.map((event) => event.type);
  const blocked = types.includes('backend.gate.blocked');
  const order = blocked ? BLOCKED : STARTED;
  let reached = -1;
  for (const [index, type] of types.entries()) {
    const place = order.indexOf(type);
    if (place === -1) wrong(`${type} does not belong into a run that a gate blocked`, index + 1);
    else if (place === reached) wrong(`${type} stands twice`, index + 1);
    else if (place < reached) wrong(`${type} comes after ${order[reached]}`, index + 1);
    reached = Math.max(reached, place);
  }
  for (const type of missing(events, blocked)) wrong(`${type} is missing`);
  for (const message of presence(events, blocked)) wrong(message);
  const codes = last.data.blockers;
  for (const [index, event] of events.entries()) {
    const due = blockersAt(event.type, codes, blocked);
    if (canonicalText(due) !== canonicalText(event.data.blockers))
      wrong(
        `${event.type} names the blockers ${JSON.stringify(event.data.blockers)}, not ${JSON.stringify(due)}`,
        index + 1,
      );
  }
  return errors;
}

/** The event of one type, or undefined. Total: order errors are reported apart from this. */
export const eventOf = <T extends EventType>(
  events: readonly Event[],
  type: T,
): Extract<Event, { type: T }> | undefined =>
  events.find((event): event is Extract<Event, { type: T }> => event.type === type);

function missing(events: readonly Event[], blocked: boolean): EventType[] {
  const codes = eventOf(events, 'run.completed')?.data.blockers ?? [];
  const cutShort = codes.some((name) => CUT_SHORT.has(name));
  const always: EventType[] = ['run.started', 'task.contract.created', 'run.completed'];
  const required = blocked || cutShort ? always : STARTED.filter((type) => !type.startsWith('approval.'));
  return required.filter((type) => !eventOf(events, type));
}

function* presence(events: readonly Event[], blocked: boolean): Generator<string> {
  const has = (type: EventType): boolean => eventOf(events, type) !== undefined;
  const settled = has('approval.granted') || has('approval.denied');
  const required = eventOf(events, 'task.contract.created')?.data.approval_required ?? false;
  const codes = eventOf(events, 'run.completed')?.data.blockers ?? [];
  if (has('approval.granted') && has('approval.denied')) yield 'an approval is both granted and denied';
  if (settled && !has('approval.requested')) yield 'an approval is settled that nobody requested';
  if (!required && has('approval.requested')) yield 'an approval is requested where none is required';
  if (required && !blocked && has('patch.applied') && !has('approval.granted'))
    yield 'an approval is required, none is granted, and no gate blocked';
  if (has('approval.denied') && !blocked) yield 'the approval is denied and no gate blocked';
  if (blocked && has('verification.completed') !== codes.includes('missing_test_command'))
    yield 'verification.completed stands in a blocked run exactly where missing_test_command blocks';
  if (blocked && eventOf(events, 'run.completed')?.data.status !== 'blocked')
    yield 'a gate blocked and the status is not blocked';
  const verification = eventOf(events, 'verification.completed')?.data.result;
  if (blocked && verification !== undefined && verification !== 'not_run')
    yield 'verification ran in a run that a gate blocked';
}

/** One line of a JSONL member without its line feed: canonical. */
export const lineOf = (value: unknown): string => canonicalText(value);

/** Sequence, run, time and chain of the events as their lines stand in the file. */
export function chainErrors(lines: readonly string[], events: readonly Event[]): Finding[] {
  const errors: Finding[] = [];
  for (const [index, event] of events.entries()) {
    const at = `${FILE}:${index + 1}`;
    const before = events[index - 1];
    const previous = lines[index - 1];
    if (event.seq !== index + 1) errors.push(invalid(at, `seq is ${event.seq}, not ${index + 1}`));
    if (event.run_id !== events[0]?.run_id) errors.push(invalid(at, 'the event is of another run'));
    if (before && event.time < before.time) errors.push(invalid(at, 'the event is older than the one before it'));
    if (event.prev !== (previous === undefined ? null : digestOfBytes(previous)))
      errors.push(invalid(at, 'prev is not the digest of the line before it'));
  }
  return errors;
}
