import type { Mutant } from '../mutant.ts';

const YES = { test: 'test/attacks/approval-github.test.ts' } as const;
const GATE = { test: 'test/attacks/approval-github-gate.test.ts' } as const;
const RUNS = { test: 'test/checks/runs.test.ts' } as const;
const PACK = { test: 'test/checks/evidence.test.ts' } as const;
const TEXT = { test: 'test/attacks/text-github.test.ts' } as const;

/** Rules by which heads, packs and runs on GitHub become checks, and what is shown of them. */
export const CHECKED: readonly Mutant[] = [
  {
    without: 'a head shared by two pull requests is held back',
    file: 'src/checks/contract.ts',
    find: 'if (sharedWith.length > 0)',
    replace: 'if (sharedWith.length > 1)',
    caughtBy: GATE,
  },
  {
    without: 'the issue is the packet that was opened',
    file: 'src/checks/contract.ts',
    find: 'opened.packetDigest !== digest',
    replace: 'opened.packetDigest === null',
    caughtBy: GATE,
  },
  {
    without: 'a head is the opened commit or the proven result',
    file: 'src/checks/contract.ts',
    find: 'if (pull.head.sha === evidence?.pack?.resultCommit)',
    replace: 'if (evidence?.pack)',
    caughtBy: GATE,
  },
  {
    without: 'the decision is about this packet on this head',
    file: 'src/checks/contract.ts',
    find: 'packet.digest !== issue.packet.digest || head !== opened?.sha',
    replace: 'packet.digest !== issue.packet.digest',
    caughtBy: GATE,
  },
  {
    without: 'the result is the head before the gate is green',
    file: 'src/checks/evidence.ts',
    find: 'if (pull.head.sha === resultCommit)',
    replace: 'if (resultCommit !== null)',
    caughtBy: PACK,
  },
  {
    without: 'a pack of other rules is no evidence',
    file: 'src/checks/evidence.ts',
    find: "if (facts.protected.rules !== (decision.ok ? decision.decision.facts.protected.rules : 'unknown'))",
    replace: 'if (!decision.ok)',
    caughtBy: PACK,
  },
  {
    without: 'a pack of another repository, head, packet or run is no evidence',
    file: 'src/checks/evidence.ts',
    find: 'if (others.length > 0)',
    replace: 'if (others.length > 8)',
    caughtBy: PACK,
  },
  {
    without: 'a run whose clock stood still is no evidence',
    file: 'src/checks/evidence.ts',
    find: 'if (frozen)',
    replace: 'if (frozen === null)',
    caughtBy: PACK,
  },
  {
    without: 'a job that states a pack must have succeeded',
    file: 'src/checks/runs.ts',
    find: "job.conclusion !== 'success' ||",
    replace: '',
    caughtBy: RUNS,
  },
  {
    without: "a job's name ends with what was sealed",
    file: 'src/checks/runs.ts',
    find: '([1-9]\\d{0,15})$/;',
    replace: '([1-9]\\d{0,15})/;',
    caughtBy: RUNS,
  },
  {
    without: 'evidence comes from the expected workflow',
    file: 'src/checks/runs.ts',
    find: 'if (run.path !== origin.workflowPath)',
    replace: "if (run.path === '')",
    caughtBy: RUNS,
  },
  {
    without: 'evidence comes from events of the default branch',
    file: 'src/checks/runs.ts',
    find: 'if (!EVENTS.has(run.event))',
    replace: "if (run.event === '')",
    caughtBy: RUNS,
  },
  {
    without: 'a pass uses approvals up',
    file: 'src/checks/runs.ts',
    find: "some(({ status }) => status === 'pass')",
    replace: "some(({ status }) => status === 'fail')",
    caughtBy: YES,
  },
  {
    without: 'a check without a reason is red',
    file: 'src/checks/reason.ts',
    find: "states.length === 0 || states.includes('failure')",
    replace: "states.includes('failure')",
    caughtBy: { test: 'test/checks/reason.test.ts' },
  },
  {
    without: 'what is said beside a verdict is no reason for it',
    file: 'src/checks/reason.ts',
    find: 'reasons.filter((reason) => !reason.aside).map',
    replace: 'reasons.map',
    caughtBy: { test: 'test/checks/reason.test.ts' },
  },
  {
    without: 'text of others is escaped in what GitHub shows',
    file: 'src/checks/reason.ts',
    find: '`<code>${markdownText(text)}</code>`',
    replace: '`<code>${text}</code>`',
    caughtBy: TEXT,
  },
  {
    without: 'mentions and references in text of others are parted',
    file: 'src/evidence/legible.ts',
    find: '`$&${APART}`',
    replace: "'$&'",
    caughtBy: TEXT,
  },
  {
    without: 'texts are cut to what GitHub takes',
    file: 'src/checks/reason.ts',
    find: 'if (text.length <= most) return text;',
    replace: 'if (text.length > 0) return text;',
    caughtBy: TEXT,
  },
];
