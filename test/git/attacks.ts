import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { git, type Opened, opened, repository } from './fixture.ts';
import { codes, type Outcome, places, playOn, type Rules } from './result.ts';

/** One thing that an engine may do to its workspace, and the codes that it must end in (none: it must pass). */
export interface Attack {
  name: string;
  engine: (dir: string) => void;
  rules?: Rules;
  codes: string[];
  /** `code at` of findings that must be among them. */
  at?: string[];
}

/** The files that every attack starts from. */
export const BASE = {
  'src/app.js': 'one\ntwo\nthree\n',
  'src/tool.sh': '#!/bin/sh\n',
  'docs/readme.md': 'read me, all of you\nwho come here\n',
  'vendor/lib.js': 'a library\nof many\nlines\n',
  '.gitignore': 'build/\n',
};

/** Plays attacks in one repository, each in a workspace of its own. Whatever is found: the patch must say all of it. */
export function describeAttacks(title: string, attacks: readonly Attack[]): void {
  describe(`what an engine may try: ${title}`, () => {
    const dir = mkdtempSync(join(tmpdir(), 'countersign-test-'));
    const plain = join(dir, 'plain');
    let open: Opened;
    beforeAll(async () => {
      open = await opened(repository(join(dir, 'repo'), BASE));
      git(dir, 'clone', '-q', '--no-checkout', join(dir, 'repo'), plain);
    });
    afterAll(() => {
      // Not rmSync: a path may be longer than one system call takes.
      execFileSync('rm', ['-rf', dir]);
    });
    it.each(attacks.map((attack, n) => ({ ...attack, n })))(
      '$name',
      async ({ engine, rules, codes: expected, at, n }) => {
        const outcome = await playOn(open, join(dir, String(n)), engine, rules);
        expect(codes(outcome).toSorted()).toEqual(expected.toSorted());
        expect(places(outcome)).toEqual(expect.arrayContaining(at ?? []));
        expect(outcome.verified).toBe(outcome.result.tree);
        expect(treeByPlainGit(plain, outcome)).toBe(outcome.result.tree);
      },
    );
  });
}

/** What an outsider's git makes of base and patch. */
function treeByPlainGit(clone: string, { patchBytes, patchFile }: Outcome): string {
  git(clone, 'read-tree', 'HEAD');
  if (patchBytes > 0) git(clone, '-c', 'core.protectNTFS=false', 'apply', '--cached', patchFile);
  return git(clone, 'write-tree');
}
