import { PROMISING } from './secret-rules.ts';

/** A piece of text that may be one part of a secret. `alone`: nothing else stands in its line. */
interface Piece {
  first: string;
  last: string;
  alone: boolean;
}

/** Parts that are joined at most, besides the first. */
const PARTS = 3;
const LONGEST = 400;
const TOKEN = /[A-Za-z0-9+/_=.:@-]{3,}/g;
const LITERAL = /"([^"\\\n]{2,200})"|'([^'\\\n]{2,200})'/g;

/**
 * Finds secrets that are split: over adjacent lines, over string literals that follow each other, and over the end of one changed file and the
 * start of the next (the state is kept from file to file, in the order of the changes). Up to four parts.
 */
export class Joiner {
  #lines: string[] = [];
  #literals: string[] = [];

  /** What the parts of this line complete, as texts to be scanned. */
  line(text: string): string[] {
    const found: string[] = [];
    const tokens = text.match(TOKEN) ?? [];
    const [first, last] = [tokens.at(0), tokens.at(-1)];
    if (first !== undefined && last !== undefined) {
      const piece = { first, last, alone: tokens.length === 1 };
      this.#lines = join(this.#lines, piece, found);
    }
    for (const match of text.matchAll(LITERAL)) {
      const literal = match[1] ?? match[2] ?? '';
      this.#literals = join(this.#literals, { first: literal, last: literal, alone: true }, found);
    }
    return found;
  }
}

/** The beginnings that may still go on after this piece; what it completes goes to `found`. */
function join(open: readonly string[], { first, last, alone }: Piece, found: string[]): string[] {
  const joined = open.map((beginning) => beginning + first).filter((text) => text.length <= LONGEST);
  found.push(...joined.filter((text) => PROMISING.test(text)));
  return [last.slice(-LONGEST), ...(alone ? joined : [])].slice(0, PARTS);
}
