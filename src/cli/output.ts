import { type Problem, characterName } from '../contracts/index.ts';
import type { Stream } from './streams.ts';

/** Where a command writes. Colour only where somebody looks (a terminal, NO_COLOR unset: no-color.org). */
export interface Output {
  /** The result: text for people, or exactly one JSON document. */
  result(text: string): void;
  json(document: unknown): void;
  /** Progress, problems, advice: never on standard output. */
  note(text: string): void;
  /** Problems for people: place, message and fix of each. */
  problems(problems: readonly PlacedProblem[]): void;
  bold(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  dim(text: string): string;
  /** Whether standard error is a terminal, so that progress may be drawn. */
  readonly live: boolean;
}

/** A problem, and the file that it is in where there is one. */
export type PlacedProblem = Problem & { file?: string };

// oxlint-disable-next-line no-control-regex -- what a terminal obeys
const OBEYED = /[\x00-\x08\x0b-\x1f\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Untrusted text as a terminal may show it: escape sequences, controls and characters that reorder text are named instead of sent
 * (`‹U+001B escape›`). Line feeds and tabs stay; a caller who wants one line takes `oneLine`.
 */
export const legible = (text: string): string =>
  text.replaceAll(OBEYED, (char) => `‹${characterName(char.codePointAt(0) ?? 0)}›`);

/** The same on one line. */
export const oneLine = (text: string): string => legible(text.replaceAll(/[\r\n\t]+/g, ' '));

/** The standard streams as an output. */
export function terminal(stdout: Stream, stderr: Stream, noColor: boolean): Output {
  const paint = (code: number) => (text: string) =>
    stdout.isTTY && !noColor ? `\u001b[${code}m${text}\u001b[0m` : text;
  const note = (text: string): void => void stderr.write(`${text}\n`);
  return {
    result: (text) => void stdout.write(`${text}\n`),
    json: (document) => void stdout.write(`${JSON.stringify(document, null, 2)}\n`),
    note,
    problems: (problems) => {
      for (const problem of problems) note(problemText(problem));
    },
    bold: paint(1),
    red: paint(31),
    green: paint(32),
    yellow: paint(33),
    dim: paint(2),
    live: stderr.isTTY && !noColor,
  };
}

/** `file:line:column: message (at, rule)` and the fix below it. */
function problemText({ file, line, column, message, at, rule, code, fix }: PlacedProblem): string {
  const place = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
  const about = [at, rule ?? code].filter((part) => part !== '' && part !== place).join(', ');
  return oneLine(`${place === '' ? '' : `${place}: `}${message} (${about})`) + `\n  ${oneLine(fix)}`;
}
