import type { Asked, RequestLog } from '../types.ts';

const LIMIT = 5000;

/** What was asked, and what counts against a limit: REST and GraphQL, not git, not archives. */
export class Requests implements RequestLog {
  #all: (Asked & { counts: boolean })[] = [];
  readonly #watching = new Set<(asked: Asked) => void>();

  get all(): readonly Asked[] {
    return this.#all;
  }
  note(asked: Asked, counts: boolean): void {
    this.#all.push({ ...asked, counts });
    for (const seen of this.#watching) seen(asked);
  }
  watch(seen: (asked: Asked) => void): () => void {
    this.#watching.add(seen);
    return () => void this.#watching.delete(seen);
  }
  #counted(label?: string): Asked[] {
    return this.#all.filter((asked) => asked.counts && (label === undefined || asked.label === label));
  }
  count(label?: string): number {
    return this.#counted(label).length;
  }
  list(label?: string): string[] {
    return this.#counted(label).map(({ method, path, status }) => `${method} ${path} ${status}`);
  }
  clear(): void {
    this.#all = [];
  }

  /** Of the hour that has begun. Nobody is refused for it: tests that want that inject it. */
  rateOf(label: string, now: string): { limit: number; remaining: number; reset: number; used: number } {
    const hour = now.slice(0, 13);
    const used = Math.min(this.#counted(label).filter(({ at }) => at.startsWith(hour)).length, LIMIT - 1);
    const reset = Date.parse(`${hour}:00:00Z`) / 1000 + 3600;
    return { limit: LIMIT, remaining: LIMIT - used, reset, used };
  }
}

/** As they stand on every answer of the API. */
export const rateHeaders = (rate: ReturnType<Requests['rateOf']>): Record<string, string> => ({
  'x-ratelimit-limit': String(rate.limit),
  'x-ratelimit-remaining': String(rate.remaining),
  'x-ratelimit-used': String(rate.used),
  'x-ratelimit-reset': String(rate.reset),
  'x-ratelimit-resource': 'core',
});
