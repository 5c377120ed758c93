import type { Digest, Report } from '../../contracts/index.ts';
import { legible, markdownText as text } from '../../evidence/index.ts';
import { code } from '../reason.ts';
import { block, table } from './parts.ts';

export interface Published {
  report: Report;
  packDigest: Digest;
  runUrl: string;
  artifact: { name: string; id: number };
  /** The patch of a proposal, or as much of it as was read; null where it was pushed. */
  patch: string | null;
}

/** How much of a proposal's patch a pull request shows. */
const MOST_PATCH = 20_000;

/** The evidence block of a pull request: which run, which pack, and the command that checks it. */
export function evidenceText({ report, packDigest, runUrl, artifact, patch }: Published): string {
  const lines = [
    '### Evidence',
    '',
    ...table(
      ['what', 'value'],
      [
        ['run', `${code(report.run_id)} ([workflow run](${encodeURI(runUrl)}))`],
        ['status', code(report.status)],
        ['pack', code(packDigest)],
        ['artifact', `${code(artifact.name)} (${artifact.id})`],
        ['result tree', code(report.result_tree ?? 'none')],
      ],
    ),
    'Download the artifact and check it, offline:',
    ...block(`countersign verify ${artifact.name}.zip --expect ${packDigest} --repo .`),
    ...(report.blockers.length > 0
      ? [...report.blockers.slice(0, 50).map((b) => `- ${code(b.code)} ${text(b.message)} (${code(b.at)})`), '']
      : []),
    ...(patch === null ? [] : proposal(patch)),
  ];
  return lines.join('\n').trimEnd();
}

/** A proposal is shown, and pushed nowhere. Indented code: nothing in the patch can end it. */
function proposal(patch: string): string[] {
  const shown = patch.slice(0, MOST_PATCH);
  const lines = shown.split('\n').map((line) => `    ${legible(line)}`);
  const cut = patch.length > MOST_PATCH ? ['', `… cut: \`patch.diff\` in the pack has the rest.`] : [];
  return [
    '<details><summary>The proposal, as a patch. It was pushed nowhere.</summary>',
    '',
    ...lines,
    ...cut,
    '',
    '</details>',
  ];
}
