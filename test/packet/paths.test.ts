import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  compileForbiddenRules,
  compilePathRules,
  pathPatternError,
  pathProblem,
  protectedRule,
} from '../../src/packet/index.ts';

describe('path rules', () => {
  it.each([
    ['src/a.ts', 'src/a.ts', true],
    ['src/a.ts', 'src/a.ts/b', false],
    ['src/', 'src/a', true],
    ['src/', 'src/a/b/c', true],
    ['src/', 'src', false],
    ['src/', 'srcs/a', false],
    ['*.js', '.a.js', true],
    ['*.js', 'a/b.js', false],
    ['src/*', 'src/a', true],
    ['src/*', 'src/a/b', false],
    ['src/**', 'src/a/b', true],
    ['src/**', 'src', false],
    ['**', 'a/b', true],
    ['**/x.js', 'x.js', true],
    ['**/x.js', 'a/b/x.js', true],
    ['**/x.js', 'a/bx.js', false],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**/b/**/c', 'a/b/x/b/c', true],
    ['a/**/b/**/c', 'a/x/c', false],
    ['packages/*/src/', 'packages/one/src/a/b', true],
    ['packages/*/src/', 'packages/one/src', false],
    ['a?c', 'abc', true],
    ['a?c', 'a😀c', true],
    ['a?c', 'ac', false],
    ['a?c', 'a/c', false],
    ['*a*', 'bab', true],
    ['*a*b', 'xaxab', true],
    ['*a*b', 'xaxba', false],
    ['a+b(c).ts', 'a+b(c).ts', true],
  ])('%s and %s: %s', (rule, path, matches) => {
    expect(compilePathRules([rule]).matches(path)).toBe(matches ? rule : null);
  });

  it('names the first rule that matches', () => {
    expect(compilePathRules(['docs/', 'src/', '**']).matches('src/a')).toBe('src/');
  });

  it.each([
    ['vendor/', 'vendor', true],
    ['vendor/', 'vendor/a', true],
    ['config', 'config/a', true],
    ['**/private', 'a/private/key', true],
    ['src/*', 'src/a/b', false],
    ['src/*.key', 'src/a.key', true],
  ])('a forbidden %s and %s: %s', (rule, path, matches) => {
    expect(compileForbiddenRules([rule]).matches(path)).toBe(matches ? rule : null);
  });
});

const one = (s: string) => s.replaceAll('?', '[^/]').replaceAll('*', '[^/]*');
/** The same meaning as a regular expression, which backtracks and is only fit for short paths. */
const reference = (segments: string[]): RegExp => {
  const last = segments.length - 1;
  const parts = segments.map((s, i) =>
    s !== '**' ? one(s) + (i < last ? '/' : '') : i < last ? '(?:[^/]+/)*' : i === 0 ? '.*' : '.+',
  );
  return new RegExp(`^${parts.join('')}$`);
};

describe('a reference matcher', () => {
  const segment = fc.stringMatching(/^[ab]{1,3}$/);
  const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map((s) => s.join('/'));
  const glob = fc.array(fc.oneof(segment, fc.constantFrom('*', '**', 'a*', '*b', '?', '*a*', 'a?')), {
    minLength: 1,
    maxLength: 4,
  });
  it('agrees', () => {
    fc.assert(
      fc.property(glob, path, (segments, text) => {
        const pattern = segments.join('/');
        fc.pre(pathPatternError(pattern) === null);
        // `a/**` at the end asks for something below a; in the middle it may be nothing.
        expect(compilePathRules([pattern]).matches(text) !== null).toBe(reference(segments).test(text));
      }),
      { numRuns: 3000 },
    );
  });
});

it('a hostile path ends: a matcher that backtracks would not come back from these', () => {
  const worst = ['**', `*${'ab'.repeat(10)}x*`, '**', '*ab*'].join('/');
  expect(pathPatternError(worst)).toBeNull();
  const deep = Array.from({ length: 300 }, () => 'ab'.repeat(6)).join('/');
  expect(compilePathRules([worst, `**/*a*/**/*b*c`, `*${'a'.repeat(50)}*b`]).matches(deep)).toBeNull();
  expect(compilePathRules([`*${'a'.repeat(2000)}*b`]).matches('a'.repeat(4096))).toBeNull();
});

