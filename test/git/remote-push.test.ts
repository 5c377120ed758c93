import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { fetchCommits, pushCommit } from '../../src/git/index.ts';
import { git, inFolder, type Opened, opened, snapshot } from './fixture.ts';
import { MAIN, openedCommit, type Place, place, pushed, tip, TOPIC } from './remote-place.ts';

async function reopened({ dir }: Place): Promise<Opened> {
  execFileSync('rm', ['-rf', `${dir}.baseline`]);
  return opened(dir);
}

describe('pushing', () => {
  it('creates a branch, once', () =>
    inFolder(async (root) => {
      const at = await place(root);
      const before = snapshot(at.dir);
      const commit = await openedCommit(at, 'one\n');
      expect(await pushCommit(at.baseline, at.remote, commit, TOPIC, null)).toEqual({ result: 'ok', wasThere: false });
      expect(await pushCommit(at.baseline, at.remote, commit, TOPIC, null)).toEqual({ result: 'ok', wasThere: true });
      expect(tip(at.bare, TOPIC)).toBe(commit);
      expect(git(at.bare, 'show', '--name-status', '--format=', commit)).toBe('A\t.countersign/packets/issue-7-fix.md');
      expect(snapshot(at.dir)).toEqual(before);
    }));

  it('replaces exactly what it expects, and leaves what moved', () =>
    inFolder(async (root) => {
      const at = await place(root);
      const [one, two] = [await openedCommit(at, 'one\n'), await openedCommit(at, 'two\n')];
      await pushCommit(at.baseline, at.remote, one, TOPIC, null);
      expect((await pushCommit(at.baseline, at.remote, two, TOPIC, null)).result).toBe('moved');
      expect((await pushCommit(at.baseline, at.remote, two, TOPIC, at.head)).result).toBe('moved');
      expect(tip(at.bare, TOPIC)).toBe(one);
      expect(await pushCommit(at.baseline, at.remote, two, TOPIC, one)).toEqual({ result: 'ok', wasThere: false });
      const theirs = pushed(at.other, { 'evil.txt': 'x\n' }, TOPIC);
      expect((await pushCommit(at.baseline, at.remote, one, TOPIC, two)).result).toBe('moved');
      expect(tip(at.bare, TOPIC)).toBe(theirs);
      git(at.bare, 'update-ref', '-d', TOPIC);
      expect((await pushCommit(at.baseline, at.remote, one, TOPIC, theirs)).result).toBe('moved');
    }));

  it('wins once when ten push at the same moment', () =>
    inFolder(async (root) => {
      const at = await place(root);
      const commits = await Promise.all(Array.from({ length: 10 }, (_, n) => openedCommit(at, `${n}\n`)));
      const results = await Promise.all(commits.map((c) => pushCommit(at.baseline, at.remote, c, TOPIC, null)));
      const won = commits.filter((_, n) => results[n]?.result === 'ok');
      expect(won).toEqual([tip(at.bare, TOPIC)]);
      expect(results.filter(({ result }) => result === 'moved')).toHaveLength(9);
    }));

  it('says what a hook of the remote said', () =>
    inFolder(async (root) => {
      const at = await place(root);
      writeFileSync(join(at.bare, 'hooks', 'pre-receive'), '#!/bin/sh\necho "GH013: rule violations" >&2\nexit 1\n', {
        mode: 0o755,
      });
      const result = await pushCommit(at.baseline, at.remote, await openedCommit(at, 'one\n'), TOPIC, null);
      expect(result).toEqual({
        result: 'refused',
        reason: '[remote rejected] (pre-receive hook declined) GH013: rule violations',
      });
    }));

  it('runs no hook of ours or DIR, and no program of its configuration', () =>
    inFolder(async (root) => {
      const at = await place(root);
      const trap = `#!/bin/sh\ntouch ${join(root, 'ran')}\n`;
      mkdirSync(join(at.dir, '.git', 'hooks'), { recursive: true });
      for (const name of ['pre-push', 'reference-transaction', 'post-checkout'])
        writeFileSync(join(at.dir, '.git', 'hooks', name), trap, { mode: 0o755 });
      writeFileSync(join(root, 'trap'), trap, { mode: 0o755 });
      for (const key of [
        'core.fsmonitor',
        'core.alternateRefsCommand',
        'core.sshCommand',
        'credential.helper',
        'core.askPass',
      ])
        git(at.dir, 'config', key, join(root, 'trap'));
      pushed(at.other, { 'c.txt': 'c\n' }, MAIN);
      const at2 = { ...at, ...(await reopened(at)) };
      await fetchCommits(at2.baseline, at2.remote, [MAIN]);
      await pushCommit(at2.baseline, at2.remote, await openedCommit(at2, 'one\n'), TOPIC, null);
      expect(tip(at.bare, TOPIC)).toMatch(/^[0-9a-f]{40}$/);
      expect(existsSync(join(root, 'ran'))).toBe(false);
    }));
});
