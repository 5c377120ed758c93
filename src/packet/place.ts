import type { DocumentError } from '../contracts/index.ts';
import { type Positions, lineColumn, spanOf } from './positions.ts';

/** The character that an `unsafe_character` error names (`U+0430 …`). */
const NAMED = /^U\+([0-9A-F]{4,6}) /;

/**
 * Gives errors that have a pointer but no line their place in the text. What is superfluous is shown at its name, what is missing at the thing that lacks
 * it, an unsafe character at itself.
 */
export function placeErrors(errors: readonly DocumentError[], positions: Positions, text: string): DocumentError[] {
  return errors.map((error) => {
    if (error.line !== undefined) return error;
    const hit = spanOf(positions, error.at);
    if (!hit) return { ...error, line: 1, column: 1 };
    const { span, exact } = hit;
    const named = error.rule === 'unsafe_character' ? NAMED.exec(error.message)?.[1] : undefined;
    const inside =
      named === undefined ? -1 : text.indexOf(String.fromCodePoint(Number.parseInt(named, 16)), span.start);
    if (inside !== -1 && inside < span.end) return { ...error, ...lineColumn(text, inside) };
    const atName = exact && ADDED.has(error.rule) && span.key !== undefined;
    return { ...error, ...lineColumn(text, atName ? (span.key ?? span.start) : span.start) };
  });
}

const ADDED = new Set(['additionalProperties', 'unevaluatedProperties', 'propertyNames']);
