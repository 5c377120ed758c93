import { describe, expect, it } from '@jest/globals';
import {
  annotationsOf,
  checksOf,
  evidenceText,
  openingText,
  problemsText,
  summaryText,
  withEvidence,
} from '../../src/checks/index.ts';
import type { Problem, RepoPath, Report } from '../../src/contracts/index.ts';
import { HOSTILE, poisonedTexts } from '../checks/poisoned.ts';
import { afterRun, C1, check, request, review, saying, scene } from '../checks/scene.ts';
import { digest } from '../policy/facts.ts';

/** HTML, Markdown, mentions, references, runner commands and terminal escapes in every text that GitHub shows for us (6-attacks.md, Evidence). */
const PLAIN = poisonedTexts('plain');

/** What must not come through: control, format and lone surrogate characters, variation selectors. */
const OBEYED = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Variation_Selector}]/u;
const PARTED = '<!-- -->';
const unescaped = (markdown: string, mark: string): number => {
  const escapes = /\\[!-/:-@[-`{-~]/g;
  return markdown.replaceAll(escapes, '').split(mark).length;
};
/** Outside blocks of indented code, where nothing is markup. */
const flowing = (markdown: string): string =>
  markdown
    .split('\n')
    .filter((line) => !line.startsWith('    '))
    .join('\n');
/** Without what we write ourselves. */
const withoutOurs = (markdown: string): string =>
  markdown
    .replaceAll(PARTED, '')
    .replaceAll(/<\/?(?:code|details|summary)>|<!-- \/?countersign:evidence -->/g, '')
    .replaceAll(/^Closes #12$|\bissue #12\b/gm, '');

describe.each(HOSTILE.map((text) => [JSON.stringify(text), text]))('%s', (_, text) => {
  it.each(Object.entries(poisonedTexts(text)))('stays text in %s', (name, markdown) => {
    const plain = PLAIN[name] ?? '';
    expect(markdown).not.toMatch(OBEYED);
    expect(markdown).not.toMatch(/^\s*::|##\[/m);
    // It brings no line of its own, and no mark of any kind that is not escaped.
    const flow = flowing(markdown);
    expect(flow.split('\n')).toHaveLength(flowing(plain).split('\n').length);
    for (const mark of ['|', '`', '*', '[', '](', '~'])
      expect([mark, unescaped(flow, mark)]).toEqual([mark, unescaped(flowing(plain), mark)]);
    expect(withoutOurs(flow)).not.toMatch(/[<>]/);
    // GitHub looks for these after the escapes are gone: they are parted.
    expect(withoutOurs(flow.replaceAll(PARTED, '\u0000'))).not.toMatch(/[@#]\w|\bGH\\?-\d|https?\\:\/\//i);
  });
});

const DONE = afterRun(saying(scene('proposal'), review(100, 'ann', 10)));
const report = (change: Partial<Report>): Report => {
  if (!DONE.evidence?.pack) throw new Error('there is no pack');
  return { ...DONE.evidence.pack.report, ...change };
};
const long = (n: number): string => 'x'.repeat(n);
const problem = (n: number): Problem => ({
  code: 'contract_invalid',
  message: `${n} ${long(1500)}`,
  at: '/a',
  fix: 'f',
});
const finding = (n: number): Report['blockers'][number] => ({
  code: 'secret_detected',
  status: 'fail',
  message: `finding ${n}`,
  at: `src/${n}.js:7`,
  evidence: [],
  fix: 'remove it',
});
const opening = openingText({
  issue: 12,
  packet: packetWith(Array.from({ length: 2000 }, () => long(100))),
  digest: digest('packet'),
  head: C1,
  repositoryClass: 'critical',
  targetAdmission: null,
  request: request(scene('proposal')),
  required: true,
  scope: { allowed: ['src/'], forbidden: [] },
});
function packetWith(criteria: string[]) {
  const { issue } = scene('proposal');
  if (!issue?.packet.ok) throw new Error('there is no packet');
  return { ...issue.packet.packet, success_criteria: criteria };
}
const evidenceOf = (patch: string | null, change: Partial<Report> = {}): string =>
  evidenceText({
    report: report(change),
    packDigest: digest('pack'),
    runUrl: 'https://github.com/acme/uploader/actions/runs/5',
    artifact: { name: 'countersign-12-111111111111', id: 900 },
    patch,
  });

describe('what is too long is cut where a reader sees it', () => {
  it.each<[string, string]>([
    [
      'a comment with many errors',
      problemsText(
        Array.from({ length: 500 }, (_, n) => problem(n)),
        'No packet.',
      ),
    ],
    [
      'a check with many errors',
      check({ ...DONE, decision: { ok: false, errors: Array.from({ length: 500 }, (_, n) => problem(n)) } }, 'contract')
        .summary,
    ],
    ['the opening', opening],
    [
      'the opening with evidence',
      withEvidence(
        opening,
        evidenceOf('+line\n'.repeat(20_000), { blockers: Array.from({ length: 500 }, (_, n) => finding(n)) }),
      ),
    ],
    ['a body that somebody filled', withEvidence('é'.repeat(65_000), evidenceOf(null))],
    [
      'a body that somebody filled behind the evidence',
      withEvidence(`${opening}${long(60_000)}`, evidenceOf('+line\n'.repeat(20_000))),
    ],
    ['a patch of characters that are shown as numbers', withEvidence(opening, evidenceOf('\u0007'.repeat(30_000)))],
  ])('%s', (_, text) => {
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain('… cut');
  });
  it('a summary, in bytes', () => {
    const blockers = Array.from({ length: 20_000 }, (_, n) => ({ ...finding(n), message: '日本'.repeat(200) }));
    const summary = summaryText(report({ blockers }), '# report\n', [], { packDigest: digest('pack'), artifact: 'a' });
    expect(Buffer.byteLength(summary)).toBeLessThan(1 << 20);
    expect(summary).toContain('… cut');
  });
  it('annotations, with how many are missing', () => {
    const blockers = Array.from({ length: 70 }, (_, n) => finding(n));
    const changed = blockers.map(
      (_, n) =>
        ({
          path: `src/${n}.js` as RepoPath,
          mode: '100644',
          old_mode: '100644',
          kind: 'modified',
          added: 1,
          removed: 1,
        }) as const,
    );
    const failed = afterRun(saying(scene('proposal'), review(100, 'ann', 10)), {
      status: 'fail',
      report: { blockers, changed_files: [...changed] },
    });
    const evidence = checksOf(failed).find(({ name }) => name === 'countersign/evidence');
    expect(evidence?.annotations).toHaveLength(50);
    expect(evidence?.summary).toContain('20 of 70 findings are not shown');
  });
});

describe('the evidence in a body', () => {
  it('takes the place of the last one, whatever a patch holds', () => {
    const first = withEvidence(opening, evidenceOf('+<!-- /countersign:evidence -->\n+old\n'));
    const second = withEvidence(first, evidenceOf('+new\n'));
    expect(second).toContain('    +new');
    expect(second).not.toContain('old');
    expect(withEvidence(second, evidenceOf('+new\n'))).toBe(second);
    expect(second.match(/<!-- countersign:evidence -->/g)).toHaveLength(1);
  });
  it('goes to the end of a body whose marks are gone, once', () => {
    const first = withEvidence('Closes #12', evidenceOf(null));
    expect(first.startsWith('Closes #12\n')).toBe(true);
    expect(withEvidence(first, evidenceOf(null))).toBe(first);
  });
});

it('annotations are of changed files alone, with their line', () => {
  const one = report({
    changed_files: [{ path: 'src/1.js', mode: '100644', old_mode: '100644', kind: 'modified', added: 1, removed: 1 }],
    blockers: [
      finding(1),
      finding(2),
      { ...finding(3), at: 'src/1.js', message: '\u202Ex' },
      { ...finding(4), at: 'src/1.js:0' },
    ],
  });
  expect(annotationsOf(one)).toEqual([
    { path: 'src/1.js', line: 7, level: 'warning', title: 'secret_detected', message: 'finding 1' },
    { path: 'src/1.js', line: 1, level: 'warning', title: 'secret_detected', message: '\\u{202e}x' },
    { path: 'src/1.js', line: 1, level: 'warning', title: 'secret_detected', message: 'finding 4' },
  ]);
});
