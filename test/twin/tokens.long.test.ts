import { describe, expect, it } from '@jest/globals';
import { inTwin } from './fixture.ts';
import type { Permissions } from './index.ts';

const REFUSED = 'Resource not accessible by integration';

/** Method, path, body, and the permission without which it is refused. */
const NEEDS: [string, string, unknown, string, 'read' | 'write'][] = [
  ['GET', '/repos/acme/site/issues/1', undefined, 'issues', 'read'],
  ['GET', '/repos/acme/site/issues/2', undefined, 'pull-requests', 'read'],
  ['POST', '/repos/acme/site/issues/1/comments', { body: 'x' }, 'issues', 'write'],
  ['POST', '/repos/acme/site/issues/2/comments', { body: 'x' }, 'pull-requests', 'write'],
  ['GET', '/repos/acme/site/issues/2/timeline', undefined, 'pull-requests', 'read'],
  ['GET', '/repos/acme/site/pulls/2', undefined, 'pull-requests', 'read'],
  ['PATCH', '/repos/acme/site/pulls/2', { title: 'y' }, 'pull-requests', 'write'],
  ['GET', '/repos/acme/site/contents/README.md', undefined, 'contents', 'read'],
  ['GET', '/repos/acme/site/commits/main/check-runs', undefined, 'checks', 'read'],
  ['GET', '/repos/acme/site/commits/main/pulls', undefined, 'pull-requests', 'read'],
  ['GET', '/repos/acme/site/actions/runs', undefined, 'actions', 'read'],
  ['GET', '/repos/acme/site/actions/artifacts', undefined, 'actions', 'read'],
  ['POST', '/repos/acme/site/actions/workflows/countersign.yml/dispatches', { ref: 'main' }, 'actions', 'write'],
];

describe('a workflow’s token', () => {
  it.each(NEEDS)('%s %s needs its own permission', (method, path, body, permission, level) =>
    inTwin(async ({ twin, site, ask }) => {
      site.as('carol').openIssue({ title: 'x' });
      site.as('bob').push('work', { a: 'a' });
      site.as('bob').openPull({ title: 'x', head: 'work' });
      const token = (permissions: Permissions): string => twin.token({ repository: 'acme/site', permissions });
      const others = ['actions', 'checks', 'contents', 'issues', 'pull-requests', 'statuses']
        .filter((name) => name !== permission)
        .map((name) => [name, 'write'] as const);
      for (const weak of [
        {},
        Object.fromEntries(others),
        ...(level === 'write' ? [{ [permission]: 'read' } as const] : []),
      ]) {
        const { status, data, headers } = await ask(token(weak), method, path, body);
        expect([status, (data as { message: string }).message]).toEqual([403, REFUSED]);
        expect(headers.get('x-accepted-github-permissions')).toContain(`${permission.replace('-', '_')}=${level}`);
      }
      expect((await ask(token({ [permission]: level }), method, path, body)).status).toBeLessThan(300);
    }),
  );

  it('reads a public repository without them, but writes nothing and downloads nothing', () =>
    inTwin(
      async ({ twin, site, ask }) => {
        site.as('carol').openIssue({ title: 'x' });
        const run = site.runs.start({ path: '.github/workflows/countersign.yml', event: 'issues' });
        const id = run.addArtifact('x', new Uint8Array(1));
        const token = twin.token({ repository: 'acme/site', permissions: {} });
        expect((await ask(token, 'GET', '/repos/acme/site/issues/1')).status).toBe(200);
        expect((await ask(token, 'POST', '/repos/acme/site/issues/1/comments', { body: 'x' })).status).toBe(403);
        expect((await ask(token, 'GET', `/repos/acme/site/actions/artifacts/${id}/zip`)).status).toBe(403);
        expect((await ask('', 'GET', '/repos/acme/site/issues/1')).status).toBe(200);
        expect((await ask('', 'POST', '/repos/acme/site/issues/1/comments', { body: 'x' })).status).toBe(401);
      },
      { visibility: 'public' },
    ));

  it('is github-actions[bot], for one repository', () =>
    inTwin(async ({ twin, site, ask }) => {
      twin.repository('other/site', { files: { a: 'a' } });
      site.as('carol').openIssue({ title: 'x' });
      const token = twin.token({ repository: 'acme/site', permissions: { issues: 'write' } });
      const { data } = await ask(token, 'POST', '/repos/acme/site/issues/1/comments', { body: 'x' });
      expect(data).toMatchObject({
        user: { login: 'github-actions[bot]', id: 41_898_282, type: 'Bot' },
        performed_via_github_app: { slug: 'github-actions', id: 15_368 },
      });
      expect((await ask(token, 'GET', '/repos/other/site')).status).toBe(404);
      expect((await ask(token, 'GET', '/user')).status).toBe(403);
    }));

  it('opens and approves no pull request where the settings say so', () =>
    inTwin(async ({ twin, site, ask }) => {
      site.settings.actions.canApprovePullRequests = false;
      site.as('bob').push('work', { a: 'a' });
      const token = twin.token({ repository: 'acme/site', permissions: { 'pull-requests': 'write' } });
      const { status, data } = await ask(token, 'POST', '/repos/acme/site/pulls', {
        title: 'x',
        head: 'work',
        base: 'main',
      });
      expect([status, data]).toEqual([
        403,
        expect.objectContaining({ message: 'GitHub Actions is not permitted to create or approve pull requests.' }),
      ]);
    }));
});

