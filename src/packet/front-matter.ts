import type { DocumentError } from '../contracts/index.ts';
import { fileError } from './limits.ts';

export interface FrontMatter {
  /** The YAML between the fences. */
  yaml: string;
  /** Where it starts in the text. */
  offset: number;
  /** The body in its canonical form. */
  body: string;
  /** Where the body's first line starts in the text. */
  bodyOffset: number;
}

const isBlank = (text: string, from: number, to: number): boolean => {
  for (let at = from; at < to; at++) if (text[at] !== ' ' && text[at] !== '\t') return false;
  return true;
};

/**
 * The canonical form of a body (2-contracts.md): leading and trailing blank lines removed, one final LF unless it is empty. A blank line holds nothing but
 * spaces and tabs (CommonMark 0.31, section 2.1). Takes text whose line ends are LF already.
 */
export function canonicalBody(text: string): string {
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1 && isBlank(text, start, end); end = text.indexOf('\n', start))
    start = end + 1;
  let stop = text.length;
  for (;;) {
    const lineStart = text.lastIndexOf('\n', stop - 1) + 1;
    if (!isBlank(text, Math.max(lineStart, start), stop)) break;
    if (lineStart <= start) return '';
    stop = lineStart - 1;
  }
  return `${text.slice(start, stop)}\n`;
}

/**
 * Splits a packet's Markdown (LF line ends) at its fences: the first line and the first later line that are exactly `---`.
 */
export function splitFrontMatter(text: string): FrontMatter | DocumentError {
  if (!text.startsWith('---\n')) {
    const bom = text.startsWith('\ufeff');
    return bom
      ? fileError('yaml_bom', 'the file starts with a byte order mark', 'Save it as UTF-8 without a byte order mark.')
      : fileError(
          'front_matter_missing',
          'the first line is not ---',
          'Start the packet with YAML front matter between two lines of ---. On GitHub: open the issue with the Packet form.',
        );
  }
  const end = text.startsWith('---\n', 4) ? 4 : text.indexOf('\n---\n', 3) + 1;
  const atEnd = text.endsWith('\n---') ? text.length - 3 : 0;
  const close = end === 0 ? atEnd : end;
  if (close === 0)
    return fileError(
      'front_matter_open',
      'the front matter is not closed',
      'End the front matter with a line that is exactly ---.',
    );
  const bodyOffset = Math.min(close + 4, text.length);
  return { yaml: text.slice(4, close), offset: 4, body: canonicalBody(text.slice(bodyOffset)), bodyOffset };
}
