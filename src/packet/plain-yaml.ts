import { plainScalar } from './scalars.ts';

/**
 * The YAML that nearly every packet is written in: block mappings and sequences, flow collections, one-line scalars without escapes, comments. Read three times as
 * fast as the whole of YAML. Whatever is not surely in this subset is left to js-yaml; a property test holds the two together.
 */

/** Thrown (never out of this file) at the first thing outside the subset. */
const OTHER = Symbol('outside the subset');

const [SPACE, LINE_FEED, HASH, COMMA, BRACKET, BRACE] = [0x20, 0x0a, 0x23, 0x2c, 0x5d, 0x7d];

/** Only characters with one reading: no tabs, no line breaks but LF, nothing that js-yaml calls unprintable, no surrogates. */
const CHARACTERS = /^[\n\x20-\x7e\u00a1-\u1fff\u2010-\u2027\u2030-\ud7ff]*$/;
const KEY = /[A-Za-z][A-Za-z0-9_-]*:(?= |\n|$)/y;
const FLOW_KEY = /[A-Za-z][A-Za-z0-9_-]*:(?= )/y;
/** A plain scalar in a block: to the end of the line or to a comment; `: ` inside would make it a mapping. */
const BLOCK_PLAIN = /(?:[A-Za-z0-9_/.$(+~\u00a1-\ud7ff]|-(?! |\n|$))[^\n]*/y;
/** A plain scalar in a flow collection, and what must follow it. */
const FLOW_PLAIN = /(?:[A-Za-z0-9_/.$(+~\u00a1-\ud7ff]|-(?=[A-Za-z0-9_/.-]))[^,[\]{}\n:#"']*/y;
const DOUBLE_QUOTED = /"[^"\\\n]*"/y;
const SINGLE_QUOTED = /'[^'\n]*'(?!')/y;
/** The rest of a line after a value: blanks, perhaps a comment. */
const LINE_END = / *(?:\n|$)| +#[^\n]*(?:\n|$)/y;

/** A name that YAML reads as something else than text (`true`, `null`). */
const isText = (name: string): boolean => typeof plainScalar(name)?.value === 'string';

class Reader {
  readonly text: string;
  at = 0;
  /** The indent of the block that a flow collection stands in: its further lines must be deeper. */
  private around = 0;
  constructor(text: string) {
    this.text = text;
  }

  /** Moves past `form`, if it stands here. */
  take(form: RegExp): boolean {
    form.lastIndex = this.at;
    if (!form.test(this.text)) return false;
    this.at = form.lastIndex;
    return true;
  }

  /** Moves past `form` and gives its text. */
  need(form: RegExp): string {
    const start = this.at;
    if (!this.take(form)) throw OTHER;
    return this.text.slice(start, this.at);
  }

  blanks(): void {
    while (this.text.charCodeAt(this.at) === SPACE) this.at++;
  }

  /** The indent of the next line that says something; the reader stands at its first letter. −1 at the end. */
  indent(): number {
    for (;;) {
      const start = this.at;
      this.blanks();
      const c = this.text.charCodeAt(this.at);
      if (c === HASH) this.line();
      else if (c !== LINE_FEED) return this.at >= this.text.length ? -1 : this.at - start;
      if (this.at >= this.text.length) return -1;
      this.at++;
    }
  }

  /** Moves to the end of the line. */
  line(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end === -1 ? this.text.length : end;
  }

  /** Moves past blanks, lines and comments between the parts of a flow collection; gives the character that follows. */
  flowBlanks(): number {
    for (;;) {
      const c = this.text.charCodeAt(this.at);
      if (c === SPACE) this.at++;
      else if (c === LINE_FEED) {
        this.at++;
        if (this.indent() <= this.around) throw OTHER;
      } else if (c === HASH) {
        const before = this.text.charCodeAt(this.at - 1);
        if (before !== SPACE) throw OTHER;
        this.line();
      } else return c;
    }
  }

  document(): unknown {
    if (this.indent() !== 0) throw OTHER;
    const [value, indent] = this.mapping(0, 0);
    if (indent !== -1) throw OTHER;
    return value;
  }

  /** Members at `indent`; the reader stands at the first name. Gives the value and the indent of the line that ended it. */
  mapping(indent: number, depth: number): [value: Record<string, unknown>, next: number] {
    if (depth > 12) throw OTHER;
    const value: Record<string, unknown> = {};
    let next = indent;
    while (next === indent) {
      const name = this.need(KEY).slice(0, -1);
      if (Object.hasOwn(value, name) || !isText(name)) throw OTHER;
      [value[name], next] = this.member(indent, depth);
    }
    if (next > indent) throw OTHER;
    return [value, next];
  }

