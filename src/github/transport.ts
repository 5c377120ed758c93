import { Octokit } from '@octokit/rest';
import { usage } from '../contracts/index.ts';
import { failure, isPrimaryLimit, isSecondaryLimit, malformed, type Refusal, tooMany } from './failure.ts';

/** What the room needs of the world. */
export interface Effects {
  fetch: typeof fetch;
  sleep: (milliseconds: number) => Promise<void>;
  /** From 0 up to 1: spreads retries, so that runs that failed together do not come back together. */
  random: () => number;
  /** Milliseconds for one request, its answer read to the end. */
  timeoutMs: number;
}

export type Parameters = Readonly<Record<string, unknown>>;

interface Reply {
  data: unknown;
  at: string;
  status: number;
  headers: Readonly<Record<string, string | undefined>>;
}

const TRIES = 4;
const FIRST_DELAY_MS = 500;
/** Of all waiting for secondary limits during one request. */
const LONGEST_WAIT_MS = 120_000;
/** What GitHub asks for where it says no number. */
const UNSAID_WAIT_MS = 60_000;
const PER_PAGE = 100;

const silent = (): void => undefined;

/** An answer that another try may change, and the same request was maybe carried out. */
const isUnclear = ({ status }: Refusal): boolean => status === null || status >= 500;

/** Sends requests with retries. A request counts as many calls as it has tries. */
export class Transport {
  readonly #octokit: Octokit;
  readonly #effects: Effects;
  readonly #apiUrl: string;

  constructor(options: { token: string; apiUrl: string; userAgent: string; effects: Effects }) {
    this.#effects = options.effects;
    this.#apiUrl = checkedUrl(options.apiUrl);
    this.#octokit = new Octokit({
      auth: options.token,
      baseUrl: this.#apiUrl,
      userAgent: options.userAgent,
      // Its log quotes addresses and puts them on standard error, where a runner reads commands.
      log: { debug: silent, info: silent, warn: silent, error: silent },
      request: { fetch: options.effects.fetch, redirect: 'manual' },
    });
  }

  /** A read, or a write that may be sent twice. */
  async send(route: string, parameters: Parameters): Promise<Reply> {
    return notElsewhere(await this.#answered(route, parameters));
  }

  /** Where GitHub redirects to: a signed address that needs no token. Only the caller may go there, without it. */
  async location(route: string, parameters: Parameters): Promise<string> {
    const reply = await this.#answered(route, parameters);
    const { location } = reply.headers;
    if (reply.status !== 302 || location === undefined) throw malformed(reply.at, 'no redirect to the archive');
    return location;
  }

  #answered(route: string, parameters: Parameters): Promise<Reply> {
    return this.#retried(route, parameters, () => Promise.resolve(null)) as Promise<Reply>;
  }

  /**
   * A write that must not be carried out twice. When no clear answer comes, `find` looks whether it was carried out; only where it was not it is sent again. Returns what
   * GitHub answered, or what was found.
   */
  async create<T>(
    route: string,
    parameters: Parameters,
    read: (reply: Reply) => T,
    find: () => Promise<T | null>,
  ): Promise<T> {
    const done = await this.#retried(route, parameters, find);
    return 'data' in done ? read(notElsewhere(done)) : done.found;
  }

  async #retried<T>(
    route: string,
    parameters: Parameters,
    find: () => Promise<T | null>,
  ): Promise<Reply | { found: T }> {
    let waited = 0;
    for (let tries = 1; ; tries += 1) {
      const reply = await this.#once(route, parameters);
      if ('data' in reply) return reply;
      const unclear = isUnclear(reply);
      const delay = unclear ? this.#backOff(tries) : waitAsked(reply);
      waited += unclear ? 0 : (delay ?? 0);
      if (delay === null || tries === TRIES || waited > LONGEST_WAIT_MS) throw failure(reply);
      await this.#effects.sleep(delay);
      const found = unclear ? await find() : null;
      if (found !== null) return { found };
    }
  }

  #backOff(tries: number): number {
    return FIRST_DELAY_MS * 3 ** (tries - 1) * (0.5 + this.#effects.random());
  }

  async #once(route: string, parameters: Parameters): Promise<Reply | Refusal> {
    const at = placeOf(route, parameters);
    const signal = AbortSignal.timeout(this.#effects.timeoutMs);
    try {
      const { data, status, headers } = await this.#octokit.request(route, { ...parameters, request: { signal } });
      const answered = { at, status, headers: headers as Record<string, string | undefined> };
      // Octokit gives text where JSON does not parse, and an empty one where reading broke off.
      if (status === 200 || status === 201) {
        return typeof data === 'object'
          ? { ...answered, data: data as unknown }
          : { ...answered, status: null, message: 'the answer broke off' };
      }
      return { ...answered, data: null };
    } catch (error) {
      return refusalOf(at, error);
    }
  }

  /** All pages of a list, one after the other, until the caller stops. A UserError where they go on above `maxPages`. */
  async *pages(route: string, parameters: Parameters, maxPages = 10): AsyncGenerator<Reply> {
    for (let page = 1; page <= maxPages; page += 1) {
      const reply = await this.send(route, { ...parameters, per_page: PER_PAGE, page });
      yield reply;
      // The address that GitHub gives is not followed: it could lead anywhere with our token.
      if (!/;\s*rel="next"/.test(reply.headers['link'] ?? '')) return;
    }
    throw tooMany(placeOf(route, parameters), maxPages);
  }

  /** One GraphQL query, or a mutation that may be sent twice. */
  async graphql(query: string, variables: Parameters): Promise<{ data: unknown; at: string }> {
    // On a GitHub Enterprise server GraphQL lies beside /api/v3, not below it.
    const baseUrl = this.#apiUrl.replace(/\/api\/v3$/, '/api');
    const { data, at } = await this.send('POST /graphql', { baseUrl, query, variables });
    const { errors, data: result } = data as { errors?: unknown; data?: unknown };
    if (Array.isArray(errors) && errors.length > 0) {
      const { message } = errors[0] as { message?: unknown };
      throw failure({ at, status: 422, message: typeof message === 'string' ? message : '', headers: {} });
    }
    return { data: result, at };
  }
}

