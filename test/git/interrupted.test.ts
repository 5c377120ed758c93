import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openBaseline, openSource } from '../../src/git/index.ts';
import { gitBytes } from '../../src/git/command.ts';
import { ownEnvironment } from '../../src/git/environment.ts';
import { inFolder, repository } from './fixture.ts';

const PATH = process.env['PATH'] ?? '';
afterEach(() => {
  process.env['PATH'] = PATH;
});

/** A `git` that does something first, in front of the real one on PATH. */
function before(dir: string, first: string): void {
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'git'), `#!/bin/sh\nexport PATH='${PATH}'\n${first}\nexec git "$@"\n`, { mode: 0o755 });
  process.env['PATH'] = `${bin}:${PATH}`;
}

describe('Ctrl-C in a terminal, which every process of the foreground group gets', () => {
  it('does not lose a question that simple-git asks', async () => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), { 'a.txt': 'a\n' });
      const source = await openSource(repo);
      const head = await source.resolveRef('refs/heads/main');
      before(dir, `[ -e '${dir}/again' ] || { : > '${dir}/again'; kill -INT $$; }`);
      const baseline = await openBaseline(source, join(dir, 'baseline.git'));
      expect(head && (await baseline.packetCommits(head))).toEqual(new Map());
      expect(readFileSync(join(dir, 'again'), 'utf8')).toBe('');
    });
  });

  it('does not reach a git that works on something', async () => {
    await inFolder(async (dir) => {
      const repo = repository(join(dir, 'repo'), { 'a.txt': 'a\n' });
      before(dir, `cut -d' ' -f1,5 /proc/$$/stat > '${dir}/group'`);
      await gitBytes(ownEnvironment(join(repo, '.git')), ['ls-files']);
      const [process, group] = readFileSync(join(dir, 'group'), 'utf8').trim().split(' ');
      expect(group).toBe(process);
    });
  });
});
