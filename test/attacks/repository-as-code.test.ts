import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openSource, replayPatch, sourceStatus } from '../../src/git/index.ts';
import { git, inFolder, opened, put, repository, snapshot } from '../git/fixture.ts';
import { codes, play, playOn } from '../git/result.ts';

const BASE = {
  'src/app.js': 'one\n',
  'nested/file.txt': 'x\n',
  // Every attribute that can name a program, on every file.
  '.gitattributes': '* filter=evil diff=evil merge=evil text eol=crlf ident working-tree-encoding=latin1\n',
};

/** A script that leaves the canary. Everything below plants it; nothing may ever run it. */
function trap(dir: string): { script: string; canary: string } {
  const canary = join(dir, 'canary');
  const script = join(dir, 'trap.sh');
  writeFileSync(script, `#!/bin/sh\ntouch ${canary}\ncat\n`);
  chmodSync(script, 0o755);
  return { script, canary };
}

/** Configuration and hooks of a git directory that start the script on nearly every command. */
function plant(gitDir: string, script: string): void {
  const config = `[core]
	fsmonitor = ${script}
	hooksPath = ${join(gitDir, 'hooks')}
	pager = ${script}
	sshCommand = ${script}
	editor = ${script}
[diff]
	external = ${script}
[diff "evil"]
	command = ${script}
	textconv = ${script}
[merge "evil"]
	driver = ${script}
[filter "evil"]
	clean = ${script}
	smudge = ${script}
	process = ${script}
	required = true
[uploadpack]
	packObjectsHook = ${script}
[alias]
	status = !${script}
[extensions]
	partialClone = evil
[remote "evil"]
	promisor = true
	url = ext::${script}
`;
  writeFileSync(join(gitDir, 'config'), `[core]\n\trepositoryformatversion = 0\n\tbare = false\n${config}`);
  mkdirSync(join(gitDir, 'hooks'), { recursive: true });
  const hooks = [
    'post-checkout',
    'post-index-change',
    'pre-commit',
    'reference-transaction',
    'fsmonitor-watchman',
    'pre-applypatch',
  ];
  for (const hook of hooks) {
    writeFileSync(join(gitDir, 'hooks', hook), `#!/bin/sh\nexec ${script}\n`);
    chmodSync(join(gitDir, 'hooks', hook), 0o755);
  }
}

const edit = (d: string): void => put(d, { 'src/app.js': 'two\n', 'src/new.js': 'new\n' });

