import { describe, expect, it } from '@jest/globals';
import { openedBelow, packetPath, replacesTrailer, trailer } from '../../src/action/opened.ts';
import type { Store } from '../../src/action/store.ts';
import type { OpenedCommit } from '../../src/checks/index.ts';
import type { Sha } from '../../src/contracts/index.ts';
import { git, inFolder, opened, put, repository } from '../git/fixture.ts';
import { digest, sha } from '../policy/facts.ts';
import { packet } from '../run/repository.ts';

const [ONE, TWO, THREE] = [digest('1'), digest('2'), digest('3')];
const before = (packetDigest: OpenedCommit['packetDigest'], ...replaces: OpenedCommit['replaces']): OpenedCommit => ({
  sha: sha('1'),
  packetDigest,
  rules: null,
  replaces,
  problem: null,
});

describe('the packets that a commit takes the place of', () => {
  it.each([
    ['the one before, and those before it', before(TWO, ONE), THREE, [TWO, ONE]],
    ['never itself', before(TWO, ONE), ONE, [TWO]],
    ['each once', before(ONE, TWO, ONE), THREE, [ONE, TWO]],
    ['none where it was opened again under other rules', before(ONE), ONE, null],
    ['those that are known where the one before cannot be read', before(null, ONE), TWO, [ONE]],
  ])('are %s', (_, commit, now, names) => {
    const text = replacesTrailer(commit, now);
    expect(trailer(`Packet\n\nCountersign-Rules: ${'0'.repeat(64)}${text}`, 'Countersign-Replaces')).toBe(
      names?.join(' ') ?? null,
    );
  });
  it('are at most fifty, the latest', () => {
    const many = Array.from({ length: 80 }, (_, n) => digest(`${n}`));
    expect(
      replacesTrailer(before(ONE, ...many), TWO)
        .trim()
        .split(' '),
    ).toHaveLength(51);
  });
});

const BRANCH = 'packet/fix-add-1';
function commit(dir: string, files: Record<string, string>, message = 'Change'): Sha {
  put(dir, files);
  git(dir, 'add', '-A');
  git(dir, 'commit', '-q', '-m', message);
  return git(dir, 'rev-parse', 'HEAD') as Sha;
}

interface Place {
  dir: string;
  /** The commit that opened the packet in the place of ONE. */
  first: Sha;
  /** What `openedBelow` says about where the branch is now. */
  below: () => Promise<OpenedCommit | null>;
}
const onBranch = async (work: (place: Place) => Promise<void>): Promise<void> =>
  await inFolder(async (root) => {
    const dir = repository(`${root}/repo`, { 'README.md': 'one\n' });
    const { baseline } = await opened(dir);
    const tip = (want: string): Sha => git(dir, 'rev-parse', want) as Sha;
    git(dir, 'checkout', '-q', '-b', BRANCH);
    const message = `Packet\n\nCountersign-Rules: ${'0'.repeat(64)}\nCountersign-Replaces: ${ONE}`;
    const first = commit(dir, { [packetPath(1, 'fix-add')]: packet() }, message);
    const below = async () => {
      const main = 'refs/heads/main';
      return await openedBelow({ baseline, tip: { ref: main, sha: tip(main) } } as Store, tip('HEAD'), BRANCH);
    };
    await work({ dir, first, below });
  });

describe('the commit that opened what a head stands on', () => {
  it('is the head, or lies below what was pushed on top and below a merge of the base', async () =>
    await onBranch(async ({ dir, first, below }) => {
      const known = { sha: first, replaces: [ONE], problem: null };
      expect(await below()).toMatchObject(known);
      commit(dir, { 'more.txt': 'x\n' });
      expect(await below()).toMatchObject(known);
      git(dir, 'checkout', '-q', 'main');
      commit(dir, { 'README.md': 'two\n' });
      git(dir, 'checkout', '-q', BRANCH);
      git(dir, 'merge', '-q', '--no-ff', '-m', 'Update branch', 'main');
      expect(await below()).toMatchObject(known);
    }));
  it('is unknown where it was pushed away, or too many commits lie above it', async () =>
    await onBranch(async ({ dir, first, below }) => {
      git(dir, 'checkout', '-q', '-B', BRANCH, 'main');
      commit(dir, { 'more.txt': 'x\n' });
      expect(await below()).toBeNull();
      git(dir, 'checkout', '-q', '-B', BRANCH, first);
      for (let n = 0; n < 20; n += 1) commit(dir, { 'more.txt': `${n}\n` });
      expect(await below()).toBeNull();
    }));
});
