import type { Report } from '../../contracts/index.ts';
import { markdownText as text } from '../../evidence/index.ts';
import { code, cutTo } from '../reason.ts';
import { block, table } from './parts.ts';

/** An event of the pack, as the timeline shows it. */
export interface ShownEvent {
  type: string;
  time: string;
}

/** GitHub takes 1 MiB for a step (docs.github.com, Workflow commands, job summaries): as many characters of three bytes each, which is the most that one takes. */
const MOST_SUMMARY = Math.floor((1 << 20) / 3);

/** The summary of a job: report.md, a timeline of the events, the findings as a table, and how to check it. */
export function summaryText(
  report: Report,
  reportMarkdown: string,
  events: readonly ShownEvent[],
  how: { packDigest: string; artifact: string },
): string {
  const findings = report.blockers.map((b) => [code(b.code), b.status, code(b.at), text(b.message), text(b.fix)]);
  return cutTo(
    [
      reportMarkdown.trimEnd(),
      '',
      '## Timeline',
      '',
      ...mermaid(events),
      ...(findings.length > 0 ? ['## Findings', '', ...table(['code', 'status', 'at', 'what', 'fix'], findings)] : []),
      '## Check it',
      ...block(`countersign verify ${how.artifact}.zip --expect ${how.packDigest}`),
    ].join('\n'),
    MOST_SUMMARY,
  );
}

/** Event types and times are words of ours; anything else of a pack is left out of the diagram. */
function mermaid(events: readonly ShownEvent[]): string[] {
  const known = events
    .filter(({ type, time }) => /^[a-z][a-z.]{0,63}$/.test(type) && /^[\dTZ:.-]{20,30}$/.test(time))
    .slice(0, 200);
  if (known.length === 0) return ['No events.', ''];
  const shown = known.map(({ type, time }) => `    ${time.slice(11, 19).replaceAll(':', '.')} : ${type}`);
  return ['```mermaid', 'timeline', ...shown, '```', ''];
}
