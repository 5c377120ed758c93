import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { compilePathRules, pathPatternError } from '../../src/packet/index.ts';
import { effectiveScope, scopeDigest, settingsOf } from '../../src/policy/index.ts';
import { covers } from '../../src/policy/scope.ts';
import { packetOf, SOURCE, TARGET } from './facts.ts';

const settings = settingsOf(null);

describe('covers', () => {
  it.each([
    ['src/', 'src/', true],
    ['src/', 'src/a.js', true],
    ['src/', 'src/lib/', true],
    ['src/', 'src/*.js', true],
    ['src/**', 'src/lib/', true],
    ['src/', 'src/**', true],
    ['**', 'anything/at/*', true],
    ['*.md', 'README.md', true],
    ['src/*.js', 'src/a.js', true],
    ['src/lib/', 'src/', false],
    ['src/', 'srcs/a.js', false],
    ['src/', 'src', false],
    ['src/', '*/a.js', false],
    ['src/', 's*/a', false],
    ['src/a.js', 'src/*.js', false],
    ['src/*.js', 'src/a*.js', false],
    ['src/*.js', 'src/lib/', false],
    ['*', 'src/', false],
    ['../', '../x', false],
  ])('%s covers %s: %s', (wide, narrow, expected) => {
    expect(covers(wide, narrow)).toBe(expected);
  });

  it('is sound: what it says is covered is matched', () => {
    const segment = fc.constantFrom('a', 'b', 'ab', '*', 'a*', '?', '**');
    const pattern = fc
      .tuple(fc.array(segment, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([parts, folder]) => parts.join('/') + (folder ? '/' : ''))
      .filter((text) => pathPatternError(text) === null);
    const path = fc
      .array(fc.constantFrom('a', 'b', 'ab', 'abc', '.a'), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(pattern, pattern, path, (wide, narrow, file) => {
        const escapes =
          covers(wide, narrow) &&
          compilePathRules([narrow]).matches(file) !== null &&
          compilePathRules([wide]).matches(file) === null;
        expect({ wide, narrow, file, escapes }).toEqual({ wide, narrow, file, escapes: false });
      }),
      { numRuns: 5000 },
    );
  });
});

describe('the effective scope', () => {
  it('is the packet’s own where no admission applies', () => {
    expect(effectiveScope(packetOf(), settings, null, null)).toEqual({
      allowed: ['src/', 'test/retry.test.js'],
      forbidden: ['src/credentials.js'],
      allow_protected: [],
      outside: [],
    });
  });
  it('is cut down to the target admission, and what lies outside is named', () => {
    const scope = effectiveScope(
      packetOf({ allowed_paths: ['src/', 'docs/', 'test/a.js'] }),
      settings,
      { ...TARGET, allowed_paths: ['src/lib/', 'test/'] },
      null,
    );
    expect(scope).toMatchObject({ allowed: ['src/lib/', 'test/a.js'], outside: ['src/', 'docs/'] });
  });
  it('forbids what packet, configuration, target and source forbid, and what every target forbids', () => {
    const scope = effectiveScope(
      packetOf(),
      { ...settings, forbidden_paths: ['cfg/'] },
      { ...TARGET, forbidden_paths: ['own/'] },
      SOURCE,
    );
    expect(scope.forbidden).toEqual(
      expect.arrayContaining([
        'src/credentials.js',
        'cfg/',
        'own/',
        'third_party/',
        'deploy/',
        'infra/',
        'vendor/',
        'node_modules/',
        '**/package-lock.json',
        'Cargo.lock',
      ]),
    );
    expect(scope.forbidden.filter((pattern) => pathPatternError(pattern) !== null)).toEqual([]);
  });
  it('opens a protected path only where configuration and packet name it exactly', () => {
    const open = { ...settings, allow_protected_paths: ['action.yml', '.github/workflows/ci.yml'] };
    expect(
      effectiveScope(packetOf({ allowed_paths: ['action.yml', '.github/'] }), open, null, null).allow_protected,
    ).toEqual(['action.yml']);
  });
  it('has a digest that every part of it moves', () => {
    const packet = packetOf();
    const scope = effectiveScope(packet, settings, null, null);
    const digests = [
      scopeDigest(packet, scope),
      scopeDigest(packet, { ...scope, forbidden: [] }),
      scopeDigest(packet, { ...scope, allowed: [] }),
      scopeDigest(packet, { ...scope, allow_protected: ['action.yml'] }),
      scopeDigest({ ...packet, limits: { processes: 1 } }, scope),
      scopeDigest({ ...packet, permissions: { network: ['a.example:443'] } }, scope),
      scopeDigest({ ...packet, setup: { commands: [{ name: 'x', run: ['true'] }] } }, scope),
      scopeDigest({ ...packet, verification_commands: [] }, scope),
      scopeDigest({ ...packet, scratch_paths: ['tmp/'] }, scope),
      scopeDigest({ ...packet, expects_changes: false }, scope),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });
});
