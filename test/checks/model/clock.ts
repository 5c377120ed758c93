/**
 * Another time of day for everything in this process that asks for one: the Action, and the twin. It goes on as the real one does, from where it is put; it stays in the past, since whatever
 * lies about of other tests is judged by it, too.
 */
export class Clock {
  readonly #real = Date;
  #offset: number;

  constructor(behind: number) {
    this.#offset = -behind;
    const real = this.#real;
    const now = (): number => real.now() + this.#offset;
    globalThis.Date = new Proxy(real, {
      construct: (target, given: unknown[]) =>
        given.length === 0 ? new target(now()) : (Reflect.construct(target, given) as Date),
      get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
    });
  }

  pass(milliseconds: number): void {
    this.#offset += milliseconds;
  }

  stop(): void {
    globalThis.Date = this.#real;
  }
}
