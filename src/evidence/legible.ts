import { unsafeCharacters } from '../contracts/index.ts';

/**
 * Untrusted text on one line: line ends, tabs, escapes, bidi controls and everything else that a reader cannot see stand as `\u{…}`; text that a CI
 * runner takes for a command (`##[…]`) is broken up. At most `limit` characters.
 */
export function legible(text: string, limit = 2000): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  const unsafe = new Map(unsafeCharacters(cut, 'prose').map((found) => [found.index, found.codePoint]));
  let shown = '';
  for (let index = 0; index < cut.length; ) {
    const code = cut.codePointAt(index) ?? 0;
    const hidden = unsafe.has(index) || code < 0x20;
    shown += hidden ? `\\u{${code.toString(16)}}` : String.fromCodePoint(code);
    index += code > 0xffff ? 2 : 1;
  }
  return shown.replaceAll('##[', '# #[').replace(/^(\s*):(?=:)/, '$1\\:');
}

/** Shows nothing and parts what it stands in: the way out that GitHub itself leaves open (github.com/github/cmark-gfm/issues/181). */
const APART = '<!-- -->';

/**
 * The same for Markdown: every character that CommonMark or HTML could take for markup is a backslash escape (CommonMark 0.31, section 2.4) or
 * a character reference. GitHub looks for mentions, references and addresses in what comes out of that, so those are parted: `\#1` and `&#64;name` alone would
 * still link, notify and, in a pull request, close. Blanks at the start could make code of it.
 */
export const markdownText = (text: string): string =>
  legible(text)
    .trimStart()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#+\-.!|~$:]/g, '\\$&')
    .replaceAll(/@|\\#|gh(?=\\-\d)|\\:(?=\/\/)/gi, `$&${APART}`);
