/** A text that is gone through from its beginning, for as long as it is what it is expected to be. */
export class ExactText {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether this is what follows; if so, it lies behind. */
  is(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }

  /** As many characters as that, whatever they are. */
  take(length: number): string {
    return this.#text.slice(this.#at, (this.#at += length));
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }
}
