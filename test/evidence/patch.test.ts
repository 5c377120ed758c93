import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isUtf8 } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PatchReader, type PatchSummary } from '../../src/evidence/patch.ts';

let repo: string;
const git = (...args: string[]): Buffer =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], {
    cwd: repo,
    env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const put = (path: string, content: string | Buffer): void => {
  mkdirSync(dirname(join(repo, path)), { recursive: true });
  writeFileSync(join(repo, path), content);
};
beforeAll(() => {
  repo = mkdtempSync(join(tmpdir(), 'patch-'));
  git('init', '-q');
});
afterAll(() => rmSync(repo, { recursive: true, force: true }));

/** The patch of the index against HEAD, exactly as src/git writes one. */
const patchOf = (): Buffer =>
  git(
    'diff-index',
    '--cached',
    '-p',
    '--binary',
    '--full-index',
    '--no-renames',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    'HEAD',
  );

function read(patch: Buffer, size: number = patch.length || 1): PatchSummary {
  const reader = new PatchReader();
  for (let at = 0; at < patch.length; at += size) reader.push(patch.subarray(at, at + size));
  return reader.end();
}

const latin1 = (end: string): Buffer => Buffer.from(`int caf\u00e9(void)${'\n  same'.repeat(9)}\n${end}\n`, 'latin1');

describe('a real patch', () => {
  const HOSTILE = [
    'with blank',
    'tab\there',
    'quote"d',
    'new\nline',
    'ümlaut',
    '日本',
    '-dash',
    'b',
    'a b',
    'x b/x',
    '$(touch y)',
    'diff --git a/x b/x',
  ];
  beforeAll(() => {
    for (const name of HOSTILE) put(`names/${name}`, 'one\ntwo\n');
    put('gone.txt', 'old\nlines\n');
    put('no-end.txt', 'no line feed');
    put('mode.sh', '#!/bin/sh\n');
    put('type', 'a file\n');
    put('binary', Buffer.from([0, 1, 2]));
    put('same-lines', '--- a/x\n+++ b/x\n@@ -1 +1 @@\n');
    put('latin-1.c', latin1('old'));
    git('add', '-A');
    git('commit', '-qm', 'base');
    for (const name of HOSTILE) put(`names/${name}`, 'one\nthree\nfour\n');
    rmSync(join(repo, 'gone.txt'));
    put('no-end.txt', 'still none');
    put('empty', '');
    put('latin-1.c', latin1('new'));
    put('new/no-end', 'text');
    put('same-lines', '--- a/y\n+++ b/y\ndiff --git a/y b/y\n');
    put('binary', Buffer.from([0, 9, 9, 9]));
    put('new.bin', Buffer.from([0, 255, 0]));
    chmodSync(join(repo, 'mode.sh'), 0o755);
    rmSync(join(repo, 'type'));
    symlinkSync('mode.sh', join(repo, 'type'));
    git('add', '-A');
  });

  it('is read as git itself counts it, in blocks of any size', () => {
    const patch = patchOf();
    const summary = read(patch);
    expect(summary.errors).toEqual([]);
    const counts = git('diff-index', '--cached', '--numstat', '-z', '--no-renames', 'HEAD')
      .toString('utf8')
      .split('\0')
      .slice(0, -1);
    const said = new Map(
      counts
        .map((line) => line.split('\t'))
        .map(([added, removed, ...path]) => [path.join('\t'), `${added} ${removed}`]),
    );
    // The lines of a change of type are counted for each of its two halves.
    const counted = summary.files.filter(({ path }) => path !== 'type');
    for (const { path, added, removed } of counted)
      expect([path, `${added ?? '-'} ${removed ?? '-'}`]).toEqual([path, said.get(path)]);
    expect(new Set(summary.files.map((f) => f.path))).toEqual(new Set(said.keys()));
    for (const size of [1, 2, 7, 64, 1000]) expect(read(patch, size)).toEqual(summary);
  });

  it('may hold a hunk under a heading that is no UTF-8, as older versions of git write it', () => {
    const older = patchOf()
      .toString('latin1')
      .replace(/^(@@ .* @@ int caf)$/m, '$1\u00e9(void)');
    expect(isUtf8(Buffer.from(older, 'latin1'))).toBe(false);
    expect(read(Buffer.from(older, 'latin1'))).toEqual(read(patchOf()));
  });

  it('has the modes that git says', () => {
    const summary = read(patchOf());
    const of = (path: string) =>
      summary.files.filter((f) => f.path === path).map(({ kind, oldMode, mode }) => [kind, oldMode, mode]);
    expect(of('mode.sh')).toEqual([['modified', '100644', '100755']]);
    expect(of('gone.txt')).toEqual([['deleted', '100644', '000000']]);
    expect(of('empty')).toEqual([['added', '000000', '100644']]);
    expect(of('type')).toEqual([
      ['deleted', '100644', '000000'],
      ['added', '000000', '120000'],
    ]);
  });

  it('shows a changed line of a new file, or of a deleted one, by its blob', () => {
    const patch = patchOf().toString('latin1');
    for (const [from, to] of [
      ['+text\n', '+texT\n'],
      ['-old\n', '-odd\n'],
    ] as const) {
      const { errors } = read(Buffer.from(patch.replace(from, to), 'latin1'));
      expect(errors.map((e) => e.message).join()).toMatch(/is not the blob/);
    }
  });

  it('may be damaged in any way without a crash', () => {
    const patch = patchOf();
    fc.assert(
      fc.property(fc.nat(patch.length - 1), fc.nat(255), fc.integer({ min: 1, max: 50 }), (at, byte, size) => {
        const copy = Buffer.from(patch);
        copy[at] = byte;
        expect(Array.isArray(read(copy, size).files)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a patch that git did not write', () => {
  const FILE = `diff --git a/x b/x\nindex ${'1'.repeat(40)}..${'2'.repeat(40)} 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n`;
  it('is fine as such', () => expect(read(Buffer.from(FILE)).errors).toEqual([]));
  it.each([
    ['text before it', `From: somebody\n${FILE}`],
    ['text after it', `${FILE}-- \n2.39\n`],
    ['another path in its lines', FILE.replace('+++ b/x', '+++ b/y')],
    ['an absolute path in its lines', FILE.replace('+++ b/x', '+++ /etc/passwd')],
    ['a rename', FILE.replace('index', 'rename from x\nrename to y\nindex')],
    ['a copy', FILE.replace('index', 'copy from x\ncopy to y\nindex')],
    ['short object ids', FILE.replaceAll(/([12])\1{39}/g, '$1$1$1$1$1$1$1')],
    ['a mode that is none', FILE.replace('100644', '100666')],
    ['a hunk that is too short', FILE.replace('+1 @@', '+1,2 @@')],
    ['a hunk that is too long', FILE.replace('+b\n', '+b\n+c\n')],
    ['a hunk without a file', '@@ -1 +1 @@\n-a\n+b\n'],
    ['no line feed at its end', FILE.slice(0, -1)],
    ['a context diff', '*** a/x\n--- b/x\n'],
    [
      'a file that is both new and deleted',
      FILE.replace('index', 'new file mode 100644\ndeleted file mode 100644\nindex'),
    ],
    ['a line of a megabyte in its header', FILE.replace('index', `similarity ${'x'.repeat(1 << 20)}\nindex`)],
  ])('is refused with %s', (_what, text) => expect(read(Buffer.from(text)).errors).not.toEqual([]));
});
