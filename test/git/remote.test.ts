import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { asSha, type Sha } from '../../src/contracts/index.ts';
import { fetchCommits, openSource, remoteBranches, remoteRefs } from '../../src/git/index.ts';
import { git, inFolder, snapshot } from './fixture.ts';
import { MAIN, place, pushed, refused, tip, TOPIC } from './remote-place.ts';
import { gitServer } from './remote-server.ts';

function hashObject(dir: string, type: string, input: string | Buffer): Sha {
  const args = ['hash-object', '--literally', '-t', type, '-w', '--stdin'];
  return asSha(
    execFileSync('git', args, { cwd: dir, input, stdio: ['pipe', 'pipe', 'ignore'] })
      .toString()
      .trim(),
  );
}

describe('fetching', () => {
  it('brings refs and ids, says null for what is not there, and leaves DIR as it was', () =>
    inFolder(async (root) => {
      const { dir, other, remote, baseline } = await place(root);
      const topic = pushed(other, { 'c.txt': 'c\n' }, TOPIC);
      const before = snapshot(dir);
      const lost = 'f'.repeat(40);
      const found = await fetchCommits(baseline, remote, [MAIN, TOPIC, topic, lost, 'refs/heads/none-such']);
      expect(found.get(TOPIC)).toBe(topic);
      expect(found.get(topic)).toBe(topic);
      expect(found.get(MAIN)).toBe(git(dir, 'rev-parse', 'HEAD'));
      expect(found.get(lost)).toBeNull();
      expect(found.get('refs/heads/none-such')).toBeNull();
      expect((await baseline.readBlob(topic, 'c.txt', 100))?.toString()).toBe('c\n');
      expect(snapshot(dir)).toEqual(before);
      // What was fetched is a source of its own, with the refs that were asked for.
      expect(await (await openSource(baseline.gitDir)).resolveRef(TOPIC)).toBe(topic);
    }));

  it('fetches what DIR lacks and nothing else', () =>
    inFolder(async (root) => {
      const { other, remote, baseline } = await place(root);
      await fetchCommits(baseline, remote, [pushed(other, { 'c.txt': 'c\n' }, TOPIC)]);
      const packs = execFileSync('sh', ['-c', 'for i in *.idx; do git show-index < $i; done | wc -l'], {
        cwd: join(baseline.gitDir, 'objects', 'pack'),
      });
      // A commit, a tree and a blob.
      expect(Number(packs.toString())).toBe(3);
    }));

  it('takes the tip as it is now, after a force-push too', () =>
    inFolder(async (root) => {
      const { other, remote, baseline } = await place(root);
      const first = pushed(other, { 'c.txt': 'c\n' }, TOPIC);
      expect((await fetchCommits(baseline, remote, [TOPIC])).get(TOPIC)).toBe(first);
      git(other, 'reset', '-q', '--hard', 'origin/main');
      const second = pushed(other, { 'd.txt': 'd\n' }, TOPIC);
      expect((await fetchCommits(baseline, remote, [TOPIC])).get(TOPIC)).toBe(second);
    }));

  it('knows the default branch of the remote', () =>
    inFolder(async (root) => {
      const { bare, other, remote, baseline } = await place(root);
      const trunk = pushed(other, { 'c.txt': 'c\n' }, 'refs/heads/x/refs/heads/main');
      expect(await remoteRefs(baseline, remote, [MAIN])).toEqual({
        head: MAIN,
        ids: new Map([[MAIN, tip(bare, MAIN)]]),
      });
      git(bare, 'symbolic-ref', 'HEAD', 'refs/heads/x/refs/heads/main');
      const refs = await remoteRefs(baseline, remote, ['refs/heads/x/refs/heads/main']);
      expect(refs.head).toBe('refs/heads/x/refs/heads/main');
      expect(refs.ids.get('refs/heads/x/refs/heads/main')).toBe(trunk);
    }));

  it('lists the branches below a folder, and no others', () =>
    inFolder(async (root) => {
      const { other, remote, baseline } = await place(root);
      for (const branch of ['packet/a-1', 'packet/b/c-2', 'other/packet/d', 'packets/e'])
        pushed(other, { [branch]: branch }, `refs/heads/${branch}`);
      pushed(other, { x: 'x' }, 'refs/tags/packet/f');
      expect(await remoteBranches(baseline, remote, 'packet')).toEqual(['packet/a-1', 'packet/b/c-2']);
      expect(await remoteBranches(baseline, remote, 'nothing')).toEqual([]);
      expect((await refused(remoteBranches(baseline, remote, 'a*'))).errors[0]?.at).toBe('ref');
    }));

  it('refuses a hostile tree', () =>
    inFolder(async (root) => {
      const { bare, remote, baseline } = await place(root);
      const blob = git(bare, 'rev-parse', 'main:a.txt');
      const tree = hashObject(bare, 'tree', Buffer.concat([Buffer.from('100644 .git\0'), Buffer.from(blob, 'hex')]));
      git(bare, 'update-ref', TOPIC, git(bare, 'commit-tree', '-m', 'x', tree));
      expect((await refused(fetchCommits(baseline, remote, [TOPIC]))).message).toMatch(
        /objects that git refuses.*hasDotgit/,
      );
    }));

  it('accepts the faults of old histories', () =>
    inFolder(async (root) => {
      const { bare, remote, baseline } = await place(root);
      const text = `tree ${git(bare, 'rev-parse', 'main^{tree}')}\nauthor a <b> 1 +051800\ncommitter no address 1 +0000\n\nold\n`;
      const old = hashObject(bare, 'commit', text);
      git(bare, 'update-ref', TOPIC, old);
      expect((await fetchCommits(baseline, remote, [TOPIC])).get(TOPIC)).toBe(old);
    }));

  it.each([
    '--upload-pack=touch x',
    'refs/heads/a:refs/heads/b',
    '+refs/heads/a',
    'refs/heads/*',
    'refs/heads/a..b',
    'refs/heads/x.lock',
    'refs/heads/a\nb',
    'refs/countersign/x',
    'HEAD',
  ])('does not ask for %j', (name) =>
    inFolder(async (root) => {
      const { remote, baseline } = await place(root);
      expect((await refused(fetchCommits(baseline, remote, [name]))).errors[0]?.at).toBe('ref');
    }),
  );

  it.each([
    'ext::sh -c "touch x"',
    'git@github.com:acme/site',
    'ssh://github.com/acme/site',
    'http://github.com/acme/site',
    'https://user:secret@github.com/acme/site',
    'https://github.com/acme/site\n[core]',
    '--upload-pack=x',
    '/srv/site.git',
    'file:///srv/site.git',
  ])('goes to no address like %j', (url) =>
    inFolder(async (root) => {
      const { baseline } = await place(root);
      const error = await refused(remoteRefs(baseline, { url, token: 'tok' }, []));
      expect(error.errors[0]?.at).toBe('url');
      expect(error.message).not.toContain('secret');
    }),
  );

  it('ends a fetch that is sent too much, and one that never ends', () =>
    inFolder(async (root) => {
      const { bare, other, remote, baseline } = await place(root);
      writeFileSync(join(other, 'noise'), randomBytes(40_000_000));
      pushed(other, {}, TOPIC);
      expect((await refused(fetchCommits(baseline, { ...remote, maxBytes: 1_000_000 }, [TOPIC]))).message).toMatch(
        /more than 1000000 bytes/,
      );
      const server = await gitServer(bare, () => true);
      try {
        const slow = { url: `${server.url}/acme/site.git`, token: null, timeoutMs: 300 };
        expect((await refused(remoteRefs(baseline, slow, []))).message).toMatch(/longer than 0.3 seconds/);
      } finally {
        await server.close();
      }
    }));
});
