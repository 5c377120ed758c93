import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { inTwin, type Place } from './fixture.ts';
import type { Permissions } from './index.ts';

interface Said {
  code: number;
  out: string;
}

/** A real git, alone with itself. */
function git(cwd: string, ...args: string[]): Promise<Said> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: cwd,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'x',
    GIT_AUTHOR_EMAIL: 'x@example.com',
    GIT_COMMITTER_NAME: 'x',
    GIT_COMMITTER_EMAIL: 'x@example.com',
  };
  return new Promise((resolve) => {
    execFile('git', args, { cwd, env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, out: stdout + stderr });
    });
  });
}

/** A clone with one more commit, made with `token`. */
async function cloned(
  { site }: Place,
  token: string,
  work: (dir: string, remote: string, push: (...args: string[]) => Promise<Said>) => Promise<void>,
  url = site.cloneUrl,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'twin-clone-'));
  const dir = join(folder, 'site');
  const remote = url.replace('http://', `http://x-access-token:${token}@`);
  try {
    expect(await git(folder, 'clone', '--quiet', remote, dir)).toMatchObject({ code: 0 });
    await work(dir, remote, (...args) => git(dir, 'push', ...args));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function commit(dir: string, path: string, text: string): Promise<string> {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
  await git(dir, 'add', '.');
  await git(dir, 'commit', '--quiet', '-m', path);
  return (await git(dir, 'rev-parse', 'HEAD')).out.trim();
}

const tokenOf = ({ twin }: Place, permissions: Permissions): string =>
  twin.token({ repository: 'acme/site', permissions });
const labelsOf = ({ site }: Place, number: number): string[] =>
  site
    .timeline(number)
    .map((entry) =>
      `${String(entry['event'])} ${(entry['actor'] as { login: string } | undefined)?.login ?? ''}`.trim(),
    );

describe('git over HTTP', () => {
  it('clones with contents: read and pushes with contents: write, and the pull request follows', () =>
    inTwin(async (place) => {
      const { site } = place;
      await cloned(place, tokenOf(place, { contents: 'read' }), async (dir, _, push) => {
        await commit(dir, 'a', 'a');
        expect(await push('origin', 'HEAD:refs/heads/work')).toMatchObject({
          code: 128,
          out: expect.stringContaining('403'),
        });
      });
      await cloned(place, tokenOf(place, { contents: 'write' }), async (dir, _, push) => {
        const first = await commit(dir, 'a', 'a');
        expect(await push('origin', 'HEAD:refs/heads/work')).toMatchObject({ code: 0 });
        const { id } = site.as('bob').openPull({ title: 'x', head: 'work' });
        const second = await commit(dir, 'b', 'b');
        await push('origin', 'HEAD:refs/heads/work');
        expect(site.pull(id)).toMatchObject({ head: { sha: second }, commits: 2 });
        await git(dir, 'reset', '--quiet', '--hard', first);
        const third = await commit(dir, 'c', 'c');
        expect(await push('--force-with-lease=work:' + second, 'origin', 'HEAD:refs/heads/work')).toMatchObject({
          code: 0,
        });
        expect(site.pull(id)).toMatchObject({ head: { sha: third } });
        expect(labelsOf(place, id)).toEqual(['committed', 'head_ref_force_pushed github-actions[bot]', 'committed']);
        const forced = site.timeline(id)[1];
        expect(forced).toMatchObject({ commit_id: third });
        await commit(dir, 'd', 'd');
        expect(await push('--force-with-lease=work:' + second, 'origin', 'HEAD:refs/heads/work')).toMatchObject({
          code: 1,
          out: expect.stringContaining('stale info'),
        });
      });
    }));

  it('answers without .git in the name, too', () =>
    inTwin(async (place) => {
      await cloned(
        place,
        tokenOf(place, { contents: 'write' }),
        async (dir, _, push) => {
          const sha = await commit(dir, 'a', 'a');
          expect(await push('origin', 'HEAD:refs/heads/work')).toMatchObject({ code: 0 });
          expect(place.site.tip('work')).toBe(sha);
        },
        `${place.twin.url}/acme/site`,
      );
    }));

  it('knows nobody without a token, nobody with another repository’s, and says so as GitHub does', () =>
    inTwin(async (place) => {
      const { twin, site } = place;
      twin.repository('other/site', { files: { a: 'a' } });
      const other = twin.token({ repository: 'other/site', permissions: { contents: 'write' } });
      const status = async (token: string | null): Promise<number> => {
        const authorization = `Basic ${Buffer.from(`x-access-token:${token ?? ''}`).toString('base64')}`;
        const { status } = await fetch(`${site.cloneUrl}/info/refs?service=git-receive-pack`, {
          headers: token === null ? {} : { authorization },
        });
        return status;
      };
      expect(await status(null)).toBe(401);
      expect(await status('guessed')).toBe(401);
      expect(await status(other)).toBe(404);
      expect(await status(tokenOf(place, { contents: 'read' }))).toBe(403);
      expect(await status(tokenOf(place, {}))).toBe(403);
      expect(await status(twin.token({ actor: 'carol' }))).toBe(403);
      expect(await status(twin.token({ actor: 'bob' }))).toBe(200);
    }));

  it('takes no workflow file from an app without that permission, new, changed or in an older commit', () =>
    inTwin(async (place) => {
      const { site } = place;
      await cloned(place, tokenOf(place, { contents: 'write' }), async (dir, _, push) => {
        await commit(dir, '.github/workflows/evil.yml', 'on: push\n');
        await commit(dir, 'a', 'a');
        const { code, out } = await push('origin', 'HEAD:refs/heads/work');
        expect(code).toBe(1);
        expect(out).toContain(
          'refusing to allow a GitHub App to create or update workflow `.github/workflows/evil.yml` without `workflows` permission',
        );
        expect(site.tip('work')).toBeNull();
        await git(dir, 'reset', '--quiet', '--hard', 'origin/main');
        await commit(dir, 'a', 'a');
        expect(await push('origin', 'HEAD:refs/heads/work')).toMatchObject({ code: 0 });
      });
      await cloned(place, place.twin.token({ actor: 'bob' }), async (dir, _, push) => {
        await commit(dir, '.github/workflows/fine.yml', 'on: push\n');
        expect(await push('origin', 'HEAD:refs/heads/more')).toMatchObject({ code: 0 });
      });
    }));

  it('holds rulesets against pushes', () =>
    inTwin(async (place) => {
      const { site } = place;
      site.settings.addRuleset({
        name: 'x',
        enforcement: 'active',
        conditions: { ref_name: { include: ['~DEFAULT_BRANCH', 'refs/heads/kept/**'], exclude: [] } },
        rules: [{ type: 'pull_request', parameters: {} }, { type: 'deletion' }, { type: 'non_fast_forward' }],
      });
      await cloned(place, place.twin.token({ actor: 'alice' }), async (dir, _, push) => {
        await commit(dir, 'a', 'a');
        expect(await push('origin', 'HEAD:refs/heads/main')).toMatchObject({
          code: 1,
          out: expect.stringContaining('GH013'),
        });
        expect(await push('origin', 'HEAD:refs/heads/kept/1')).toMatchObject({ code: 0 });
        expect(await push('origin', ':refs/heads/kept/1')).toMatchObject({
          code: 1,
          out: expect.stringContaining('Cannot delete'),
        });
        expect(() => site.as('alice').forcePush('main', null)).toThrow(/Cannot delete/);
        expect(() => site.as('alice').push('main', { b: 'b' })).toThrow(/GH013/);
        expect(await push('origin', 'HEAD:refs/heads/free')).toMatchObject({ code: 0 });
      });
    }));
});

describe('a push through file://', () => {
  it('is seen at the next request, and is whose the repository says', () =>
    inTwin(async (place) => {
      const { site, twin, ask } = place;
      const first = site.as('bob').push('work', { a: 'a' }).sha;
      const { id } = site.as('bob').openPull({ title: 'x', head: 'work' });
      const folder = mkdtempSync(join(tmpdir(), 'twin-file-'));
      await git(folder, 'clone', '--quiet', '--branch', 'work', `file://${twin.remotes}/acme/site`, 'site');
      const dir = join(folder, 'site');
      const second = await commit(dir, 'b', 'b');
      expect(await git(dir, 'push', 'origin', 'HEAD:work')).toMatchObject({ code: 0 });
      const token = tokenOf(place, { 'pull-requests': 'read' });
      const { data } = await ask(token, 'GET', `/repos/acme/site/pulls/${id}`);
      expect(data).toMatchObject({ head: { sha: second } });
      site.pusher = 'bob';
      await git(dir, 'reset', '--quiet', '--hard', first);
      await commit(dir, 'c', 'c');
      expect(await git(dir, 'push', '--force', 'origin', 'HEAD:work')).toMatchObject({ code: 0 });
      expect(labelsOf(place, id)).toContain('head_ref_force_pushed bob');
      expect(twin.events.filter(({ name }) => name === 'push').map(({ by }) => by.login)).toEqual([
        'bob',
        'github-actions[bot]',
        'bob',
      ]);
      rmSync(folder, { recursive: true, force: true });
    }));
});
