import { isDeepStrictEqual } from 'node:util';
import { canonicalText, type Finding, finding, sha256Hex } from '../../contracts/index.ts';
import { byteOrder, invalid, TEST_RESULT } from '../layout.ts';
import { renderReport } from '../markdown.ts';
import { deriveReport, hasTestResult } from '../report.ts';
import { statements } from '../statements.ts';
import { digestsOf } from './report-lists.ts';
import type { Loaded } from './load.ts';

/** The report derived again from the other members, member by member. */
export function reportErrors({ members, contents, report, exact }: Loaded): Finding[] {
  if (exact) return [];
  const derived = deriveReport(members, { digests: digestsOf(contents), changedFiles: report.changed_files });
  const names = new Set([...Object.keys(report), ...Object.keys(derived)]);
  const errors: Finding[] = [];
  for (const name of [...names].filter((n) => !n.startsWith('x-')).toSorted(byteOrder)) {
    const is = (report as unknown as Record<string, unknown>)[name];
    const expected = (derived as unknown as Record<string, unknown>)[name];
    // Under `report.json` lies the digest of the rest: where the rest differs, this says nothing of its own.
    if (!isDeepStrictEqual(is, expected))
      errors.push(invalid(`report.json#/${name}`, 'is not what the other members of the pack say'));
  }
  return errors;
}

/** report.md and the statements, made again from the report. */
export function renderingErrors({ members, contents, report }: Loaded): Finding[] {
  const errors: Finding[] = [];
  const bytes = contents.whole.get('report.json');
  /** As bytes: what is no UTF-8 would be read as U+FFFD, which a report may hold. */
  const isOther = (path: string, text: string): boolean =>
    contents.whole.get(path)?.equals(Buffer.from(text)) === false;
  if (isOther('report.md', renderReport(report))) errors.push(invalid('report.md', 'is not report.json, rendered'));
  for (const [path, statement] of statements({ report, reportSha256: sha256Hex(bytes ?? '') }))
    if (isOther(path, canonicalText(statement))) errors.push(invalid(path, 'is not what report, patch and tree say'));
  const due = hasTestResult(members);
  if (due && !contents.files.has(TEST_RESULT))
    errors.push(finding('evidence_missing', 'commands ran on the result', TEST_RESULT));
  if (!due && contents.files.has(TEST_RESULT)) errors.push(invalid(TEST_RESULT, 'no command ran on the result'));
  return errors;
}
