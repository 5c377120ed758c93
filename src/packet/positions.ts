import { pointerToken } from '../contracts/index.ts';

/** Where a node of a document stands in its text: UTF-16 offsets, `end` exclusive. `key` is the offset of the member's name, if it is one. */
export interface Span {
  start: number;
  end: number;
  key?: number;
}
/** JSON pointer → span. */
export type Positions = Map<string, Span>;

/** A node as the loader met it, with the nodes it is made of in the order of the text (in a mapping: name, value, name, value …). */
export interface Met {
  start: number;
  end: number;
  result: unknown;
  children: Met[];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Hears of what is wrong with a member's name: where, a rule, a message and a fix. */
export type NameReport = (at: number, rule: string, message: string, fix: string) => void;

/** The rules of 2-contracts.md for the names of members. */
function checkName(name: Met, seen: Set<string>, report: NameReport): void {
  const text = String(name.result);
  if (typeof name.result !== 'string')
    report(name.start, 'yaml_key', 'the name of a member must be text', 'Put quotes around the name.');
  else if (text === '<<') report(name.start, 'yaml_merge', 'merge keys are refused', 'Write the members out.');
  else if (text === '__proto__')
    report(name.start, 'prototype_key', 'the name __proto__ is refused', 'Choose another name.');
  if (seen.has(text)) report(name.start, 'duplicate_key', 'the name stands twice', 'Keep one of the two.');
  seen.add(text);
}

/** A flow collection that could have been the first name of a block mapping was met twice: inside itself. */
function unwrapped(node: Met): Met {
  const [only, ...others] = node.children;
  return only && others.length === 0 && isObject(only.result) && only.result === node.result ? unwrapped(only) : node;
}

/** Gives every node of a tree its JSON pointer, and checks the names of members. */
export function placeNodes(root: Met, report: NameReport): Positions {
  const positions: Positions = new Map();
  const place = (met: Met, pointer: string, key?: number): void => {
    const node = unwrapped(met);
    positions.set(pointer, { start: node.start, end: node.end, ...(key === undefined ? {} : { key }) });
    if (Array.isArray(node.result)) placeItems(node, node.result, pointer);
    else if (isObject(node.result)) placeMembers(node.children, node.result, pointer);
  };
  const placeMembers = (children: readonly Met[], value: Record<string, unknown>, pointer: string): void => {
    const seen = new Set<string>();
    for (let i = 0; i < children.length; i++) {
      const name = children[i] as Met;
      const text = String(name.result);
      const at = `${pointer}/${pointerToken(text)}`;
      checkName(name, seen, report);
      const next = children[i + 1];
      // In `{a, b}` the value of `a` is no node of its own.
      const bare = value[text] === null && next !== undefined && next.result !== null;
      if (next === undefined || bare) positions.set(at, { start: name.start, end: name.end, key: name.start });
      else {
        place(next, at, name.start);
        i++;
      }
    }
  };
  const placeItems = (node: Met, value: readonly unknown[], pointer: string): void => {
    let child = 0;
    for (const [index, item] of value.entries()) {
      const met = node.children[child];
      if (!met) return;
      const at = `${pointer}/${index}`;
      // `[a: b]` is a mapping without a node of its own: its name and value stand here.
      if (isObject(item) && met.result !== item) {
        const pair = node.children.slice(child, child + 2);
        positions.set(at, { start: met.start, end: pair.at(-1)?.end ?? met.end });
        placeMembers(pair, item, at);
        child += 2;
      } else {
        place(met, at);
        child++;
      }
    }
  };
  place(root, '');
  return positions;
}

/** The span of a pointer, or of the nearest thing around it. `exact` says which. */
export function spanOf(positions: Positions, pointer: string): { span: Span; exact: boolean } | undefined {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const span = positions.get(at);
    if (span) return { span, exact: at === pointer };
    if (at === '') return undefined;
  }
}

/** The pointer of the innermost node that holds an offset. */
export function pointerAt(positions: Positions, offset: number): string {
  let best = '';
  let size = Number.POSITIVE_INFINITY;
  for (const [pointer, span] of positions) {
    const start = span.key ?? span.start;
    if (start <= offset && offset < span.end && span.end - start <= size) {
      best = pointer;
      size = span.end - start;
    }
  }
  return best;
}

/** Line and column, both from 1, columns in UTF-16 units, of an offset in a text with LF line ends. */
export function lineColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', at + 1)) line++;
  return { line, column: offset - lineStart + 1 };
}
