import { describe, expect, it } from '@jest/globals';
import { ADA } from './data.ts';
import { answering, refused } from './server.ts';

const ada = { id: 7, login: 'ada' };

const answer = (permission: string, role?: string, id = 7): { body: unknown } => ({
  body: { permission, ...(role === undefined ? {} : { role_name: role }), user: { ...ADA, id } },
});

describe("somebody's permission", () => {
  it.each([
    ['admin', 'admin', 'admin'],
    ['write', 'maintain', 'maintain'],
    ['write', 'write', 'write'],
    ['read', 'triage', 'triage'],
    ['read', 'read', 'read'],
    ['none', 'none', 'none'],
    ['write', 'release-manager', 'write'],
    ['read', 'admin-of-nothing', 'read'],
  ])('%s with the role %s is %s', (permission, role, expected) =>
    answering([answer(permission, role)], async ({ github }) => {
      expect(await github.permission(ada)).toBe(expected);
    }),
  );

  it('is asked once for each person', () =>
    answering([answer('write', 'write')], async ({ github, asked }) => {
      await Promise.all([github.permission(ada), github.permission(ada)]);
      await github.permission(ada);
      expect(asked).toHaveLength(1);
    }));

  it('is none for a login that somebody else has by now', () =>
    answering([answer('admin', 'admin', 8)], async ({ github }) => {
      expect(await github.permission(ada)).toBe('none');
    }));

  it('is none for somebody whom GitHub does not know', () =>
    answering([{ status: 404 }], async ({ github }) => {
      expect(await github.permission({ id: 0, login: 'ghost' })).toBe('none');
    }));

  it('of a bot is asked for by its whole login', () =>
    answering([{ status: 404 }], async ({ github, asked }) => {
      await github.permission({ id: 1, login: 'x[bot]' });
      expect(asked[0]?.path).toBe('/repos/acme/site/collaborators/x%5Bbot%5D/permission');
    }));

  it('is an error where GitHub does not say it', () =>
    answering([answer('all')], async ({ github }) => {
      expect((await refused(github.permission(ada))).message).toMatch(/"role_name" is not a text/);
    }));
});
