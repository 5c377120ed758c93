import { type AdmissionSource, type AdmissionTarget, type Digest, digestOf, type Packet } from '../contracts/index.ts';
import { compilePathRules, pathPatternError } from '../packet/index.ts';
import { effectiveLimits } from './settings.ts';
import type { Scope, Settings } from './types.ts';

/** Forbidden wherever a target admission applies, beside what it names (7-ladder.md, Target). */
export const TARGET_FORBIDDEN: readonly string[] = [
  'deploy/',
  'infra/',
  ...[
    'package-lock.json',
    'npm-shrinkwrap.json',
    'yarn.lock',
    'pnpm-lock.yaml',
    'bun.lock',
    'bun.lockb',
    'deno.lock',
    'Cargo.lock',
    'Gemfile.lock',
    'Pipfile.lock',
    'poetry.lock',
    'uv.lock',
    'composer.lock',
    'go.sum',
    'mix.lock',
    'flake.lock',
    'gradle.lockfile',
    'Package.resolved',
    'Podfile.lock',
    'packages.lock.json',
  ].flatMap((name) => [name, `**/${name}`]),
  'vendor/',
  '**/vendor/',
  'node_modules/',
  '**/node_modules/',
];

/**
 * Whether everything that the pattern `narrow` matches is matched by `wide`. Proven by text, never guessed: two globs that merely overlap are not
 * covered, so a scope computed with this is never wider than either side.
 */
export function covers(wide: string, narrow: string): boolean {
  if (wide === narrow || wide === '**') return true;
  if (pathPatternError(wide) !== null) return false;
  const literal = narrow.replace(/[*?].*$/s, '');
  const folder = wide.endsWith('/**') ? wide.slice(0, -2) : wide;
  if (folder.endsWith('/') && !/[*?]/.test(folder)) return literal.startsWith(folder);
  const isFile = literal === narrow && !narrow.endsWith('/');
  return isFile && compilePathRules([wide]).matches(narrow) !== null;
}

const coveredBy = (patterns: readonly string[], narrow: string): boolean =>
  patterns.some((wide) => covers(wide, narrow));

/** What a packet asks for that a list of reviewed or admitted paths does not cover. */
export const outside = (asked: readonly string[], admitted: readonly string[]): string[] =>
  asked.filter((pattern) => !coveredBy(admitted, pattern));

const unique = (lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())];

/**
 * What a run may write: the packet's allowed paths, cut down to the target admission's where one applies; forbidden is the union of packet,
 * configuration and admissions, and wins. Protected paths are open only where configuration and packet both name them exactly.
 */
export function effectiveScope(
  packet: Pick<Packet, 'allowed_paths' | 'forbidden_paths'>,
  settings: Pick<Settings, 'forbidden_paths' | 'allow_protected_paths'>,
  target: AdmissionTarget | null,
  source: AdmissionSource | null,
): Scope {
  const asked = packet.allowed_paths ?? [];
  const admitted = target?.allowed_paths ?? asked;
  const narrowed = asked.flatMap((pattern) =>
    coveredBy(admitted, pattern) ? [pattern] : admitted.filter((inner) => covers(pattern, inner)),
  );
  return {
    allowed: unique([narrowed]),
    forbidden: unique([
      packet.forbidden_paths ?? [],
      settings.forbidden_paths,
      source?.protected_source ?? [],
      target ? [...(target.forbidden_paths ?? []), ...TARGET_FORBIDDEN] : [],
    ]),
    allow_protected: settings.allow_protected_paths.filter((path) => asked.includes(path)),
    outside: outside(asked, admitted),
  };
}

/** The digest that an approval binds the scope by: effective paths, permissions, limits, setup, verification, and what is collected or left over. */
export const scopeDigest = (packet: Packet, scope: Scope): Digest =>
  digestOf({
    allowed: scope.allowed,
    forbidden: scope.forbidden,
    allow_protected: scope.allow_protected,
    scratch: packet.scratch_paths ?? [],
    expected: packet.evidence_expectations ?? [],
    permissions: {
      network: packet.permissions?.network ?? 'none',
      secrets: packet.permissions?.secrets ?? 'none',
      cloud: packet.permissions?.cloud ?? 'none',
    },
    limits: effectiveLimits(packet),
    setup: packet.setup ?? null,
    verification: packet.verification_commands ?? [],
    no_verification_rationale: packet.no_verification_rationale ?? null,
    expects_changes: packet.expects_changes ?? true,
  });
