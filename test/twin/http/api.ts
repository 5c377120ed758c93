import type { Json, Violation } from '../types.ts';
import { Refused } from '../world/refused.ts';
import { sync } from '../world/refs.ts';
import { permit } from '../world/rights.ts';
import type { Caller, Repository, World } from '../world/types.ts';
import { type Answer, problem, type Route } from './route.ts';
import { answerErrors, requestErrors } from './validate.ts';

export interface ApiRequest {
  caller: Caller;
  method: string;
  /** Below the API's root: `/repos/acme/site/issues?state=all`. */
  path: string;
  /** Undefined where none was sent. */
  body: unknown;
}

export interface Performed {
  operation: string | null;
  answer: Answer;
}

/** Parameters that hold slashes as they are. */
const LONG = new Set(['path', 'basehead', 'git/ref', 'git/refs']);

function patternOf(operation: string): { method: string; pattern: RegExp; names: string[] } {
  const [method = '', path = ''] = operation.split(' ');
  const names: string[] = [];
  const source = path
    .split('/')
    .map((part, n, parts) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      if (name === undefined) return part;
      names.push(name);
      return LONG.has(name) || LONG.has(`${parts[n - 2]}/${parts[n - 1]}`) ? '(.+)' : '([^/]+)';
    })
    .join('/');
  return { method, pattern: new RegExp(`^${source}$`), names };
}

/** Finds, checks, allows and carries out requests: the whole of the REST API, without HTTP. */
export class Api {
  readonly #world: World;
  readonly #routes: readonly (Route & ReturnType<typeof patternOf>)[];
  readonly violations: Violation[] = [];

  constructor(world: World, routes: readonly Route[]) {
    this.#world = world;
    this.#routes = routes.map((route) => ({ ...route, ...patternOf(route.operation) }));
  }

  /** What a request is called, or null where nothing answers. */
  operationOf(method: string, path: string): string | null {
    const pathname = path.split('?')[0] ?? '';
    return this.#routes.find((route) => route.method === method && route.pattern.test(pathname))?.operation ?? null;
  }

  perform({ caller, method, path, body }: ApiRequest): Performed {
    const url = new URL(this.#world.apiUrl + path);
    const pathname = url.href.slice(this.#world.apiUrl.length).split('?')[0] ?? '';
    for (const route of this.#routes) {
      const found = method === route.method ? route.pattern.exec(pathname) : null;
      if (found === null) continue;
      const params = Object.fromEntries(route.names.map((name, n) => [name, decodeURIComponent(found[n + 1] ?? '')]));
      const answer = this.#answered(route, { caller, params, url, body });
      const wrong = answer.status === 500 ? [] : answerErrors(route.operation, answer);
      if (wrong.length > 0) return this.#violated(route.operation, 'response', wrong, path, answer.body);
      return { operation: route.operation, answer };
    }
    return { operation: null, answer: problem(404, 'Not Found') };
  }

  #violated(operation: string, part: Violation['part'], errors: string[], url: string, value: unknown): Performed {
    this.violations.push({ operation, part, errors, url, value });
    const message = `The twin broke GitHub's description: ${part} of ${operation}: ${errors.slice(0, 5).join('; ')}`;
    return { operation, answer: problem(500, message) };
  }

  #answered(route: Route, asked: { caller: Caller; params: Record<string, string>; url: URL; body: unknown }): Answer {
    const { caller, params, url, body } = asked;
    const query: Record<string, unknown> = {};
    for (const key of url.searchParams.keys()) {
      const values = url.searchParams.getAll(key);
      query[key] = values.length > 1 ? values : values[0];
    }
    const path = url.pathname + url.search;
    const wrong = requestErrors(route.operation, { params: { ...params }, query, body });
    if (wrong.length > 0) return this.#violated(route.operation, 'request', wrong, path, body).answer;
    try {
      const world = this.#world;
      const repo = this.#repositoryOf(params);
      if (route.rights !== null && repo !== null) permit(caller, repo, route.rights);
      this.syncAll();
      const answer = route.handle({ world, caller, params, query, body: (body ?? {}) as Json, url }, repo);
      // What the request itself pushed is its caller's.
      this.syncAll(caller);
      return answer;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { status: error.status, body: error.body, headers: { ...error.headers } };
    }
  }

  #repositoryOf({ owner, repo }: Record<string, string>): Repository | null {
    const wanted = `${owner}/${repo}`.toLowerCase();
    return this.#world.repositories.find((of) => `${of.owner.login}/${of.name}`.toLowerCase() === wanted) ?? null;
  }

  /** Sees what was pushed meanwhile; without `by` through `file://`, by whom the repository says. */
  syncAll(by?: Pick<Caller, 'person' | 'app'>): void {
    for (const repository of this.#world.repositories)
      sync(this.#world, repository, by ?? { person: repository.pusher, app: null });
  }
}
