import { describe, expect, it } from '@jest/globals';
import { GitHubFailure, openGitHub, repositoryOf } from '../../src/github/index.ts';
import { comment, issue, SHA } from './data.ts';
import { type Answer, answering, refused } from './server.ts';

const fine: Answer = { body: issue };
const down: Answer = { status: 502, body: { message: 'Bad Gateway' } };
const cutOff: Answer = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write(JSON.stringify(issue).slice(0, 40));
  setTimeout(() => response.destroy(), 20);
};
const shorter: Answer = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
  response.write(JSON.stringify(issue));
  setTimeout(() => response.destroy(), 20);
};
const cutJson: Answer = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(issue).slice(0, 40));
};
const hangUp: Answer = (_, response) => void response.destroy();
const silence: Answer = () => undefined;
const stuck: Answer = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"id":');
};
const secondary: Answer = {
  status: 403,
  headers: { 'retry-after': '7' },
  body: { message: 'You have exceeded a secondary rate limit.' },
};

const many =
  (pages: number): ((asked: { path: string }) => Answer) =>
  ({ path }) => {
    const page = Number(/[?&]page=(\d+)/.exec(path)?.[1]);
    const link =
      page < pages ? { link: '<https://evil.example/next>; rel="next", <https://evil.example/last>; rel="last"' } : {};
    return { headers: { ...link }, body: [{ ...comment, event: 'commented', id: page }] };
  };

const open = (apiUrl: string): unknown => openGitHub({ token: 't', apiUrl, repository: repositoryOf('acme/site') });

describe('a read', () => {
  it.each<[string, Answer]>([
    ['502', down],
    ['500', { status: 500 }],
    ['503', { status: 503 }],
    ['504', { status: 504 }],
    ['a connection that ends', hangUp],
    ['a body that breaks off', cutOff],
    ['a body that is shorter than announced', shorter],
    ['half a JSON text', cutJson],
    ['a page of a proxy', { headers: { 'content-type': 'text/html' }, body: 'hello' }],
    ['no answer', silence],
    ['an answer that does not go on', stuck],
  ])('is tried again after %s', (_, fault) =>
    answering(
      [fault, fault, fine],
      async ({ github, asked, slept }) => {
        expect((await github.issue(7))?.title).toBe('Fix it');
        expect(asked).toHaveLength(3);
        expect(slept).toEqual([500, 1500]);
      },
      { effects: { timeoutMs: 300 } },
    ),
  );

  it.each<[string, Answer, RegExp, number | null]>([
    ['502', down, /answered 502 again and again/, 502],
    ['half a body', cutOff, /gave no answer.*broke off/, null],
    ['silence', silence, /gave no answer/, null],
  ])('gives up after four times %s', (_, fault, message, status) =>
    answering(
      [fault],
      async ({ github, asked }) => {
        const error = await refused(github.issue(7));
        expect(error).toBeInstanceOf(GitHubFailure);
        expect(error.status).toBe(status);
        expect(error.message).toMatch(message);
        expect(error.errors[0]?.at).toBe('GET /repos/acme/site/issues/7');
        expect(asked).toHaveLength(4);
      },
      { effects: { timeoutMs: 200 } },
    ),
  );

  it('waits for a secondary limit as long as GitHub asks', () =>
    answering([secondary, { ...secondary, status: 429 }, fine], async ({ github, slept }) => {
      expect(await github.issue(7)).not.toBeNull();
      expect(slept).toEqual([7000, 7000]);
    }));

  it('waits a minute where GitHub does not say how long', () =>
    answering([{ status: 403, body: { message: 'secondary rate limit' } }, fine], async ({ github, slept }) => {
      await github.issue(7);
      expect(slept).toEqual([60_000]);
    }));

  it('does not wait longer than is worth it', () =>
    answering([{ ...secondary, headers: { 'retry-after': '3600' } }], async ({ github, slept }) => {
      expect((await refused(github.issue(7))).message).toMatch(/longer wait than is worth it/);
      expect(slept).toEqual([]);
    }));

  it('says when a used-up limit is reset, and does not try again', () =>
    answering(
      [
        {
          status: 403,
          headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1793527200' },
          body: { message: 'API rate limit exceeded' },
        },
      ],
      async ({ github, asked }) => {
        expect((await refused(github.issue(7))).message).toContain('until 2026-11-01T10:00:00.000Z');
        expect(asked).toHaveLength(1);
      },
    ));

  it('sends nothing but the request itself', () =>
    answering([fine], async ({ github, asked }) => {
      await github.issue(7);
      expect(asked).toEqual([
        { method: 'GET', path: '/repos/acme/site/issues/7', authorization: 'token s3cret', body: null },
      ]);
    }));

  it('follows no redirect', () =>
    answering([fine], ({ url: elsewhere, asked: there }) =>
      answering(
        [{ status: 301, headers: { location: `${elsewhere}/repositories/1/issues/7` } }],
        async ({ github }) => {
          const error = await refused(github.issue(7));
          expect(error.message).toMatch(/another address/);
          expect(error.errors[0]?.fix).toMatch(/renamed or transferred/);
          expect(there).toEqual([]);
        },
      ),
    ));
});

