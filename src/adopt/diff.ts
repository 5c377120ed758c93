import type { Planned } from './types.ts';

const CONTEXT = 3;

/** What would be written, as a unified diff of one hunk; empty for a file that stays as it is. */
export function diffOf({ path, before, after }: Planned): string {
  if (after === null) return '';
  const [old, now] = [linesOf(before ?? ''), linesOf(after)];
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same += 1;
  let end = 0;
  while (end < old.length - same && end < now.length - same && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const start = Math.max(0, same - CONTEXT);
  const tail = Math.min(end, CONTEXT);
  const span = (lines: string[]): string => {
    const count = lines.length - end + tail - start;
    return `${count === 0 ? start : start + 1},${count}`;
  };
  return [
    `--- ${before === null ? '/dev/null' : `a/${path}`}`,
    `+++ b/${path}`,
    `@@ -${span(old)} +${span(now)} @@`,
    ...old.slice(start, same).map((line) => ` ${line}`),
    ...old.slice(same, old.length - end).map((line) => `-${line}`),
    ...now.slice(same, now.length - end).map((line) => `+${line}`),
    ...old.slice(old.length - end, old.length - end + tail).map((line) => ` ${line}`),
    '',
  ].join('\n');
}

/** A last line without its line feed is another line than the same with it. */
const linesOf = (text: string): string[] =>
  text === ''
    ? []
    : text.endsWith('\n')
      ? text.slice(0, -1).split('\n')
      : `${text}\n\\ No newline at end of file`.split('\n');
