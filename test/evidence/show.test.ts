import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { Report } from '../../src/contracts/index.ts';
import { type Examined, examinePack, legible, showPack } from '../../src/evidence/index.ts';
import { markdownText } from '../../src/evidence/legible.ts';
import { renderReport } from '../../src/evidence/markdown.ts';
import { makePack } from '../bench/packs.ts';

let root: string;
let examined: Examined;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'show-'));
  examined = await examinePack(await makePack(root, { files: 1, bytes: 1 }));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

// oxlint-disable-next-line no-control-regex -- what must not come through
const OBEYED = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\u{e0001}-\u{e007f}]/u;
const HOSTILE = [
  '\u001b[2J\u001b[1;31mPASSED',
  'a\r\nverdict   pass',
  '\u202Etxt.exe',
  '::set-output name=x::y',
  '##[command]rm -rf /',
  '<script>alert(1)</script>',
  '[click](javascript:alert(1))',
  '![x](https://evil.example/pixel.png)',
  '@everyone | `code` ~~x~~ $x$ <!-- hidden',
  '\u{e0041}\u{e0042}',
  '| table | breaks |',
  '#1 closes #2',
];

/** A report with this text everywhere where untrusted text can stand. */
const poisoned = (report: Report, text: string): Report => ({
  ...report,
  status: 'fail',
  blockers: [{ code: 'no_diff', status: 'fail', message: text, at: text, evidence: [text], fix: text }],
  observations: [{ kind: 'recommendation', message: text, at: text }],
  changed_files: [
    { path: text, old_path: text, mode: '100644', old_mode: '100644', kind: 'renamed', added: 1, removed: 1 },
  ],
  verification: [{ name: text, argv: [text], phase: 'after', exit_code: 1, signal: text, result: 'fail' }],
  success_criteria: [text],
  not_applicable: { [text]: text },
});

describe('what is shown of a pack', () => {
  it('says verdict, why, timeline, files and what next', () => {
    const text = showPack(examined);
    for (const part of [
      'verified',
      'verdict   pass',
      'timeline',
      'run.completed',
      'src/limit.js',
      'next',
      'a person accepts',
    ])
      expect(text).toContain(part);
  });

  it('says first that it is not to be believed', () => {
    const bad = {
      ...examined.verification,
      ok: false,
      errors: [{ code: 'evidence_invalid', message: 'm', at: 'x', fix: 'f' } as const],
    };
    expect(showPack({ ...examined, verification: bad }).split('\n')[0]).toContain('NOT VERIFIED');
    expect(showPack({ verification: bad, report: null, events: null })).toContain('cannot be read');
  });

  it.each(HOSTILE)('lets nothing of %j reach a terminal or a runner', (text) => {
    const report = poisoned(examined.report as Report, text);
    const shown = showPack({ ...examined, report });
    expect(shown).not.toMatch(OBEYED);
    expect(shown).not.toMatch(/##\[|^\s*::/m);
    const forged = showPack({ ...examined, report: { ...report, blockers: [] } })
      .split('\n')
      .filter((line) => line.startsWith('verdict'));
    expect(forged).toEqual(['verdict   fail']);
  });

  it.each(HOSTILE)('lets nothing of %j become markup in report.md', (text) => {
    const markdown = renderReport(poisoned(examined.report as Report, text));
    expect(markdown).not.toMatch(OBEYED);
    expect(markdown.replaceAll('<!-- -->', '')).not.toMatch(/<(?!\/?$)/);
    expect(markdown).not.toMatch(/(?<!\\)(?:\]\(|!\[|`|~~)/);
    // GitHub looks for these in the rendered text, where escapes are gone: only parting them helps.
    expect(markdown).not.toMatch(/(?:@|#|\bgh\\-)(?!<!-- -->|$|[ #])(?=\w)/i);
    const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
    for (const row of rows) expect([3, 6]).toContain(row.match(/(?<!\\)\|/g)?.length);
  });

  it('is one line that can be read, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(legible(text)).not.toMatch(OBEYED);
        expect(legible(text)).not.toContain('\n');
        expect(markdownText(text).replaceAll('<!-- -->', '')).not.toMatch(/[<>]/);
        expect(markdownText(text)).not.toMatch(/[@#](?!<!-- -->)/);
      }),
    );
  });

  it('leaves ordinary text of any language as it is', () => {
    for (const text of ['src/ümlaut/日本.ts', 'it failed: 3 of 4', 'عربي', '👩‍👧 ok']) expect(legible(text)).toBe(text);
  });
});
