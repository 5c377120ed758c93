import { byteOrder } from './layout.ts';

/** Member to bare hex SHA-256. */
export type Sums = ReadonlyMap<string, string>;

export const sumsLine = (path: string, hex: string): string => `${hex}  ${path}\n`;

/** `SHA256SUMS`: `<64 lower hex>  <path>\n`, byte-sorted. What `sha256sum -c` reads. */
export const renderSums = (sums: Sums): string =>
  [...sums]
    .toSorted(([a], [b]) => byteOrder(a, b))
    .map(([path, hex]) => sumsLine(path, hex))
    .join('');

/** After so many lines that are none the rest is not read (docs/adr/0086). */
const MOST_ERRORS = 1000;

const LINE = /^([0-9a-f]{64}) {2}([^\\\r\n]+)$/;

/** Reads `SHA256SUMS`. Any other form is an error that names its line: order, a path twice, binary markers, escapes, a missing end of line. */
export function parseSums(text: string): { sums: Map<string, string>; errors: { line: number; message: string }[] } {
  const sums = new Map<string, string>();
  const errors: { line: number; message: string }[] = [];
  if (!text.endsWith('\n')) errors.push({ line: text.split('\n').length, message: 'the last line does not end' });
  let before: string | null = null;
  for (const [index, line] of (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n').entries()) {
    const [, hex, path] = LINE.exec(line) ?? [];
    if (hex === undefined || path === undefined)
      errors.push({ line: index + 1, message: 'not `<64 lower hex>  <path>`' });
    else {
      if (sums.has(path)) errors.push({ line: index + 1, message: 'the path stands twice' });
      else if (before !== null && byteOrder(before, path) > 0)
        errors.push({ line: index + 1, message: 'the line is not in byte order' });
      before = path;
      sums.set(path, hex);
    }
    if (errors.length < MOST_ERRORS) continue;
    errors.push({ line: index + 1, message: 'too much is wrong: the rest is not read' });
    break;
  }
  return { sums, errors };
}
