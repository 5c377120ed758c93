import { unsafeCharacters } from '../contracts/index.ts';
import { compileGlob } from './globs.ts';

/** What is wrong with a path pattern: `rule` is stable, `fix` says what to write instead. */
export interface PatternProblem {
  rule: string;
  message: string;
  fix: string;
}

const problem = (rule: string, message: string, fix: string): PatternProblem => ({ rule, message, fix });

/**
 * Why a text is no repository-relative path, or null: absolute, `..`, `.`, empty segments, backslashes, a drive letter, too long. Characters are
 * checked apart from this (`unsafeCharacters`).
 */
export function pathProblem(path: string): PatternProblem | null {
  if (path === '') return problem('path_empty', 'is empty', 'Write a path below the repository root.');
  if (path.length > 4096) return problem('path_too_long', 'is longer than 4096 characters', 'Shorten it.');
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path))
    return problem(
      'path_absolute',
      'is absolute',
      'Write it relative to the repository root, without a leading slash.',
    );
  if (path.startsWith('~')) return problem('path_home', 'starts with ~', 'Write it relative to the repository root.');
  if (path.includes('\\')) return problem('path_separator', 'holds a backslash', 'Separate folders with `/`.');
  const segments = (path.endsWith('/') ? path.slice(0, -1) : path).split('/');
  if (segments.includes('..')) return problem('path_parent', 'holds `..`', 'Write the path without `..`.');
  if (segments.includes('.')) return problem('path_dot', 'holds a `.` segment', 'Leave `./` out.');
  if (segments.includes('')) return problem('path_slashes', 'holds an empty segment', 'Write single slashes.');
  return null;
}

/**
 * Why a text is no pattern for paths, or null. Allowed are an exact file, `dir/`, and globs with `*`, `?` and `**`: at most two `*` in a segment and two `**`
 * in all, no braces, extglobs, brackets or negation (2-contracts.md; brackets: docs/adr/0030).
 */
export function pathPatternError(pattern: string): PatternProblem | null {
  const wrong = pathProblem(pattern) ?? globProblem(pattern);
  if (wrong) return wrong;
  const [unsafe] = unsafeCharacters(pattern, 'identifier');
  return unsafe
    ? problem('unsafe_character', `${unsafe.name} ${unsafe.reason}`, 'Remove or replace the character.')
    : null;
}

/** Why a well-formed path is no glob of ours, or null. */
export function globProblem(pattern: string): PatternProblem | null {
  if (pattern.startsWith('!'))
    return problem('glob_negation', 'is negated', 'List what is meant; what is not allowed goes into forbidden_paths.');
  if (/[{}]/.test(pattern)) return problem('glob_braces', 'holds braces', 'Write one pattern for each alternative.');
  if (/[@+*?!]\(/.test(pattern)) return problem('glob_extglob', 'holds an extended glob', 'Use only *, ? and **.');
  if (/[[\]]/.test(pattern))
    return problem(
      'glob_brackets',
      'holds brackets',
      'Write one pattern for each character, or ? for the bracket itself.',
    );
  const segments = pattern.split('/');
  if (segments.filter((s) => s === '**').length > 2)
    return problem('glob_too_many_stars', 'holds more than two `**`', 'Use at most two `**`.');
  for (const segment of segments) {
    if (segment === '**') continue;
    if (segment.includes('**'))
      return problem('glob_double_star', 'has `**` inside a segment', 'Let `**` stand alone between slashes.');
    if (segment.split('*').length > 3)
      return problem('glob_too_many_stars', 'has more than two `*` in a segment', 'Use at most two `*` a segment.');
  }
  return null;
}

export interface PathRules {
  /** The first rule, in the order given, that matches a path; null if none does. */
  matches(path: string): string | null;
}

interface Rule {
  text: string;
  matches: (path: string, segments: readonly string[]) => boolean;
}

function compileRule(text: string): Rule {
  if (/[*?]/.test(text)) {
    // `a/*/` means everything below: the folder is not itself a file.
    const glob = compileGlob(text.endsWith('/') ? `${text}**/?*` : text.endsWith('/**') ? `${text}/?*` : text);
    return { text, matches: (_, segments) => glob(segments) };
  }
  if (text.endsWith('/')) return { text, matches: (path) => path.startsWith(text) && path.length > text.length };
  return { text, matches: (path) => path === text };
}

const compile = (rules: readonly Rule[]): PathRules => ({
  matches(path) {
    const segments = path.split('/');
    return rules.find((rule) => rule.matches(path, segments))?.text ?? null;
  },
});

/** Rules for `allowed_paths` and `scratch_paths`: a pattern matches exactly what it says. Patterns must be free of `pathPatternError`s. */
export const compilePathRules = (patterns: readonly string[]): PathRules => compile(patterns.map(compileRule));

/**
 * Rules for `forbidden_paths`: besides what they say, `dir/` also matches something that is not a folder and has its name (a symlink put in its
 * place), and a rule whose last segment is a plain name also matches everything below it (docs/adr/0030).
 */
export function compileForbiddenRules(patterns: readonly string[]): PathRules {
  const rules = patterns.flatMap((text): Rule[] => {
    const bare = text.endsWith('/') ? text.slice(0, -1) : text;
    const named = !/[*?]/.test(bare.slice(bare.lastIndexOf('/') + 1));
    const spellings = text.endsWith('/') ? [bare, text] : named ? [text, `${text}/`] : [text];
    return spellings.map((spelling) => ({ ...compileRule(spelling), text }));
  });
  return compile(rules);
}