describe('a refusal', () => {
  it.each<[string, Answer, RegExp, RegExp]>([
    ['401', { status: 401, body: { message: 'Bad credentials' } }, /does not know the token/, /github\.token/],
    [
      '403 with what GitHub accepts',
      {
        status: 403,
        headers: { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' },
        body: { message: 'Resource not accessible by integration' },
      },
      /forbids it/,
      /`issues: write, or pull-requests: write`/,
    ],
    [
      '403 without',
      { status: 403, body: { message: 'Resource not accessible by integration' } },
      /forbids it/,
      /`pull-requests: write`/,
    ],
    [
      '403 for a setting',
      { status: 403, body: { message: 'GitHub Actions is not permitted to create or approve pull requests.' } },
      /forbids it/,
      /Settings → Actions → General/,
    ],
    [
      '403 of an archived repository',
      { status: 403, body: { message: 'Repository was archived so is read-only.' } },
      /forbids/,
      /Unarchive/,
    ],
    ['404', { status: 404, body: { message: 'Not Found' } }, /hides it/, /`pull-requests: write`/],
    ['409', { status: 409, body: { message: 'Conflict' } }, /conflicts/, /again/],
    ['410', { status: 410, body: { message: 'Issues are disabled' } }, /is gone/, /enable issues/],
    [
      '422',
      { status: 422, body: { message: 'Validation Failed', errors: [{ field: 'base', code: 'invalid' }] } },
      /does not accept.*invalid/,
      /branches/,
    ],
    ['451', { status: 451, body: { message: 'Unavailable' } }, /answered 451/, /documentation/],
  ])('%s says what is missing', (_, answer, message, fix) =>
    answering([answer], async ({ github, asked }) => {
      const error = await refused(github.updatePull(8, { title: 'x' }));
      expect(error.message).toMatch(message);
      expect(error.errors[0]).toMatchObject({ code: 'usage', at: 'PATCH /repos/acme/site/pulls/8' });
      expect(error.errors[0]?.fix).toMatch(fix);
      expect(asked).toHaveLength(1);
    }),
  );

  it('quotes GitHub so that a runner reads no command in it', () =>
    answering([{ status: 422, body: { message: '\n::set-env name=PATH::/evil\n' } }], async ({ github }) => {
      const { message } = await refused(github.updatePull(8, { title: 'x' }));
      expect(message.split('\n')).toHaveLength(1);
    }));
});

describe('a list', () => {
  it('is read page by page, from the same host', () =>
    answering(many(3), async ({ github, asked }) => {
      expect((await github.comments(7)).map(({ id }) => id)).toEqual([1, 2, 3]);
      expect(asked.map(({ path }) => path)).toEqual(
        [1, 2, 3].map((page) => `/repos/acme/site/issues/7/comments?per_page=100&page=${page}`),
      );
    }));

  it('is refused above ten pages, not cut', () =>
    answering(many(11), async ({ github, asked }) => {
      expect((await refused(github.comments(7))).message).toMatch(/more than 1000 entries/);
      expect(asked).toHaveLength(10);
    }));

  it('is refused above the pages that the caller allows', () =>
    answering(many(3), async ({ github }) => {
      expect((await refused(github.timeline(7, { maxPages: 2 }))).message).toMatch(/more than 200 entries/);
    }));

  it('is no list where GitHub sends something else', () =>
    answering([{ body: { message: 'hello' } }], async ({ github }) => {
      expect((await refused(github.pullsOfCommit(SHA as never))).message).toMatch(/no list/);
    }));
});

describe('what is opened', () => {
  it.each(['http://api.github.com', 'ftp://api.github.com', 'api.github.com', 'https://user@api.github.com', ''])(
    'is not %j',
    (url) => {
      expect(() => open(url)).toThrow(/no address of an API/);
    },
  );

  it.each(['https://api.github.com', 'https://ghes.example/api/v3/', 'http://localhost:3000'])('may be %j', (url) => {
    expect(() => open(url)).not.toThrow();
  });

  it.each(['acme', 'acme/', '/site', 'acme/..', 'acme/si te', 'a/b/c', 'acme/site\n', '-acme/site', 'acme/site?x'])(
    'has no name like %j',
    (name) => {
      expect(() => repositoryOf(name)).toThrow(/names no repository/);
    },
  );
});
