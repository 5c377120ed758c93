import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../types.ts';
import { artifactService, twirpMethod } from '../results/service.ts';
import type { Storage } from '../results/storage.ts';
import type { Caller, World } from '../world/types.ts';
import type { Api } from './api.ts';
import type { FaultList } from './faults.ts';
import { gitRefusal, type GitRequest, gitRequestOf, serveGit } from './git.ts';
import { graphql } from './graphql.ts';
import { rateHeaders, type Requests } from './requests.ts';
import { type Answer, problem } from './route.ts';
import type { Tokens } from './tokens.ts';

export interface Parts {
  world: World;
  api: Api;
  tokens: Tokens;
  faults: FaultList;
  requests: Requests;
  storage: Storage;
  /** Folder with the pre-receive hook. */
  hooks: string;
}

/** Everything on one port, as a GitHub Enterprise server has it: `/api/v3`, `/api/graphql`, git, and the services of Actions. */
export function serve(parts: Parts): Server {
  return createServer((request, response) => {
    handle(parts, request, response).catch((error: unknown) => {
      // Whoever was killed while sending has broken nothing.
      if (!request.complete || response.destroyed) return;
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      parts.api.violations.push({
        operation: `${request.method} ${request.url}`,
        part: 'response',
        errors: [message],
        url: request.url ?? '',
        value: null,
      });
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message }));
    });
  });
}

async function handle(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', parts.world.url);
  const method = request.method ?? 'GET';
  const log = (label: string, operation: string, status: number): void =>
    parts.requests.note({ label, method, path: url.pathname, operation, status, at: parts.world.now() }, false);
  if (url.pathname.startsWith('/blobs/')) {
    await parts.storage.serve(request, response, url);
    return log('storage', 'blob', response.statusCode);
  }
  const service = twirpMethod(url.pathname);
  if (service !== null) {
    const grant = parts.tokens.runtimeOf(request.headers.authorization);
    const body = JSON.parse((await buffer(request)).toString() || '{}') as Record<string, unknown>;
    const answer = grant
      ? await artifactService(parts.world, service, grant, body)
      : { status: 401, body: { code: 'unauthenticated', msg: 'no such token' } };
    log(grant ? `run ${grant.run.id}` : 'unknown token', `twirp ${service}`, answer.status);
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
    return;
  }
  const git = gitRequestOf(url);
  if (git !== null) {
    const caller = await throughGit(parts, git, { request, response, url });
    return log(caller?.label ?? 'unknown token', git.service.replace('-', ' '), response.statusCode);
  }
  await throughApi(parts, method, { request, response, url });
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
}

async function throughGit(parts: Parts, git: GitRequest, exchange: Exchange): Promise<Caller | null> {
  const { world, api, tokens, hooks } = parts;
  const repo =
    world.repositories.find(({ owner, name }) => `${owner.login}/${name}`.toLowerCase() === git.repo.toLowerCase()) ??
    null;
  const caller = tokens.callerOf(exchange.request.headers.authorization);
  const refusal = gitRefusal(repo, caller, git);
  if (refusal !== null || repo === null || caller === null) {
    const { status, text } = refusal ?? { status: 404, text: '' };
    const ask = status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {};
    exchange.response.writeHead(status, { 'content-type': 'text/plain', ...ask });
    exchange.response.end(text);
    return caller;
  }
  api.syncAll();
  await serveGit(repo, caller, git, { ...exchange, hooks });
  if (git.service === 'git-receive-pack') api.syncAll(caller);
  return caller;
}

async function throughApi(parts: Parts, method: string, { request, response, url }: Exchange): Promise<void> {
  const { world, tokens, faults, requests } = parts;
  const raw = await buffer(request);
  const isGraphql = url.pathname === '/api/graphql' || url.pathname === '/graphql';
  const path = url.href.slice(world.url.length).replace(/^\/api\/v3(?=\/)/, '');
  const caller = tokens.callerOf(request.headers.authorization);
  const label = caller?.label ?? 'unknown token';
  let operation: string | null = isGraphql ? 'POST /graphql' : parts.api.operationOf(method, path);
  const fault = faults.next({ label, line: `${method} ${path}`, operation });
  if (fault?.delay !== undefined) await sleep(fault.delay);
  if (fault?.silent === true) return;
  let answer = fault === null || fault.afterwards === true || isHarmless(fault) ? null : injected(fault);
  if (answer === null) {
    const done = answerTo(parts, { method, path, caller, raw, isGraphql });
    operation = done.operation ?? operation;
    answer = fault !== null && fault.afterwards === true && fault.cut === undefined ? injected(fault) : done.answer;
  }
  requests.note({ label, method, path, operation, status: answer.status, at: world.now() }, true);
  const rate = requests.rateOf(label, world.now());
  const headers: Record<string, string> = {
    ...rateHeaders(rate),
    'x-github-request-id': `TWIN:${requests.all.length}`,
    ...answer.headers,
    ...fault?.headers,
  };
  const text =
    answer.body === undefined ? '' : typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  if (answer.body !== undefined) headers['content-type'] ??= 'application/json; charset=utf-8';
  if (answer.status !== 204) headers['content-length'] = String(Buffer.byteLength(text));
  response.writeHead(answer.status, headers);
  if (fault?.cut === undefined) response.end(text);
  else response.write(Buffer.from(text).subarray(0, fault.cut), () => response.destroy());
}

const isHarmless = ({ status, secondary, primary, body }: Fault): boolean =>
  status === undefined && secondary === undefined && primary !== true && body === undefined;

/** Source: docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api. */
function injected(fault: Fault): Answer {
  if (fault.secondary !== undefined) {
    const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
    const wait: Record<string, string> = fault.secondary === null ? {} : { 'retry-after': String(fault.secondary) };
    return { ...problem(fault.status ?? 403, message), headers: wait };
  }
  if (fault.primary === true)
    return { ...problem(403, 'API rate limit exceeded for installation.'), headers: { 'x-ratelimit-remaining': '0' } };
  const status = fault.status ?? 502;
  return fault.body === undefined ? problem(status, 'injected by the twin') : { status, body: fault.body };
}

function answerTo(
  { world, api }: Parts,
  asked: { method: string; path: string; caller: Caller | null; raw: Buffer; isGraphql: boolean },
): { operation: string | null; answer: Answer } {
  const { method, path, caller, raw, isGraphql } = asked;
  if (caller === null) return { operation: null, answer: problem(401, 'Bad credentials') };
  let body: unknown;
  try {
    body = raw.length === 0 ? undefined : (JSON.parse(raw.toString()) as unknown);
  } catch {
    return { operation: null, answer: problem(400, 'Problems parsing JSON') };
  }
  if (isGraphql) return { operation: 'POST /graphql', answer: graphql(world, caller, body) };
  return api.perform({ caller, method, path, body });
}
