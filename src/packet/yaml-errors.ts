import { YAMLException } from 'js-yaml';
import type { DocumentError } from '../contracts/index.ts';
import { type Met, type Positions, lineColumn, placeNodes, pointerAt } from './positions.ts';
import { DOCUMENT_MARK, DOUBTFUL_MARK, type Listener, MAX_DEPTH, coreSchema, load, nodeStart } from './yaml.ts';

/** What a thorough reading gives: every error, and the value with positions where there is one that is safe to go on with. */
export interface ThoroughReading {
  errors: DocumentError[];
  value?: unknown;
  positions: Positions;
}

interface Trouble {
  offset: number;
  rule: string;
  message: string;
  fix: string;
}

const PROPERTIES: Readonly<Record<string, Omit<Trouble, 'offset'>>> = {
  '&': { rule: 'yaml_anchor', message: 'anchors are refused', fix: 'Write the value out where it is needed.' },
  '*': {
    rule: 'yaml_alias',
    message: 'aliases are refused',
    fix: 'Write the value out; put quotes around a glob that starts with *.',
  },
  '!': {
    rule: 'yaml_tag',
    message: 'tags are refused',
    fix: 'Leave the tag out; put quotes around text that starts with !.',
  },
};

type Report = (at: number, rule: string, message: string, fix: string) => void;
/** `read` tells an empty document from one that could not be read. */
interface Collected {
  read: boolean;
  value: unknown;
  root: Met | undefined;
}

/**
 * Reads a YAML document again, slowly, to say everything that is wrong with it. `offset` is where `text` starts in `file`, whose
 * lines the errors name.
 */
export function thoroughYaml(text: string, file: string = text, offset = 0): ThoroughReading {
  // The loader tries some nodes twice; one trouble of a kind in one place is enough.
  const troubles = new Map<string, Trouble>();
  const trouble: Report = (at, rule, message, fix) => troubles.set(`${at} ${rule}`, { offset: at, rule, message, fix });

  let skipped = 0;
  let body = text;
  if (body.startsWith('\ufeff')) {
    trouble(
      0,
      'yaml_bom',
      'the text starts with a byte order mark',
      'Save the file as UTF-8 without a byte order mark.',
    );
    skipped = 1;
    body = body.slice(1);
  }
  // Blanked, not cut, so that offsets stay true.
  if (body.startsWith('---\n')) body = `   ${body.slice(3)}`;
  const [doubtful] = DOUBTFUL_MARK.exec(body) ?? [];
  if (doubtful !== undefined)
    trouble(
      doubtful.length - 3 + skipped,
      'yaml_documents',
      '`---` with something behind it: some readers take it for a document mark',
      'Put the text that starts with --- in quotes.',
    );
  const marks = [...body.matchAll(DOCUMENT_MARK)];
  for (const { 0: mark, index } of marks)
    if (mark === '%') trouble(index + skipped, 'yaml_directive', 'directives are refused', 'Remove the line.');
    else
      trouble(
        index + skipped,
        'yaml_documents',
        'a second document, or a document end marker',
        'Keep one document to a file, without `---` or `...` inside.',
      );
  const shifted: Report = (at, ...rest) => trouble(at + skipped, ...rest);
  const reading: Collected =
    marks.length > 0 ? { read: false, value: undefined, root: undefined } : readCollecting(body, shifted);
  const positions: Positions = reading.root ? placeNodes(reading.root, shifted) : new Map();
  for (const span of positions.values()) {
    span.start += offset + skipped;
    span.end += offset + skipped;
    if (span.key !== undefined) span.key += offset + skipped;
  }
  const errors = [...troubles.values()]
    .toSorted((a, b) => a.offset - b.offset)
    .map(
      (t): DocumentError => ({
        code: 'contract_invalid',
        message: t.message,
        at: pointerAt(positions, t.offset + offset),
        rule: t.rule,
        fix: t.fix,
        ...lineColumn(file, t.offset + offset),
      }),
    );
  // An alias makes a graph out of the tree: nobody may walk it (YAML bombs).
  const unsafe = errors.some((e) => e.rule === 'yaml_alias' || e.rule === 'prototype_key');
  return { errors, positions, ...(reading.read && !unsafe ? { value: reading.value } : {}) };
}

function readCollecting(text: string, trouble: Report): Collected {
  const open: Met[] = [];
  let root: Met | undefined;
  let refused: { text: string; reason: string }[] = [];
  const listener: Listener = (event, state) => {
    if (event === 'open') {
      const start = nodeStart(state.input, state.position);
      open.push({ start, end: start, result: null, children: [] });
      const property = PROPERTIES[state.input[start] ?? ''];
      if (property) trouble(start, property.rule, property.message, property.fix);
      return;
    }
    const node = open.pop();
    if (!node) return;
    node.end = Math.min(Math.max(state.position, node.start), text.length);
    node.result = state.result;
    for (const number of refused)
      trouble(
        node.start,
        'number_inexact',
        `the number ${number.text.slice(0, 40)} ${number.reason}`,
        'Write a number that JSON keeps, or quote it as text.',
      );
    refused = [];
    const parent = open.at(-1);
    if (parent) parent.children.push(node);
    else root = node;
  };
  try {
    const value =
      load(
        text,
        coreSchema((number, reason) => refused.push({ text: number, reason }), true),
        listener,
        true,
      ) ?? null;
    return { read: true, value, root };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    if (/maxDepth/.test(error.reason))
      trouble(error.mark.position, 'yaml_depth', `nested deeper than ${MAX_DEPTH}`, 'Flatten the value.');
    else trouble(error.mark?.position ?? 0, 'yaml_syntax', `not YAML: ${error.reason}`, 'Correct the YAML here.');
    return { read: false, value: undefined, root: undefined };
  }
}
