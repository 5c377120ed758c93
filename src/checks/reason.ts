import { markdownText } from '../evidence/index.ts';
import type { Annotation, CheckName, CheckResult, Conclusion } from './types.ts';

/** One thing that was looked at. `next` says who does what about it, in Markdown of ours with everything untrusted escaped. */
export interface Reason {
  state: Conclusion;
  text: string;
  next?: string;
  /** Said beside the verdict, and no part of it. */
  aside?: true;
}

export const fine = (text: string): Reason => ({ state: 'success', text });
export const wrong = (text: string, next: string): Reason => ({ state: 'failure', text, next });
export const aside = (text: string): Reason => ({ state: 'success', text, aside: true });
export const wanting = (text: string, next: string): Reason => ({ state: 'action_required', text, next });

const MARK = { success: '✓', failure: '✗', action_required: '…' } as const;

/** GitHub takes 65,535 characters of a check's summary, 65,536 of a comment; cut after a line, where a reader sees it. */
export const MOST_TEXT = 65_000;
export const CUT = '\n\n… cut: GitHub takes no more than this\n';
export function cutTo(text: string, most = MOST_TEXT): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, most - CUT.length);
  const end = kept.lastIndexOf('\n');
  return (end > 0 ? kept.slice(0, end) : kept.replace(/[\uD800-\uDBFF]$/, '')) + CUT;
}

/** A code span of untrusted text: no backtick or line end can close it. */
export const code = (text: string): string => `<code>${markdownText(text)}</code>`;

/** The worst of its reasons decides: nothing missing or unknown is ever a success. */
export function checkOf(
  name: CheckName | 'gate',
  title: Record<Conclusion, string>,
  reasons: readonly Reason[],
  annotations: readonly Annotation[] = [],
): CheckResult {
  const states = reasons.filter((reason) => !reason.aside).map(({ state }) => state);
  const conclusion: Conclusion =
    states.length === 0 || states.includes('failure')
      ? 'failure'
      : states.includes('action_required')
        ? 'action_required'
        : 'success';
  const next = reasons.flatMap(({ state, next: what }) => (state === 'success' || what === undefined ? [] : [what]));
  const lines = [
    ...reasons.map(({ state, text, aside: beside }) => `- ${beside ? '–' : MARK[state]} ${text}`),
    ...(next.length > 0 ? ['', '**What next**', '', ...[...new Set(next)].map((what) => `- ${what}`)] : []),
  ];
  return {
    name: `countersign/${name}`,
    conclusion,
    title: title[conclusion],
    summary: cutTo(`${lines.join('\n')}\n`),
    annotations,
  };
}
