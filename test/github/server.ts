import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../../src/contracts/index.ts';
import { type GitHub, openGitHub, type OpenOptions, repositoryOf } from '../../src/github/index.ts';

export interface Asked {
  method: string;
  /** With the query, as sent. */
  path: string;
  authorization: string;
  body: unknown;
}

/** An answer, or whatever else a server may do to a connection. */
export type Answer =
  | { status?: number; headers?: Record<string, string>; body?: unknown }
  | ((request: IncomingMessage, response: ServerResponse) => void);

export interface Scripted {
  url: string;
  asked: Asked[];
  github: GitHub;
  /** What was waited for, in milliseconds. */
  slept: number[];
}

/** A real HTTP server that gives these answers one after the other, and a GitHub opened on it. The last answer stays. */
export async function answering<T>(
  answers: readonly Answer[] | ((asked: Asked) => Answer),
  work: (at: Scripted) => Promise<T>,
  options: Partial<OpenOptions> = {},
): Promise<T> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const now: Asked = {
        method: request.method ?? '',
        path: request.url ?? '',
        authorization: request.headers.authorization ?? '',
        body: text === '' ? null : (JSON.parse(text) as unknown),
      };
      asked.push(now);
      const answer = typeof answers === 'function' ? answers(now) : answers[Math.min(asked.length, answers.length) - 1];
      if (answer === undefined) throw new Error('no answer left');
      if (typeof answer === 'function') answer(request, response);
      else {
        response.writeHead(answer.status ?? 200, {
          'content-type': 'application/json; charset=utf-8',
          ...answer.headers,
        });
        response.end(JSON.stringify(answer.body ?? {}));
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const slept: number[] = [];
  const { effects, ...rest } = options;
  const github = openGitHub({
    token: 's3cret',
    apiUrl: url,
    repository: repositoryOf('acme/site'),
    effects: {
      random: () => 0.5,
      sleep: (ms) => {
        slept.push(ms);
        return Promise.resolve();
      },
      ...effects,
    },
    ...rest,
  });
  try {
    return await work({ url, asked, github, slept });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** The UserError that something ends in; nothing else will do, and the token is nowhere in it. */
export async function refused(work: Promise<unknown>): Promise<UserError & { status?: number | null }> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw new Error(`no UserError: ${String(error)}`);
  if (JSON.stringify([error.message, error.errors, error.stack]).includes('s3cret'))
    throw new Error('the token is in the error');
  return error;
}
