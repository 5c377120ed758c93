import { type Finding, finding, readDocument, validateEngineEvent } from '../contracts/index.ts';
import type { EngineDescriptor, EngineEventType } from './engine.ts';

/** The order of engine events; `engine.change` may come any number of times, every other exactly once. */
const ORDER: readonly EngineEventType[] = [
  'engine.started',
  'engine.plan',
  'engine.change',
  'engine.review',
  'engine.completed',
];

/** An engine that emits more is not heard any further: what it says is a summary. */
const MOST_EVENTS = 10_000;
/** So many lines that are no events are named. */
const MOST_NAMED = 20;

const missing = (message: string): Finding => finding('missing_required_event', message, 'backend/transcript.jsonl');

/**
 * Judges the event lines of an engine that ended by itself with exit code 0: each declared event there, once, in order (2-contracts.md, Engine
 * contract). `engine.change` is owed only by an engine that changed something.
 */
export function engineEventFindings(
  descriptor: EngineDescriptor,
  lines: readonly string[],
  changed: boolean,
): Finding[] {
  if (descriptor.events.length === 0) return [];
  if (lines.length > MOST_EVENTS) return [missing(`the engine emitted more than ${MOST_EVENTS} lines of events`)];
  const seen: EngineEventType[] = [];
  const wrong: number[] = [];
  for (const [index, line] of lines.entries()) {
    const event = readDocument(line, validateEngineEvent);
    if (event.ok) seen.push(event.value.type);
    else wrong.push(index + 1);
  }
  const findings = wrong
    .slice(0, MOST_NAMED)
    .map((line) => missing(`line ${line} of the engine's events is not an engine event`));
  if (wrong.length > MOST_NAMED) findings.push(missing(`${wrong.length - MOST_NAMED} more lines are no engine events`));
  for (const type of descriptor.events) {
    const count = seen.filter((s) => s === type).length;
    if (count === 0 && (type !== 'engine.change' || changed)) findings.push(missing(`the engine did not emit ${type}`));
    if (count > 1 && type !== 'engine.change') findings.push(missing(`the engine emitted ${type} ${count} times`));
  }
  const ranks = seen.map((type) => ORDER.indexOf(type));
  const at = ranks.findIndex((rank, i) => i > 0 && rank < (ranks[i - 1] ?? 0));
  if (at > 0) findings.push(missing(`the engine emitted ${seen[at]} after ${seen[at - 1]}`));
  return findings;
}
