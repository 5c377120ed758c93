/** One rule of a CODEOWNERS file: gitignore's patterns, without `!`, `\\#` and `[…]`. Source: docs.github.com, CODEOWNERS syntax. */
interface Rule {
  pattern: string;
  owners: string[];
}

const rulesOf = (text: string): Rule[] =>
  text
    .split('\n')
    .map((line) =>
      line
        .replace(/(?:^|\s)#.*$/, '')
        .trim()
        .split(/\s+/),
    )
    .flatMap(([pattern = '', ...owners]) =>
      pattern === ''
        ? []
        : [pattern.split('*').length > MAX_STARS ? { pattern: '*', owners: [] } : { pattern, owners }],
    );

/** Patterns with more stars than anybody needs would take for ever to match: they are read as taking everything away. */
const MAX_STARS = 8;

/** `*` and `?` stay inside a segment, `**` does not; a folder takes all below it; a pattern without a slash before its end fits at any depth. */
function fits(pattern: string, path: string): boolean {
  const anchored = pattern.replace(/\/$/, '').includes('/');
  const body = pattern
    .replace(/^\//, '')
    .replace(/\/$/, '/**')
    .replaceAll(/[.+^${}()|\\[\]]/g, String.raw`\$&`)
    .replaceAll(/\*\*\/|\*\*|\*|\?/g, (glob) =>
      glob === '**/' ? '(?:[^/]+/)*' : glob === '**' ? '.+' : glob === '*' ? '[^/]*' : '[^/]',
    );
  // `docs/*` takes the files of docs and nothing below its folders.
  const below = pattern.endsWith('/*') ? '' : '(?:/.*)?';
  return new RegExp(`^${anchored ? '' : '(?:.*/)?'}${body}${below}$`).test(path);
}

/** Who owns a path: the last rule that fits counts, also where it names nobody. */
export const ownersOf = (codeowners: string, path: string): string[] =>
  rulesOf(codeowners).findLast(({ pattern }) => fits(pattern, path))?.owners ?? [];
