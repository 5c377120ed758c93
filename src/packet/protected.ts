import { foldLookAlikes } from '../contracts/index.ts';

/** Names that are protected wherever they stand in a path, with the rule of 2-contracts.md ("Always forbidden") that they fall under. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['.git', '.git'],
  ['.countersign', '.countersign/'],
  ['.claude', '.claude/'],
  ['.codex', '.codex/'],
  ['.pi', '.pi/'],
  ['.case', '.case/'],
  ['.cursor', '.cursor/'],
  ['.husky', '.husky/'],
  ['.mcp.json', '.mcp.json'],
  ['agents.md', 'AGENTS.md'],
  ['claude.md', 'CLAUDE.md'],
  ['action.yml', 'action.yml'],
  ['action.yaml', 'action.yaml'],
  ['secrets', 'secrets/'],
  ['credentials', 'credentials/'],
  ['.gitmodules', '.gitmodules'],
  ['.gitattributes', '.gitattributes'],
]);

/**
 * Short names that NTFS gives to the dot files of git: `git~1`, `gitmod~1`, and the hashed forms once those are taken (git, path.c:
 * is_ntfs_dotgit, is_ntfs_dot_generic).
 */
const SHORT_NAMES: readonly [RegExp, string][] = [
  [/^git~\d+$/, '.git'],
  [/^(?:gitmod~\d+|gi7eb[0-9a-f]*~\d+)$/, '.gitmodules'],
  [/^(?:gitatt~\d+|gi7d2[0-9a-f]*~\d+)$/, '.gitattributes'],
];

/**
 * One path segment as the most forgiving file system would read it: without the code points that HFS+ ignores, look-alikes folded to
 * ASCII, lower case, an NTFS stream (`:…`) and trailing dots and spaces cut off (git, utf8.c: is_hfs_dotgit; path.c: is_ntfs_dotgit).
 */
function folded(segment: string): string {
  const visible = segment.replaceAll(/[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]/gu, '');
  return foldLookAlikes(visible)
    .replace(/:.*$/s, '')
    .replace(/[. ]+$/, '');
}

/** A segment that cannot fold to a protected name: the common case costs one test. */
const ORDINARY = /^[A-Za-z0-9_-]+(?:\.[a-z]{1,3})?$/;
const PROTECTED_ORDINARY = /^(?:secrets|credentials|workflows|agents\.md|claude\.md|action\.yml)$/i;

function ruleOf(name: string): string | null {
  const exact = NAMES.get(name);
  if (exact) return exact;
  if (name.startsWith('.env')) return '.env*';
  return SHORT_NAMES.find(([form]) => form.test(name))?.[1] ?? null;
}

/**
 * The rule of "Always forbidden" (2-contracts.md) that a changed path falls under, or null. Names count anywhere in the tree, in any case and in
 * every spelling that some file system takes for them; a file or symlink in place of a protected folder counts too (docs/adr/0030).
 *
 * `allowExactly`: the paths that config (`allow_protected_paths`) *and* packet (`allowed_paths`) both name letter by letter; `.git` is never among them.
 */
export function protectedRule(path: string, allowExactly: readonly string[]): string | null {
  const rule = firstRule(path);
  if (rule === null || rule === '.git') return rule;
  return allowExactly.includes(path) ? null : rule;
}

function firstRule(path: string): string | null {
  // NTFS separates folders with a backslash too.
  const segments = path.split(/[/\\]/);
  let found: string | null = null;
  let parent = '';
  for (const segment of segments) {
    const ordinary = ORDINARY.test(segment) && !PROTECTED_ORDINARY.test(segment);
    const name = ordinary ? '' : folded(segment);
    const rule = parent === '.github' && name === 'workflows' ? '.github/workflows/' : ruleOf(name);
    // `.git` can never be allowed: it outranks whatever stands before it.
    if (rule === '.git') return rule;
    found ??= rule;
    parent = name;
  }
  // A symlink in place of `.github` brings workflows of its own.
  return found ?? (parent === '.github' ? '.github/workflows/' : null);
}
