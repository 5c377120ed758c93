import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { fetchCommits, pushCommit, remoteRefs, rewritten } from '../../src/git/index.ts';
import { inFolder, snapshot } from './fixture.ts';
import { MAIN, openedCommit, place, pushed, refused, tip, TOPIC } from './remote-place.ts';
import { gitServer } from './remote-server.ts';

describe('over HTTP', () => {
  it('fetches and pushes with the token in a header, and nowhere else', () =>
    inFolder(async (root) => {
      const at = await place(root);
      const topic = pushed(at.other, { 'c.txt': 'c\n' }, TOPIC);
      const basic = `Basic ${Buffer.from('x-access-token:s3cret').toString('base64')}`;
      const server = await gitServer(join(root, 'remote'), (request, response) => {
        if (request.headers.authorization === basic) return false;
        response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
        return true;
      });
      try {
        const remote = { url: `${server.url}/acme/site.git`, token: 's3cret' };
        expect((await fetchCommits(at.baseline, remote, [TOPIC])).get(TOPIC)).toBe(topic);
        const commit = await openedCommit(at, 'one\n');
        expect(await pushCommit(at.baseline, remote, commit, TOPIC, topic)).toEqual({ result: 'ok', wasThere: false });
        expect(tip(at.bare, TOPIC)).toBe(commit);
        const wrong = await refused(pushCommit(at.baseline, { ...remote, token: 'wr0ng' }, commit, TOPIC, commit));
        expect(wrong.errors[0]?.fix).toContain('contents: write');
        expect(JSON.stringify(wrong.errors)).not.toContain('wr0ng');
        const files = JSON.stringify(snapshot(at.baseline.gitDir));
        for (const secret of ['s3cret', basic.slice(6)]) expect(files).not.toContain(secret);
      } finally {
        await server.close();
      }
    }));

  it('follows no redirect, and shows the token to no other host', () =>
    inFolder(async (root) => {
      const at = await place(root);
      const target = await gitServer(join(root, 'remote'));
      const server = await gitServer(root, (request, response) => {
        response.writeHead(301, { location: `${target.url}${request.url ?? ''}` }).end();
        return true;
      });
      try {
        const remote = { url: `${server.url}/acme/site.git`, token: 's3cret' };
        expect((await refused(fetchCommits(at.baseline, remote, [MAIN]))).errors[0]?.fix).toContain('present name');
        expect(server.seen.length).toBeGreaterThan(0);
        expect(target.seen).toEqual([]);
      } finally {
        await Promise.all([server.close(), target.close()]);
      }
    }));

  it('tries again when the server is down for a moment, and says what it is when it stays so', () =>
    inFolder(async (root) => {
      const at = await place(root);
      let down = 1;
      const server = await gitServer(join(root, 'remote'), (_, response) => {
        down -= 1;
        if (down < 0) return false;
        response.writeHead(503).end();
        return true;
      });
      try {
        const remote = { url: `${server.url}/acme/site.git`, token: null };
        expect((await remoteRefs(at.baseline, remote, [MAIN])).ids.size).toBe(1);
        down = 1000;
        expect((await refused(remoteRefs(at.baseline, remote, [MAIN]))).message).toMatch(/cannot be reached/);
      } finally {
        await server.close();
      }
    }));
});

const env = (...pairs: [string, string][]): Record<string, string> =>
  Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(pairs.length)],
    ...pairs.flatMap(([key, value], n) => [
      [`GIT_CONFIG_KEY_${n}`, key],
      [`GIT_CONFIG_VALUE_${n}`, value],
    ]),
  ]);

describe('insteadOf of the caller', () => {
  const github = { url: 'https://github.com/acme/site', token: 's3cret' };
  it.each([
    ['nothing set', {}, github],
    ['another address', env(['url.file:///r/.insteadOf', 'https://example.com/']), github],
    ['another setting', env(['core.sshCommand', 'https://github.com/']), github],
    [
      'a match',
      env(['url.file:///r/.insteadOf', 'https://github.com/']),
      { url: 'file:///r/acme/site', token: null, local: true },
    ],
    [
      'the longest match',
      env(
        ['url.file:///s/.insteadof', 'https://github.com/acme/'],
        ['url.file:///r/.insteadOf', 'https://github.com/'],
      ),
      { url: 'file:///s/site', token: null, local: true },
    ],
    [
      'a match elsewhere, which gets no token',
      env(['url.https://mirror.example/.insteadOf', 'https://github.com/']),
      { url: 'https://mirror.example/acme/site', token: null, local: false },
    ],
  ])('%s', (_, caller, expected) => {
    expect(rewritten(github, caller)).toEqual(expected);
  });
});
