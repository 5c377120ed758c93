import { CORE_FLOAT, CORE_INTEGER, exactNumber } from './numbers.ts';

/** The words of the core schema (YAML 1.2.2, section 10.3.2). */
export const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ...['true', 'True', 'TRUE'].map((t) => [t, true] as const),
  ...['false', 'False', 'FALSE'].map((t) => [t, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((t) => [t, null] as const),
]);
/** What can be no string in the core schema starts with one of these; one test here saves four for most scalars. */
const MAY_BE_NO_STRING = /^(?:[-+.\d]|[~tTfFnN]|$)/;
const NUMBER = new RegExp(`${CORE_INTEGER.source}|${CORE_FLOAT.source}`);

/** Whether the core schema reads a plain scalar as text. */
export const isPlainText = (text: string): boolean =>
  !MAY_BE_NO_STRING.test(text) || (!CONSTANTS.has(text) && !NUMBER.test(text));

/** What the core schema makes of a plain scalar; undefined for a number that may not stand. */
export function plainScalar(text: string): { value: unknown } | undefined {
  if (isPlainText(text)) return { value: text };
  const constant = CONSTANTS.get(text);
  if (constant !== undefined) return { value: constant };
  const number = exactNumber(text);
  return number.ok ? { value: number.value } : undefined;
}