/** A redirect is not followed: another repository may be there by now. */
function notElsewhere(reply: Reply): Reply {
  if (reply.status >= 300) throw failure({ ...reply, message: '' });
  return reply;
}

/** Milliseconds that a limit asks to wait; null where waiting is no use. */
function waitAsked(refusal: Refusal): number | null {
  if (isPrimaryLimit(refusal) || !isSecondaryLimit(refusal)) return null;
  const seconds = Number(refusal.headers['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.max(seconds, 1) * 1000 : UNSAID_WAIT_MS;
}

/** What octokit throws: with a response GitHub refused, without one nothing whole came back. */
function refusalOf(at: string, error: unknown): Refusal {
  const { message, status, response } = error as {
    message?: unknown;
    status?: unknown;
    response?: { headers?: Record<string, string | undefined>; data?: unknown };
  };
  if (response === undefined || typeof status !== 'number') {
    return { at, status: null, message: typeof message === 'string' ? message : 'unknown', headers: {} };
  }
  return { at, status, message: typeof message === 'string' ? message : '', headers: response.headers ?? {} };
}

/** `GET /repos/acme/site/issues/7`, for people. */
const placeOf = (route: string, parameters: Parameters): string =>
  route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(parameters[name])));

/** The token is never sent in the clear, but to this machine itself. */
export function checkedUrl(apiUrl: string): string {
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : null;
  const isHere = url !== null && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isHere)) || url.username !== '') {
    throw usage(
      `${JSON.stringify(apiUrl)} is no address of an API`,
      'api-url',
      'Give the https address in GITHUB_API_URL.',
    );
  }
  return apiUrl.replace(/\/+$/, '');
}

/** The list that a page is, or holds under `name`. */
export function entriesOf(reply: Reply, name?: string): unknown[] {
  const list = name === undefined ? reply.data : (reply.data as Record<string, unknown> | null)?.[name];
  if (Array.isArray(list)) return list;
  throw malformed(reply.at, name === undefined ? 'no list' : `${JSON.stringify(name)} is not a list`);
}