  /** What stands behind `name:`, on the same line or below. */
  member(indent: number, depth: number): [value: unknown, next: number] {
    if (!this.take(LINE_END)) return this.inline(indent, depth);
    const below = this.indent();
    const dash = this.text[this.at] === '-' && this.text[this.at + 1] === ' ';
    if (below >= indent && dash) return this.sequence(below, depth + 1);
    if (below <= indent) return [null, below];
    const c = this.text[this.at];
    if (c === '[' || c === '{') return this.inline(indent, depth);
    return this.mapping(below, depth + 1);
  }

  /** A value on one line (a flow collection may take more), up to the next line that says something. */
  inline(indent: number, depth: number): [value: unknown, next: number] {
    this.blanks();
    const c = this.text[this.at];
    this.around = indent;
    const value = c === '[' || c === '{' ? this.flow(depth + 1) : (this.quoted() ?? this.blockPlain());
    if (!this.take(LINE_END)) throw OTHER;
    const next = this.indent();
    // A deeper line would go on with a plain scalar.
    if (next > indent) throw OTHER;
    return [value, next];
  }

  sequence(indent: number, depth: number): [value: unknown[], next: number] {
    if (depth > 12) throw OTHER;
    const value: unknown[] = [];
    let next = indent;
    while (next === indent && this.text[this.at] === '-') {
      if (this.text[this.at + 1] !== ' ') throw OTHER;
      this.at += 2;
      const start = this.at;
      this.blanks();
      KEY.lastIndex = this.at;
      let item: unknown;
      if (KEY.test(this.text)) [item, next] = this.mapping(indent + 2 + this.at - start, depth + 1);
      else [item, next] = this.inline(indent, depth);
      value.push(item);
    }
    if (next > indent) throw OTHER;
    return [value, next];
  }

  quoted(): string | undefined {
    const c = this.text[this.at];
    if (c === '"') return this.need(DOUBLE_QUOTED).slice(1, -1);
    if (c === "'") return this.need(SINGLE_QUOTED).slice(1, -1);
    return undefined;
  }

  blockPlain(): unknown {
    const start = this.at;
    let text = this.need(BLOCK_PLAIN);
    const comment = text.indexOf(' #');
    if (comment !== -1) text = text.slice(0, comment);
    text = text.trimEnd();
    if (text.includes(': ') || text.endsWith(':')) throw OTHER;
    this.at = start + text.length;
    return this.scalar(text);
  }

  scalar(text: string): unknown {
    const read = plainScalar(text);
    if (!read) throw OTHER;
    return read.value;
  }

  flow(depth: number): unknown {
    if (depth > 12) throw OTHER;
    const open = this.text[this.at];
    this.at++;
    return open === '[' ? this.flowSequence(depth) : this.flowMapping(depth);
  }

  /** Past a `,`, or past `close`: then the collection is done. */
  flowDone(close: number): boolean {
    const c = this.flowBlanks();
    if (c !== close && c !== COMMA) throw OTHER;
    this.at++;
    return c === close;
  }

  flowSequence(depth: number): unknown[] {
    const value: unknown[] = [];
    do {
      if (this.flowBlanks() === BRACKET) {
        this.at++;
        return value;
      }
      value.push(this.flowValue(depth));
    } while (!this.flowDone(BRACKET));
    return value;
  }

  flowMapping(depth: number): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    do {
      if (this.flowBlanks() === BRACE) {
        this.at++;
        return value;
      }
      const name = this.need(FLOW_KEY).slice(0, -1);
      if (Object.hasOwn(value, name) || !isText(name)) throw OTHER;
      this.flowBlanks();
      value[name] = this.flowValue(depth);
    } while (!this.flowDone(BRACE));
    return value;
  }

  flowValue(depth: number): unknown {
    const c = this.text[this.at];
    if (c === '[' || c === '{') return this.flow(depth + 1);
    const text = this.quoted();
    if (text !== undefined) return text;
    return this.scalar(this.need(FLOW_PLAIN).trimEnd());
  }
}

/** The value of a document in the subset, or undefined. Never a value that js-yaml would not give. */
export function plainYaml(text: string): { value: unknown } | undefined {
  if (!CHARACTERS.test(text)) return undefined;
  try {
    return { value: new Reader(text).document() };
  } catch (error) {
    if (error === OTHER) return undefined;
    throw error;
  }
}
