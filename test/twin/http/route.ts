import type { Json } from '../types.ts';
import { DOCS, notFound } from '../world/refused.ts';
import type { Rights } from '../world/rights.ts';
import type { Caller, Issue, Repository, World } from '../world/types.ts';
import { permit } from '../world/rights.ts';

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** One request that may do what it asks for. */
export interface Call {
  world: World;
  caller: Caller;
  /** From the path, decoded. */
  params: Readonly<Record<string, string>>;
  /** Numbers and booleans where GitHub describes such. */
  query: Readonly<Record<string, unknown>>;
  body: Json;
  /** As asked, with the query, for links to other pages. */
  url: URL;
}

export interface RepositoryCall extends Call {
  repo: Repository;
  rights: Rights;
}

export interface Route {
  /** `GET /repos/{owner}/{repo}`, as GitHub describes it. */
  operation: string;
  /** Null where none is needed. */
  rights: Rights | null;
  handle: (call: Call, repo: Repository | null) => Answer;
}

/** An operation on a repository, by its path below `/repos/{owner}/{repo}`. */
export function on(operation: string, rights: Rights, handle: (call: RepositoryCall) => Answer): Route {
  const [method = '', path = ''] = operation.split(' ');
  return {
    operation: `${method} /repos/{owner}/{repo}${path === '' ? '' : `/${path}`}`,
    rights,
    handle: (call, repo) => {
      if (repo === null) throw notFound();
      return handle({ ...call, repo, rights });
    },
  };
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: Json): Answer => ({
  status: 201,
  body,
  ...(typeof body['url'] === 'string' ? { headers: { location: body['url'] } } : {}),
});
export const nothing: Answer = { status: 204 };

export const number = ({ params }: Call, name: string): number => Number(params[name]);
export const optional = <T>(value: unknown): T | undefined => value as T | undefined;
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * An issue, or pull request, of the path. Where the operation takes either permission, the one for what it really is must be there: stricter than the table in
 * GitHub's documentation, and what its servers do.
 */
export function issueOf(call: RepositoryCall): Issue {
  const { repo, caller, rights } = call;
  const issue = repo.issues.get(number(call, 'issue_number'));
  if (!issue) throw notFound();
  const need = rights.needs.split('; ').find((entry) => entry.startsWith(issue.pull ? 'pull_requests' : 'issues'));
  if (need !== undefined) permit(caller, repo, { ...rights, needs: need });
  return issue;
}

/** The page that was asked for, with GitHub's `Link` header. Only what is shown is made. */
function paged<T>(
  { query, url }: Call,
  entries: readonly T[],
): { shown: readonly T[]; headers: Record<string, string> } {
  const size = Math.min(Math.max(Number(query['per_page'] ?? 30), 1), 100);
  const page = Math.max(Number(query['page'] ?? 1), 1);
  const last = Math.max(Math.ceil(entries.length / size), 1);
  const to = (target: number, rel: string): string => {
    const address = new URL(url);
    address.searchParams.set('page', String(target));
    return `<${address.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [to(page - 1, 'prev')] : []),
    ...(page < last ? [to(page + 1, 'next'), to(last, 'last')] : []),
    ...(page > 1 ? [to(1, 'first')] : []),
  ];
  const headers: Record<string, string> = links.length === 0 ? {} : { link: links.join(', ') };
  return { shown: entries.slice((page - 1) * size, page * size), headers };
}

export function page<T>(call: Call, entries: readonly T[], show: (entry: T) => Json): Answer {
  const { shown, headers } = paged(call, entries);
  return { status: 200, body: shown.map(show), headers };
}

/** A list with its length: `{ total_count, [name]: […] }`. */
export function counted<T>(call: Call, name: string, entries: readonly T[], show: (entry: T) => Json): Answer {
  const { shown, headers } = paged(call, entries);
  return { status: 200, body: { total_count: entries.length, [name]: shown.map(show) }, headers };
}

export const problem = (status: number, message: string, more: Json = {}): Answer => ({
  status,
  body: { message, ...more, documentation_url: DOCS, status: String(status) },
});