describe('a person’s token', () => {
  const cases: [string, string, string, unknown, number][] = [
    ['alice', 'GET', '/repos/acme/site/actions/permissions', undefined, 200],
    ['bob', 'GET', '/repos/acme/site/actions/permissions', undefined, 403],
    ['bob', 'GET', '/repos/acme/site/collaborators/carol/permission', undefined, 200],
    ['carol', 'GET', '/repos/acme/site/collaborators/carol/permission', undefined, 403],
    ['carol', 'POST', '/repos/acme/site/issues/1/comments', { body: 'x' }, 201],
    ['carol', 'POST', '/repos/acme/site/issues/1/labels', { labels: ['packet'] }, 403],
    ['bob', 'POST', '/repos/acme/site/issues/1/labels', { labels: ['packet'] }, 200],
    ['carol', 'PATCH', '/repos/acme/site/issues/1', { title: 'y' }, 200],
    ['dave', 'GET', '/repos/acme/site/issues/1', undefined, 404],
    ['bob', 'POST', '/repos/acme/site/check-runs', { name: 'countersign/gate', head_sha: '1'.repeat(40) }, 403],
  ];
  it.each(cases)('%s: %s %s', (login, method, path, body, status) =>
    inTwin(async ({ twin, site, ask }) => {
      site.as('carol').openIssue({ title: 'x' });
      expect((await ask(twin.token({ actor: login }), method, path, body)).status).toBe(status);
    }),
  );

  it('is refused when nobody knows it, when it was taken back, and when nothing is sent', () =>
    inTwin(async ({ twin, ask }) => {
      const token = twin.token({ actor: 'alice' });
      expect((await ask(token, 'GET', '/repos/acme/site')).status).toBe(200);
      twin.revoke(token);
      expect(await ask(token, 'GET', '/repos/acme/site')).toMatchObject({
        status: 401,
        data: { message: 'Bad credentials' },
      });
      expect((await ask('ghs_guessed', 'GET', '/repos/acme/site')).status).toBe(401);
      expect((await ask('', 'GET', '/repos/acme/site')).status).toBe(404);
      expect((await ask('', 'GET', '/user')).status).toBe(401);
    }));

  it('of a permission: roles, custom roles, nobody, bots and the demoted', () =>
    inTwin(async ({ twin, site, ask }) => {
      const token = twin.token({ repository: 'acme/site', permissions: {} });
      const permissionOf = async (login: string): Promise<unknown> => {
        const { status, data } = await ask(
          token,
          'GET',
          `/repos/acme/site/collaborators/${encodeURIComponent(login)}/permission`,
        );
        const { permission, role_name: role } = data as { permission: string; role_name: string };
        return status === 200 ? [permission, role] : status;
      };
      site.collaborator('max', 'maintain');
      site.collaborator('tom', 'triage');
      site.collaborator('sec', 'write', 'security-reviewer');
      twin.person('nobody');
      expect(await permissionOf('acme')).toEqual(['admin', 'admin']);
      expect(await permissionOf('max')).toEqual(['write', 'maintain']);
      expect(await permissionOf('tom')).toEqual(['read', 'triage']);
      expect(await permissionOf('sec')).toEqual(['write', 'security-reviewer']);
      expect(await permissionOf('nobody')).toEqual(['none', 'none']);
      expect(await permissionOf('unheard-of')).toBe(404);
      expect(await permissionOf('github-actions[bot]')).toBe(404);
      site.collaborator('bob', 'none');
      expect(await permissionOf('bob')).toEqual(['none', 'none']);
      twin.deletePerson('alice');
      expect(await permissionOf('alice')).toBe(404);
      const again = twin.person('alice');
      expect(again.id).not.toBe(undefined);
      expect(await permissionOf('alice')).toEqual(['none', 'none']);
    }));
});

describe('one token for all jobs of a run, as a runner on the host has it', () => {
  it('is given other permissions between the jobs', () =>
    inTwin(async ({ twin, site, ask }) => {
      site.as('carol').openIssue({ title: 'x' });
      const token = twin.token({ repository: 'acme/site', permissions: {}, label: 'idle' });
      expect((await ask(token, 'GET', '/repos/acme/site/issues/1')).status).toBe(403);
      twin.regrant(token, { permissions: { issues: 'read' }, label: 'route' });
      expect((await ask(token, 'GET', '/repos/acme/site/issues/1')).status).toBe(200);
      expect([twin.requests.count('idle'), twin.requests.count('route')]).toEqual([1, 1]);
      const mine = twin.token({ actor: 'alice' });
      for (const other of [mine, 'guessed'])
        expect(() => twin.regrant(other, { permissions: {}, label: 'x' })).toThrow(/no token of a job/);
    }));
});
