import { type LoadOptions, Schema, Type, YAMLException, load as loadYaml } from 'js-yaml';
import { exactNumber } from './numbers.ts';
import { CONSTANTS, isPlainText } from './scalars.ts';

/** The state of js-yaml's loader as its (untyped) listener sees it; nothing else of it is read. */
export interface LoaderState {
  input: string;
  position: number;
  depth: number;
  kind: string | null;
  result: unknown;
}
export type Listener = (event: 'open' | 'close', state: LoaderState) => void;

/** Greatest depth of nested nodes, scalars included (2-contracts.md). */
export const MAX_DEPTH = 32;

/**
 * The YAML 1.2 core schema. The types are our own because js-yaml's round large integers silently, take `1_000`-like and binary forms of YAML 1.1,
 * and let infinities through. A number that must be refused is given to `refuse` with the reason; then it counts as 0.
 * `anyTag` lets a reading that reports tags itself go on past them.
 */
export function coreSchema(refuse: (text: string, reason: string) => void, anyTag = false): Schema {
  const plain = new Type('tag:countersign,2026:plain', {
    kind: 'scalar',
    resolve: (data: unknown) => {
      if (typeof data !== 'string') return data === null;
      return !isPlainText(data);
    },
    construct: (data: unknown) => {
      const text = typeof data === 'string' ? data : '';
      const constant = CONSTANTS.get(text);
      if (constant !== undefined) return constant;
      const read = exactNumber(text);
      if (read.ok) return read.value;
      refuse(text, read.reason);
      return 0;
    },
  });
  const tagged = (['scalar', 'sequence', 'mapping'] as const).map((kind) => new Type('', { kind, multi: true }));
  return new Schema({ implicit: [plain], explicit: anyTag ? tagged : [] });
}

/** What stops the quick reading; the thorough one then finds everything that is wrong. */
class Suspicion extends Error {}

const STRICT = coreSchema(() => {
  throw new Suspicion();
});

/** The first character of the node that starts at or after `position`: blanks and comments are passed over. */
export function nodeStart(input: string, position: number): number {
  let at = position;
  for (;;) {
    const c = input.charCodeAt(at);
    if (c === 0x20 || c === 0x09 || c === 0x0a || c === 0x0d) at++;
    else if (c === 0x23)
      while (input.charCodeAt(at) !== 0x0a && input.charCodeAt(at) !== 0x0d && at < input.length) at++;
    else return at;
  }
}

/** Names that may have been something else than text (`1`, `true`, `[a, b]`), or that no document needs. */
const SUSPICIOUS_NAME = /^(?:$|[-+.\d~]|true$|false$|null$|__proto__$|<<$)|[,\]]|^\[object/i;

const suspiciousNode: Listener = (event, state) => {
  if (event === 'open') {
    const c = state.input.charCodeAt(nodeStart(state.input, state.position));
    if (c === 0x21 /* ! */ || c === 0x26 /* & */ || c === 0x2a /* * */) throw new Suspicion();
  } else if (state.kind === 'mapping') {
    for (const name of Object.keys(state.result ?? {})) if (SUSPICIOUS_NAME.test(name)) throw new Suspicion();
  }
};

/** js-yaml's loader takes a `listener` that its types know differently. */
export function load(text: string, schema: Schema, listener: Listener, json: boolean): unknown {
  const options = { schema, listener, json, maxDepth: MAX_DEPTH };
  return loadYaml(text, options as unknown as LoadOptions);
}

/** Lines that no single document holds: directives, document ends, a second start. One start marker on the very first line is let through. */
export const DOCUMENT_MARK = /^(?:%|(?:---|\.\.\.)(?=[ \t\r\n]|$))/gm;

/** `---a` in front of everything is the text `---a` to YAML 1.2, and a document mark and `a` to js-yaml: a packet that readers would disagree about. */
export const DOUBTFUL_MARK = /^(?:[ \t]*(?:#[^\n]*)?\n)*---(?=[^ \t\r\n])/;

/**
 * Reads one YAML 1.2 document quickly: the value, or `undefined` as soon as anything might not be as 2-contracts.md wants it (duplicate keys,
 * anchors, aliases, merge keys, tags, directives, a second document, `__proto__`, depth, numbers that change their value). That is a suspicion and
 * no verdict: the thorough reading has that.
 */
export function quickYaml(text: string): { value: unknown } | undefined {
  const body = text.startsWith('---\n') ? text.slice(4) : text;
  if (body.charCodeAt(0) === 0xfeff || body.search(DOCUMENT_MARK) !== -1 || DOUBTFUL_MARK.test(body)) return undefined;
  try {
    return { value: load(body, STRICT, suspiciousNode, false) ?? null };
  } catch (error) {
    if (error instanceof Suspicion || error instanceof YAMLException) return undefined;
    throw error;
  }
}
