import { describe, expect, it } from '@jest/globals';
import { inTwin } from './fixture.ts';
import { Api } from './http/api.ts';
import { answerErrors, eventErrors } from './http/validate.ts';
import { ok, on } from './http/route.ts';

describe('what breaks GitHub’s description is found', () => {
  const requests: [string, string, string, unknown, RegExp][] = [
    ['a parameter that GitHub passes over', 'GET', '/repos/acme/site/issues?perpage=5', undefined, /query .*perpage/],
    [
      'a parameter of another type',
      'GET',
      '/repos/acme/site/issues?per_page=many',
      undefined,
      /query .*per_page.*integer/,
    ],
    ['a word that is none of the known', 'GET', '/repos/acme/site/issues?state=shut', undefined, /query .*state/],
    ['a number that is none', 'GET', '/repos/acme/site/issues/first', undefined, /path .*issue_number/],
    ['a body that lacks what must be there', 'POST', '/repos/acme/site/issues', { body: 'x' }, /body .*title/],
    ['no body where one must be', 'POST', '/repos/acme/site/issues', undefined, /body/],
    ['a body where none belongs', 'GET', '/repos/acme/site/issues/1', undefined, /body/],
    ['a member that GitHub passes over', 'PATCH', '/repos/acme/site/pulls/1', { titel: 'x' }, /body .*titel/],
    [
      'a conclusion that is none',
      'POST',
      '/repos/acme/site/check-runs',
      { name: 'x', head_sha: 'y', status: 'completed', conclusion: 'fine' },
      /body .*conclusion/,
    ],
  ];
  it.each(requests)('in a request: %s', (what, method, path, body, expected) =>
    inTwin(
      async ({ twin, ask }) => {
        const token = twin.token({ actor: 'alice' });
        const sent =
          what === 'a body where none belongs'
            ? { method: 'DELETE', path: '/repos/acme/site/issues/comments/1', body: {} }
            : { method, path, body };
        const { status, data } = await ask(token, sent.method, sent.path, sent.body);
        expect(status).toBe(500);
        expect((data as { message: string }).message).toMatch(/broke GitHub's description/);
        expect(twin.violations).toHaveLength(1);
        expect(twin.violations[0]).toMatchObject({ part: 'request' });
        expect(twin.violations[0]?.errors.join('\n')).toMatch(expected);
        expect(() => twin.expectNoViolations()).toThrow(/GitHub's description was broken/);
      },
      { lawful: false },
    ),
  );

  it('in an answer: one that a broken handler gives is not sent', () =>
    inTwin(({ site, twin }) => {
      const { id } = site.as('carol').openIssue({ title: 'x' });
      const right = site.issue(id);
      const rights = { needs: 'issues=read', role: 'read' } as const;
      const broken = on('GET issues/{issue_number}', rights, () => ok({ ...right, number: String(id) }));
      const world = { apiUrl: twin.apiUrl, repositories: [] } as unknown as ConstructorParameters<typeof Api>[0];
      const api = new Api(world, [{ ...broken, handle: () => ok({ ...right, number: String(id) }) }]);
      const caller = { person: null, app: null, grant: null, label: 'x' };
      const { answer } = api.perform({ caller, method: 'GET', path: '/repos/acme/site/issues/1', body: undefined });
      expect(answer.status).toBe(500);
      expect(api.violations).toMatchObject([
        { part: 'response', errors: [expect.stringMatching(/\/number must be integer/)] },
      ]);
    }));

  const answers: [string, string, { status: number; change: (issue: Record<string, unknown>) => unknown }, RegExp][] = [
    [
      'a member left out',
      'GET /repos/{owner}/{repo}/issues/{issue_number}',
      { status: 200, change: (issue) => ({ ...issue, state: undefined }) },
      /state/,
    ],
    [
      'a member that GitHub does not have',
      'GET /repos/{owner}/{repo}/issues/{issue_number}',
      { status: 200, change: (issue) => ({ ...issue, verdict: 'x' }) },
      /verdict/,
    ],
    [
      'null where there must be something',
      'GET /repos/{owner}/{repo}/issues/{issue_number}',
      { status: 200, change: (issue) => ({ ...issue, created_at: null }) },
      /created_at/,
    ],
    [
      'a time that is none',
      'GET /repos/{owner}/{repo}/issues/{issue_number}',
      { status: 200, change: (issue) => ({ ...issue, created_at: 'today' }) },
      /created_at.*date-time/,
    ],
    [
      'a status that GitHub never answers',
      'GET /repos/{owner}/{repo}/issues/{issue_number}',
      { status: 202, change: (issue) => issue },
      /202/,
    ],
    [
      'one object where a list belongs',
      'GET /repos/{owner}/{repo}/issues',
      { status: 200, change: (issue) => issue },
      /array/,
    ],
    [
      'a body where none belongs',
      'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}',
      { status: 204, change: (issue) => issue },
      /no body/,
    ],
  ];
  it.each(answers)('in an answer: %s', (_, operation, { status, change }, expected) =>
    inTwin(({ site }) => {
      const { id } = site.as('carol').openIssue({ title: 'x' });
      const right = site.issue(id);
      expect(answerErrors('GET /repos/{owner}/{repo}/issues/{issue_number}', { status: 200, body: right })).toEqual([]);
      expect(answerErrors(operation, { status, body: change(right) }).join('\n')).toMatch(expected);
    }),
  );

  it('in an event', () =>
    inTwin(({ site }) => {
      const { event } = site.as('carol').openIssue({ title: 'x' });
      expect(eventErrors('issues-opened', event?.payload)).toEqual([]);
      expect(eventErrors('issues-opened', { ...event?.payload, sender: undefined }).join()).toMatch(/sender/);
      expect(eventErrors('issues-opened', { ...event?.payload, action: 'made' }).join()).toMatch(/action/);
      expect(eventErrors('issues-made', event?.payload)).toEqual(['GitHub describes no such event']);
    }));
});
