import { FILES } from './drive.ts';
import { openTwin, type Twin, type TwinRepository } from './index.ts';

export interface Place {
  twin: Twin;
  site: TwinRepository;
  /** Sets the clock on. */
  later: (seconds?: number) => void;
  /** A request with a token ('' for none): status, headers, and the JSON that came. */
  ask: (
    token: string,
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<{ status: number; headers: Headers; data: unknown }>;
}

/** A twin with a repository of alice (admin), bob (write), carol (read), and a clock of its own. Whatever is done in it must hold to GitHub's description. */
export async function inTwin<T>(
  work: (place: Place) => T | Promise<T>,
  { visibility = 'private', lawful = true }: { visibility?: 'private' | 'public'; lawful?: boolean } = {},
): Promise<T> {
  let now = Date.parse('2026-11-01T10:00:00Z');
  const twin = await openTwin({ now: () => new Date(now) });
  try {
    const site = twin.repository('acme/site', { files: FILES, visibility });
    site.collaborator('alice', 'admin');
    site.collaborator('bob', 'write');
    site.collaborator('carol', 'read');
    const done = await work({
      twin,
      site,
      later: (seconds = 60) => {
        now += seconds * 1000;
      },
      ask: async (token, method, path, body) => {
        const response = await fetch(twin.apiUrl + path, {
          method,
          redirect: 'manual',
          headers: {
            ...(token === '' ? {} : { authorization: `token ${token}` }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        return {
          status: response.status,
          headers: response.headers,
          data: text === '' ? null : (JSON.parse(text) as unknown),
        };
      },
    });
    if (lawful) twin.expectNoViolations();
    return done;
  } finally {
    await twin.close();
  }
}
