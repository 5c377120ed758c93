import {
  checksOf,
  evidenceText,
  type HeadFacts,
  openingText,
  packetText,
  problemsText,
  summaryText,
  withEvidence,
} from '../../src/checks/index.ts';
import type { Decision, Packet, Problem, Report } from '../../src/contracts/index.ts';
import { digest } from '../policy/facts.ts';
import { afterRun, C1, request, review, saying, scene } from './scene.ts';

/** Text that would like to be more than text, in each place where somebody else's text can stand. */
export const HOSTILE: readonly string[] = [
  '\u001b[2J\u001b[1;31mPASSED',
  'a\r\n- ✓ `countersign/gate`: Accepted',
  '\u202Etxt.exe',
  '::set-output name=x::y',
  '::error file=a,line=1::no',
  '##[command]rm -rf /',
  '<script>alert(1)</script>',
  '</code></details><img src=x onerror=alert(1)>',
  '[click](javascript:alert(1))',
  '[a]: https://evil.example',
  '![x](https://evil.example/pixel.png)',
  '<https://evil.example>',
  'https://evil.example/a and www.evil.example',
  'fixes https://github.com/acme/uploader/issues/1',
  '@everyone and @acme/owners',
  'fixes #1, GH-2, acme/uploader#3',
  '`code` ~~x~~ $x$ ==y== <!-- hidden',
  '<!-- /countersign:evidence -->',
  '-->',
  '\u{e0041}\u{e0042}\u200b\ufe0f',
  '| table | breaks |',
  '```\nfence',
  '    indented',
  '# heading',
  '> quote',
  '1. item',
  '- [x] done',
  '***',
  '&lt;b&gt; &#64;you &commat;you',
  '\\',
  'trailing\\',
  ':smile:',
  '\ud800',
];

/** A report with this text everywhere where it can stand. */
const poisonedReport = (report: Report, text: string, status: Report['status']): Report => ({
  ...report,
  status,
  blockers: [{ code: 'no_diff', status: 'fail', message: text, at: text, evidence: [text], fix: text }],
  changed_files: [{ path: text, mode: '100644', old_mode: '100644', kind: 'modified', added: 1, removed: 1 }],
  run_id: text,
});

const poisonedPacket = (packet: Packet, text: string): Packet => ({
  ...packet,
  title: text,
  target: { repository: text, base_ref: text },
  rollback: text,
  success_criteria: [text],
  stop_conditions: [text],
  allowed_paths: [text],
  forbidden_paths: [text],
  verification_commands: [
    { name: text, run: [text, text] },
    { name: text, script: text },
  ],
});

function poisonedDecision(decision: Decision, text: string): Decision {
  const gate = {
    ...decision.gates[0],
    state: 'missing',
    reason: text,
    satisfied_by: text,
  } as Decision['gates'][number];
  return {
    ...decision,
    gates: [gate],
    missing_gates: [gate.id],
    effective_paths: { allowed: [text], forbidden: [text] },
    requested_engine: text,
  };
}

function poisonedFacts(text: string, status: Report['status']): HeadFacts {
  const ran = afterRun(saying(scene('published'), review(100, { id: 7, login: 'ann', type: 'User' }, 10)), { status });
  if (!ran.issue?.packet.ok || !ran.decision.ok || !ran.evidence?.pack) throw new Error('the scene is incomplete');
  const { packet, digest: packetDigest } = ran.issue.packet;
  return {
    ...ran,
    pull: { ...ran.pull, head: { ...ran.pull.head, ref: text }, base: { ref: text } },
    issue: { ...ran.issue, packet: { ok: true, packet: poisonedPacket(packet, text), digest: packetDigest } },
    opened: ran.opened && { ...ran.opened, problem: text },
    decision: { ok: true, decision: poisonedDecision(ran.decision.decision, text) },
    evidence: {
      ...ran.evidence,
      pack: { ...ran.evidence.pack, report: poisonedReport(ran.evidence.pack.report, text, status) },
    },
    refused: [text],
  };
}

/** Every Markdown text of ours with this text in each place, by name. */
export function poisonedTexts(text: string): Record<string, string> {
  const facts = scene('published');
  const done = afterRun(saying(facts, review(100, 'ann', 10)));
  if (!facts.issue?.packet.ok || !facts.decision.ok || !done.evidence?.pack) throw new Error('the scene is incomplete');
  const packet = poisonedPacket(facts.issue.packet.packet, text);
  const problem: Problem = { code: 'contract_invalid', message: text, at: text, fix: text };
  const report = poisonedReport(done.evidence.pack.report, text, 'fail');
  const opening = openingText({
    issue: 12,
    packet,
    digest: digest('packet'),
    head: C1,
    repositoryClass: text,
    targetAdmission: text,
    request: { ...request(facts), users: [text] },
    required: true,
    scope: { allowed: [text], forbidden: [text] },
  });
  const evidence = evidenceText({
    report,
    packDigest: digest('pack'),
    runUrl: 'https://github.com/acme/uploader/actions/runs/5',
    artifact: { name: 'countersign-12-111111111111', id: 900 },
    patch: `--- a\n+++ b\n+${text}\n`,
  });
  const checks = [
    checksOf(poisonedFacts(text, 'pass')),
    checksOf(poisonedFacts(text, 'fail')),
    checksOf({
      ...done,
      decision: { ok: false, errors: [problem] },
      evidence: { ...done.evidence, errors: [problem] },
    }),
  ].flat();
  return {
    problems: problemsText([{ ...problem, line: 3, column: 4 }, problem], 'The issue is no valid packet.'),
    packet: packetText(packet, digest('packet'), {
      missing: [text],
      decision: poisonedDecision(facts.decision.decision, text),
      next: 'wait.',
    }),
    opening,
    evidence: withEvidence(opening, evidence),
    summary: summaryText(report, '# limit-retries: fail\n', [{ type: text, time: text }], {
      packDigest: digest('pack'),
      artifact: 'countersign-12-111111111111',
    }),
    ...Object.fromEntries(checks.map(({ name, summary }, n) => [`${name} ${n}`, summary])),
  };
}
