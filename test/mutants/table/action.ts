import type { Mutant } from '../mutant.ts';

const PERMITTED = { file: 'src/action/permitted.ts', test: 'test/action/permitted.test.ts' };
const TRIGGER = 'test/attacks/trigger-github.long.test.ts';
const HEADS = 'test/attacks/trigger-github-heads.long.test.ts';
const GATE = 'test/attacks/gate-github.long.test.ts';
const FOREIGN = 'test/attacks/evidence-github.long.test.ts';

/** What decides whether the Action works, and whom it believes. */
export const ACTION: readonly Mutant[] = [
  {
    without: 'a head gets one passing run',
    file: PERMITTED.file,
    find: "if (last?.status === 'pass')",
    replace: 'if (last === undefined)',
    caughtBy: { test: PERMITTED.test, name: 'a pass is published' },
  },
  {
    without: 'what anybody may write starts no run by itself',
    file: PERMITTED.file,
    find: "asks === 'decision' && runner.attempt === 1",
    replace: 'asks === null && runner.attempt === 1',
    caughtBy: { test: PERMITTED.test, name: 'starts none by anybody' },
  },
  {
    without: 'a yes that a run has seen starts no other',
    file: PERMITTED.file,
    find: 'facts.records.every(({ sealedAt }) => sealedAt < at)',
    replace: 'facts.records.every(() => true)',
    caughtBy: { test: PERMITTED.test, name: 'a failed attempt is repeated' },
  },
  {
    without: 'no line of the log is a command',
    file: 'src/action/outputs.ts',
    find: '${legible(line)}',
    replace: '${line}',
    caughtBy: { test: 'test/action/outputs.test.ts', name: 'holds no command' },
  },
  {
    without: 'the label is set by somebody who may write',
    file: 'src/action/issue.ts',
    find: "item?.kind === 'labeled' && (await mayAsk(github, item.actor))",
    replace: "item?.kind === 'labeled'",
    caughtBy: { test: TRIGGER, name: 'whose label is by nobody' },
  },
  {
    without: 'an edit after the label wants another label',
    file: 'src/action/issue.ts',
    find: 'if (edit === null || ',
    replace: 'if (edit !== null || ',
    caughtBy: { test: TRIGGER, name: 'that its author changes after the label' },
  },
  {
    without: 'open works on the body that validate read',
    file: 'src/action/open.ts',
    find: 'found.bodyDigest !== inputs.bodyDigest',
    replace: 'found.number === 0',
    caughtBy: { test: TRIGGER, name: 'that changes between two jobs' },
  },
  {
    without: 'run works on the packet that was opened',
    file: 'src/action/run.ts',
    find: 'if (opened.packetDigest !== issue.packet.digest)',
    replace: 'if (opened.packetDigest === null)',
    caughtBy: { test: TRIGGER, name: 'that changes between two jobs' },
  },
  {
    without: 'an issue that is no packet any more turns its pull request red',
    file: 'src/action/route.ts',
    find: "blockers: ['contract_invalid'],\n      next: 'gate',",
    replace: "blockers: ['contract_invalid'],\n      next: 'none',",
    caughtBy: { test: HEADS, name: 'turns red where the issue' },
  },
  {
    without: 'others that share a head are looked at, too',
    file: 'src/action/gate.ts',
    find: 'due.push(...settled.others);',
    replace: '',
    caughtBy: { test: HEADS, name: 'turns red while anybody else' },
  },
  {
    without: 'those that a head leaves are looked at',
    file: 'src/action/gate.ts',
    find: 'if (left !== null) others',
    replace: 'if (left === null) others',
    caughtBy: { test: HEADS, name: 'turns red while anybody else' },
  },
  {
    without: 'what cannot be routed is looked at by the gate',
    file: 'src/action/route.ts',
    find: "...about, next: 'gate' };\n  }",
    replace: "...about, next: 'none' };\n  }",
    caughtBy: { test: GATE, name: 'where the issue went' },
  },
  {
    without: 'an issue that is gone turns its pull request red',
    file: 'src/action/route.ts',
    find: "is no issue #${number}.`, { ...about, next: 'gate' }",
    replace: "is no issue #${number}.`, { ...about, next: 'none' }",
    caughtBy: { test: GATE, name: 'where the issue is gone' },
  },
  {
    without: 'a gate that is not green is written first',
    file: 'src/action/gate.ts',
    find: '+isRed(b) - +isRed(a)',
    replace: '+isRed(a) - +isRed(b)',
    caughtBy: { test: GATE, name: 'where GitHub refuses' },
  },
  {
    without: 'a run is waited for until it says what it left',
    file: 'src/action/records.ts',
    find: 'read.unsealed.length === 0',
    replace: 'read.unsealed.length >= 0',
    caughtBy: { test: GATE, name: 'is waited for' },
  },
  {
    without: 'branches of forks hold nobody',
    file: 'src/action/ordinary.ts',
    find: '!== null && head.repository === runner.repository',
    replace: '!== null',
    caughtBy: { test: GATE, name: 'somebody with a fork' },
  },
  {
    without: 'nothing is written for a head that moved',
    file: 'src/action/gate.ts',
    find: 'if (now.head.sha === pull.head.sha) {',
    replace: 'if (now.number === pull.number) {',
    caughtBy: { test: HEADS, name: 'stays as it is where it moves' },
  },
  {
    without: "a packet's commits are no ordinary change",
    file: 'src/action/ordinary.ts',
    find: 'if (carried.length > 0)',
    replace: 'if (carried.length < 0)',
    caughtBy: { test: HEADS, name: 'turns red while anybody else' },
  },
  {
    without: 'a run that makes evidence is of a commit on the default branch',
    file: 'src/action/records.ts',
    find: '(await store.baseline.isAncestor(run.headSha, store.tip.sha))',
    replace: '(await store.baseline.isAncestor(run.headSha, run.headSha))',
    caughtBy: { test: FOREIGN, name: 'is not read where its run' },
  },
  {
    without: 'a pack is brought by the run that made it',
    file: 'src/action/evidence.ts',
    find: 'ciRun === String(runId)',
    replace: 'ciRun !== null',
    caughtBy: { test: FOREIGN, name: 'the pack of another run' },
  },
  {
    without: 'evidence of another workflow is not enough to stop looking',
    file: 'src/action/records.ts',
    find: "otherWorkflow !== true && (needed === 'anything'",
    replace: "(needed === 'anything'",
    caughtBy: { test: 'test/action/records.test.ts' },
  },
  {
    without: 'evidence is never written over by a later attempt',
    file: 'src/action/records.ts',
    find: 'attempt > 1 && uploaded.has(runId)',
    replace: 'attempt > 9 && uploaded.has(runId)',
    caughtBy: { test: 'test/action/records.test.ts' },
  },
  {
    without: 'who opened the issue hears why the packet could not be opened',
    file: 'src/action/open.ts',
    find: "await github.saveComment(found.number, 'validate', text).catch(sayFailure);",
    replace: "if (text === '') sayFailure(error);",
    caughtBy: { test: 'test/action/open-failed.test.ts' },
  },
  {
    without: 'a yes that is not heard is explained',
    file: 'src/checks/approval.ts',
    find: "state.status === 'requested' ? unheardOf(facts).map(notHeard) : []",
    replace: "state.status === 'granted' ? unheardOf(facts).map(notHeard) : []",
    caughtBy: { test: 'test/checks/unheard.test.ts' },
  },
];