describe('patterns that are refused', () => {
  it.each([
    ['', 'path_empty'],
    ['/etc/passwd', 'path_absolute'],
    ['C:/x', 'path_absolute'],
    ['~/x', 'path_home'],
    ['a\\b', 'path_separator'],
    ['../a', 'path_parent'],
    ['a/../b', 'path_parent'],
    ['a/..', 'path_parent'],
    ['./a', 'path_dot'],
    ['a/./b', 'path_dot'],
    ['a//b', 'path_slashes'],
    ['x'.repeat(4097), 'path_too_long'],
    ['!a', 'glob_negation'],
    ['{a,b}', 'glob_braces'],
    ['+(a)', 'glob_extglob'],
    ['a/@(b|c)', 'glob_extglob'],
    ['[ab].ts', 'glob_brackets'],
    ['*a*b*', 'glob_too_many_stars'],
    ['**/a/**/b/**', 'glob_too_many_stars'],
    ['a**', 'glob_double_star'],
    ['a/***', 'glob_double_star'],
    ['\u0430pp/', 'unsafe_character'],
    ['a\u200b', 'unsafe_character'],
    ['a\nb', 'unsafe_character'],
  ])('%j: %s', (pattern, rule) => {
    expect(pathPatternError(pattern)?.rule).toBe(rule);
  });

  it.each(['a', 'a/', 'a/b.c', '*', '**', '**/*.ts', 'a/**/b/**/*x*', '.github/', 'docs/日本語.md'])(
    '%j is fine',
    (pattern) => {
      expect(pathPatternError(pattern)).toBeNull();
    },
  );

  it('a path that is fine stays below its root', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', '..', '.', '', 'b c', '~', 'C:', '\\'), { minLength: 1, maxLength: 5 }),
        (parts) => {
          const path = parts.join('/');
          fc.pre(pathProblem(path) === null);
          const resolved = new URL(path.replaceAll(' ', '%20'), 'file:///root/').pathname;
          expect(resolved.startsWith('/root/')).toBe(true);
        },
      ),
    );
  });
});

describe('protected paths', () => {
  it.each([
    ['.git', '.git'],
    ['.git/config', '.git'],
    ['a/.GIT/x', '.git'],
    ['git~1', '.git'],
    ['a/GIT~2/x', '.git'],
    ['.g\u200cit/config', '.git'],
    ['\u200e.git', '.git'],
    ['.gi\ufefft', '.git'],
    ['.git.', '.git'],
    ['.git ', '.git'],
    ['.git . .', '.git'],
    ['.git::$INDEX_ALLOCATION', '.git'],
    ['.git:x', '.git'],
    ['a\\.git\\config', '.git'],
    ['.g\u0456t', '.git'],
    ['\uff0egit', '.git'],
    ['AGENTS.md/.git', '.git'],
    ['.github/workflows/ci.yml', '.github/workflows/'],
    ['.GitHub/Workflows/ci.yml', '.github/workflows/'],
    ['a/.github/workflows/ci.yml', '.github/workflows/'],
    ['.github/workflows', '.github/workflows/'],
    ['.github', '.github/workflows/'],
    ['action.yml', 'action.yml'],
    ['a/b/Action.YAML', 'action.yaml'],
    ['.countersign/config.yml', '.countersign/'],
    ['x/.mcp.json', '.mcp.json'],
    ['.claude/settings.json', '.claude/'],
    ['.claude', '.claude/'],
    ['a/.codex/x', '.codex/'],
    ['.pi/x', '.pi/'],
    ['.case/x', '.case/'],
    ['.cursor/rules', '.cursor/'],
    ['a/agents.MD', 'AGENTS.md'],
    ['CLAUDE.md', 'CLAUDE.md'],
    ['CLAUDE.md.', 'CLAUDE.md'],
    ['.husky/pre-commit', '.husky/'],
    ['.env', '.env*'],
    ['a/.env.local', '.env*'],
    ['.ENVRC', '.env*'],
    ['secrets/key', 'secrets/'],
    ['a/Credentials/x', 'credentials/'],
    ['.gitmodules', '.gitmodules'],
    ['GITMOD~1', '.gitmodules'],
    ['gi7eba~1', '.gitmodules'],
    ['a/.gitattributes', '.gitattributes'],
    ['gitatt~1', '.gitattributes'],
  ])('%j falls under %s', (path, rule) => {
    expect(protectedRule(path, [])).toBe(rule);
  });

  it.each([
    'src/app.ts',
    '.gitignore',
    '.github/ISSUE_TEMPLATE/x.yml',
    'src/secrets.js',
    'credentials.json',
    'git',
    'environment',
    'actions.yml',
    'my.env',
    'CLAUDE.md.txt',
    '.giti',
  ])('%j is ordinary', (path) => {
    expect(protectedRule(path, [])).toBeNull();
  });

  it('opens only for the very path that is named', () => {
    const named = ['AGENTS.md', '.github/workflows/ci.yml', '.git/config', '.claude/'];
    expect(protectedRule('AGENTS.md', named)).toBeNull();
    expect(protectedRule('.github/workflows/ci.yml', named)).toBeNull();
    expect(protectedRule('agents.md', named)).toBe('AGENTS.md');
    expect(protectedRule('a/AGENTS.md', named)).toBe('AGENTS.md');
    expect(protectedRule('.claude/settings.json', named)).toBe('.claude/');
    expect(protectedRule('.git/config', named)).toBe('.git');
  });
});
