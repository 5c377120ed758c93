import { markdownText as text } from '../../evidence/index.ts';
import { code } from '../reason.ts';

/** A list of untrusted items as code, or what stands there when there is none. */
export const listed = (items: readonly string[], none = 'nothing'): string =>
  items.length === 0 ? none : items.map(code).join(', ');

export const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`;
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  row(...head),
  row(...head.map(() => '---')),
  ...rows.map((cells) => row(...cells)),
  '',
];

/** A list of people's sentences, one line each. */
export const bullets = (items: readonly string[]): string[] => items.map((item) => `- ${text(item)}`);

/** A block to copy from: indented, so that nothing in it can close a fence; `text` must be ours or one line. */
export const block = (...lines: string[]): string[] => ['', ...lines.map((line) => `    ${line}`), ''];