describe('a repository whose configuration is an attack', () => {
  it('the trap works: plain git falls into it', async () => {
    await inFolder((dir) => {
      const { script, canary } = trap(dir);
      const repo = repository(join(dir, 'repo'), { a: 'x\n' });
      plant(join(repo, '.git'), script);
      try {
        execFileSync('git', ['-C', repo, 'diff-files'], { stdio: 'ignore' });
      } catch {
        // The script is no fsmonitor; that it ran is what counts.
      }
      expect(existsSync(canary)).toBe(true);
    });
  });

  it('in DIR: nothing of it runs, in any step, and DIR stays byte for byte as it was', async () => {
    await inFolder(async (dir) => {
      const { script, canary } = trap(dir);
      const repo = repository(join(dir, 'repo'), BASE);
      repository(join(repo, 'sub'), { file: 'x\n', '.gitattributes': '* filter=evil\n' });
      git(repo, '-c', 'advice.addEmbeddedRepo=false', 'add', '-f', 'sub');
      git(repo, 'commit', '-q', '-m', 'gitlink');
      plant(join(repo, '.git'), script);
      plant(join(repo, 'sub/.git'), script);
      put(repo, { 'sub/file': 'changed\n', 'src/app.js': 'changed\n', 'new.txt': 'untracked\n' });
      const before = snapshot(repo);
      const open = await opened(repo);
      const first = await sourceStatus(open.source, open.baseline);
      expect(first.untracked).toEqual(['new.txt']);
      expect(first.unstaged).toContain('src/app.js');
      const again = await playOn(open, repo, edit, { allowed: ['src/'] });
      expect(codes(again)).toEqual([]);
      expect((await replayPatch(repo, again.head, again.patchFile)).tree).toBe(again.result.tree);
      expect((await sourceStatus(again.source, again.baseline)).digest).toBe(first.digest);
      expect(snapshot(repo)).toEqual(before);
      expect(existsSync(canary)).toBe(false);
    });
  });

  it('in the base: attributes convert and run nothing', async () => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), {
        ...BASE,
        'raw.bin': Buffer.from([13, 10, 0, 36, 73, 100, 36, 13, 10]),
      });
      const outcome = await play(repo, (d) => put(d, { 'src/crlf.txt': 'a\r\nb\n$Id$\r\n' }), { allowed: ['src/'] });
      expect(codes(outcome)).toEqual([]);
      const blob = execFileSync('git', ['cat-file', 'blob', `${outcome.result.tree}:src/crlf.txt`], {
        env: { ...process.env, GIT_DIR: outcome.baseline.gitDir },
      });
      expect(blob.toString()).toBe('a\r\nb\n$Id$\r\n');
      expect(outcome.changes.map(({ path }) => path)).toEqual(['src/crlf.txt']);
    });
  });

  it.each([
    ['left alone but planted', (d: string, script: string) => plant(join(d, '.git'), script), []],
    [
      'replaced by another folder',
      (d: string, script: string) => {
        renameSync(join(d, '.git'), `${d}.moved`);
        mkdirSync(join(d, '.git/objects'), { recursive: true });
        mkdirSync(join(d, '.git/refs'));
        writeFileSync(join(d, '.git/HEAD'), 'ref: refs/heads/main\n');
        plant(join(d, '.git'), script);
      },
      ['unsafe_path'],
    ],
    [
      'replaced by a file',
      (d: string, script: string) => {
        renameSync(join(d, '.git'), `${d}.moved`);
        plant(`${d}.moved`, script);
        writeFileSync(join(d, '.git'), `gitdir: ${d}.moved\n`);
      },
      ['unsafe_path'],
    ],
    [
      'replaced by a symlink',
      (d: string, script: string) => {
        renameSync(join(d, '.git'), `${d}.moved`);
        plant(`${d}.moved`, script);
        symlinkSync(`${d}.moved`, join(d, '.git'));
      },
      ['unsafe_path'],
    ],
    ['removed', (d: string) => rmSync(join(d, '.git'), { recursive: true }), ['unsafe_path']],
  ])("the workspace's .git %s", async (_, attack, expected) => {
    await inFolder(async (dir) => {
      const { script, canary } = trap(dir);
      const outcome = await play(repository(join(dir, 'repo'), BASE), (d) => {
        attack(d, script);
        edit(d);
      });
      expect(codes(outcome)).toEqual(expected);
      expect(outcome.verified).toBe(outcome.result.tree);
      expect(existsSync(canary)).toBe(false);
    });
  });

  it.each(['fresh', 'in place of a folder of the base', 'in place of a submodule of the base'])(
    'a nested repository with filters made by the engine, %s',
    async (where) => {
      await inFolder(async (dir) => {
        const { script, canary } = trap(dir);
        const repo = repository(join(dir, 'repo'), BASE);
        git(repo, 'update-index', '--add', '--cacheinfo', `160000,${git(repo, 'rev-parse', 'HEAD')},sub`);
        git(repo, 'commit', '-q', '-m', 'gitlink');
        const folder = where === 'fresh' ? 'src/inner' : where.includes('submodule') ? 'sub' : 'nested';
        const outcome = await play(repo, (d) => {
          repository(join(d, folder), { 'file.txt': 'inner\n', '.gitattributes': '* filter=evil\n' });
          plant(join(d, folder, '.git'), script);
          edit(d);
        });
        expect(codes(outcome)).toContain('unsafe_path');
        expect(codes(outcome)).toContain('dirty_ending_tree');
        expect(outcome.changes.map(({ path }) => path)).toContain(`${folder}/file.txt`);
        expect(outcome.verified).toBe(outcome.result.tree);
        expect(existsSync(canary)).toBe(false);
      });
    },
  );

  it('agent configuration written by the engine is forbidden', async () => {
    await inFolder(async (dir) => {
      const files = [
        '.mcp.json',
        '.claude/settings.json',
        '.codex/config.toml',
        '.pi/x',
        '.husky/pre-commit',
        'AGENTS.md',
        'src/CLAUDE.md',
      ];
      const outcome = await play(repository(join(dir, 'repo'), BASE), (d) =>
        put(d, Object.fromEntries(files.map((f) => [f, 'x\n']))),
      );
      const found = outcome.inspection.findings
        .filter(({ code }) => code === 'forbidden_path_change')
        .map(({ at }) => at);
      expect(found).toEqual([...files].sort());
      expect(outcome.inspection.forbiddenPathsPassed).toBe(false);
    });
  });

  it('a partial clone is never completed over the network', async () => {
    await inFolder(async (dir) => {
      const { script, canary } = trap(dir);
      const repo = repository(join(dir, 'repo'), BASE);
      const blob = git(repo, 'rev-parse', 'HEAD:src/app.js');
      plant(join(repo, '.git'), script);
      rmSync(join(repo, '.git/objects', blob.slice(0, 2), blob.slice(2)));
      await expect(play(repo, edit)).rejects.toThrow(/git read-tree/);
      expect(existsSync(canary)).toBe(false);
    });
  });

  it('what is no repository is refused with exit 3', async () => {
    await inFolder(async (dir) => {
      await expect(openSource(dir)).rejects.toMatchObject({ name: 'UserError' });
      await expect(openSource(join(dir, 'absent'))).rejects.toMatchObject({ name: 'UserError' });
      repository(join(dir, 'repo'), BASE);
      await expect(openSource(join(dir, 'repo/src'))).rejects.toMatchObject({ name: 'UserError' });
      await expect(openSource(join(dir, 'repo/.git'))).rejects.toMatchObject({ name: 'UserError' });
      writeFileSync(join(dir, 'repo/.git/config'), '[core]\n\trepositoryformatversion = 99\n');
      await expect(openSource(join(dir, 'repo'))).rejects.toMatchObject({ name: 'UserError' });
    });
  });
});
