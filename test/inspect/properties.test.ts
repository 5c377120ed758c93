import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { RepoPath, Sha } from '../../src/contracts/index.ts';
import { type InspectionInput, inspect, type RawChange, shown } from '../../src/inspect/index.ts';

const SHA = 'a'.repeat(40) as Sha;
const added = (path: string): RawChange => ({
  kind: 'added',
  path: path as RepoPath,
  oldPath: null,
  mode: '100644',
  oldMode: '000000',
  sha: SHA,
  oldSha: null,
  added: 1,
  removed: 0,
});

const input = (paths: readonly string[], more: Partial<InspectionInput> = {}): InspectionInput => ({
  changes: paths.map(added),
  tree: paths.map((path) => ({ path: path as RepoPath, mode: '100644', sha: SHA })),
  symlinks: new Map(),
  leftovers: [],
  walkFindings: [],
  allowed: ['**'],
  forbidden: [],
  allowProtected: [],
  scratch: [],
  limits: { changed_files: 100, patch_bytes: 100 },
  patchBytes: 0,
  expectsChanges: true,
  secrets: [],
  ...more,
});

describe('inspection holds for any names', () => {
  it('is deterministic, and no message or place shows a control or bidi character', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 8 }),
        (paths) => {
          const first = inspect(input(paths));
          expect(inspect(input(paths))).toEqual(first);
          for (const { message, at } of first.findings) {
            expect(`${message}${at}`).not.toMatch(/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u);
          }
        },
      ),
    );
  });

  it('a spelling of .git is never let through, however it is dressed up', () => {
    const dressed = fc
      .tuple(
        fc.constantFrom('.git', '.GIT', '.gIt', 'git~1', 'GIT~7'),
        fc.constantFrom('', '.', ' ', '. .', '::$DATA', '\u200c', '\ufeff'),
      )
      .map(([name, tail]) => name + tail);
    fc.assert(
      fc.property(dressed, fc.constantFrom('', 'src/', 'a/b/'), (name, folder) => {
        const { findings } = inspect(input([`${folder}${name}/config`]));
        expect(findings.map(({ code }) => code)).toContain('unsafe_path');
        expect(findings.map(({ code }) => code)).toContain('forbidden_path_change');
      }),
    );
  });

  it('ordinary names are never found fault with', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_]{3,11}\.(js|md|txt)$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 10 }), (names) => {
        expect(inspect(input(names.map((n) => `src/${n}`))).findings).toEqual([]);
      }),
    );
  });

  it('every symlink that a naive reading resolves above the root is found', () => {
    const part = fc.constantFrom('..', 'a', 'b', '.');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
        let depth = 1;
        let leaves = false;
        for (const p of parts) {
          depth += p === '..' ? -1 : p === '.' ? 0 : 1;
          leaves ||= depth < 0;
        }
        const link = { ...added('dir/link'), mode: '120000' as const };
        const { findings } = inspect(
          input([], { changes: [link], symlinks: new Map([['dir/link', parts.join('/')]]) }),
        );
        expect(findings.some(({ message }) => message.includes('leads out'))).toBe(leaves);
      }),
    );
  });

  it('a name is shown as it is only if nothing in it hides', () => {
    expect(shown('src/app.js')).toBe('src/app.js');
    expect(shown('a\u202eb')).toBe('a\\u{202e}b');
    expect(shown('a\nb\u001b[2J')).toBe('a\\u{a}b\\u{1b}[2J');
    expect(shown('x'.repeat(5000)).length).toBeLessThan(400);
  });
});

describe('the whole result tree counts', () => {
  it('a change that collides with an untouched file is found, an old collision is not', () => {
    const tree = ['README.md', 'Makefile', 'makefile', 'readme.md'].map((path) => ({
      path: path as RepoPath,
      mode: '100644' as const,
      sha: SHA,
    }));
    const { findings } = inspect(input([], { changes: [added('readme.md')], tree }));
    expect(findings.map(({ code, at }) => `${code} ${at}`)).toEqual(['unsafe_path readme.md']);
  });

  it('an untouched symlink that a change turns outwards is found', () => {
    const symlinks = new Map([
      ['a/link', 'dir/../../../x'],
      ['a/dir', 'deep/er'],
      ['old', '/etc'],
    ]);
    const dir = { ...added('a/dir'), mode: '120000' as const };
    const { findings } = inspect(input([], { changes: [dir], symlinks }));
    expect(findings.map(({ at }) => at)).toEqual([]);
    const turned = new Map([...symlinks, ['a/dir', '.']]);
    expect(inspect(input([], { changes: [dir], symlinks: turned })).findings.map(({ at }) => at)).toEqual(['a/link']);
  });

  it('both codes for a path that breaks two rules; counts of what is not listed', () => {
    const both = inspect(input(['vendor/x'], { allowed: ['src/'], forbidden: ['vendor/'] }));
    expect(both.findings.map(({ code }) => code)).toEqual(['disallowed_file_change', 'forbidden_path_change']);
    expect(both).toMatchObject({ allowedWritesPassed: false, forbiddenPathsPassed: false });
    const names = Array.from({ length: 90 }, (_, n) => `src/con/nul/f${n}.`);
    const many = inspect(input(names, { allowed: ['lib/'] }));
    expect(many.findings.filter(({ code }) => code === 'disallowed_file_change')).toHaveLength(90);
    const most = inspect(
      input(
        Array.from({ length: 250 }, (_, n) => `f${n}`),
        { allowed: ['lib/'], limits: { changed_files: 500, patch_bytes: 1 } },
      ),
    );
    expect(most.findings).toHaveLength(201);
    expect(most.findings.at(-1)?.message).toBe('and 50 more of these');
  });
});
