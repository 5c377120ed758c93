import { digestOf } from '../../../src/contracts/index.ts';
import { at, data, drop, edited, type Forgery, forget, found, LONG_AGO, object, set, traced } from './edits.ts';

const ALL = 'everywhere';
const OTHER_RUN = 'run-0000000000000000';

/** Order, chain and content of events; the report is made anew from what they say. */
export const EVENTS: readonly Forgery[] = [
  ['an event dropped', 'pass', ALL, (p) => drop(p, 'git.diff.checked')],
  ['the plan dropped', 'pass', ALL, (p) => drop(p, 'plan.updated')],
  ['the approval events dropped', 'pass', ALL, (p) => drop(p, 'approval.requested', 'approval.granted')],
  ['a grant without a request', 'pass', ALL, (p) => drop(p, 'approval.requested')],
  [
    'two events swapped',
    'pass',
    ALL,
    (p) => p.events.splice(2, 2, { ...at(p, 3), time: at(p, 2).time }, { ...at(p, 2), time: at(p, 3).time }),
  ],
  ['an event doubled', 'pass', ALL, (p) => p.events.splice(3, 0, at(p, 2))],
  ['an event after the end', 'pass', ALL, (p) => p.events.push(at(p, 6))],
  ['the run without its first event', 'pass', ALL, (p) => p.events.shift()],
  ['an event older than the one before', 'pass', ALL, (p) => set(at(p, 3), { time: LONG_AGO })],
  ['an event of another run', 'pass', ALL, (p) => set(at(p, 3), { run_id: OTHER_RUN })],
  ['a trace of another run', 'pass', ALL, (p) => set(p.trace[0], { run_id: OTHER_RUN })],
  ['status of the run', 'fail', ALL, (p) => set(data(p, 'run.completed'), { status: 'pass' })],
  ['exit code of the run', 'fail', ALL, (p) => set(data(p, 'run.completed'), { exit_code: 0 })],
  ['a code only in the last event', 'fail', ALL, (p) => set(data(p, 'git.diff.checked'), { blockers: [] })],
  ['the gate renamed', 'blocked', ALL, (p) => set(data(p, 'backend.gate.blocked'), { gate: 'approval' })],
  ['the reason of the gate', 'blocked', ALL, (p) => set(data(p, 'backend.gate.blocked'), { reason: 'none' })],
  ['the engine of the gate', 'blocked', ALL, (p) => set(data(p, 'backend.gate.blocked'), { backend: 'fake' })],
  ['the engine of the run', 'pass', ALL, (p) => set(data(p, 'run.started'), { backend: 'command' })],
  ['the case of the run', 'pass', ALL, (p) => set(data(p, 'run.started'), { case_id: 'other' })],
  ['the mode of the run', 'pass', ALL, (p) => set(data(p, 'run.started'), { mutation_mode: 'none' })],
  ['the engine of the plan', 'pass', ALL, (p) => set(data(p, 'plan.updated'), { engine: 'command' })],
  ['gates passed in the plan', 'pass', ALL, (p) => data(p, 'plan.updated').gates_passed.pop()],
  ['the base', 'pass', ALL, (p) => set(data(p, 'task.contract.created'), { base_commit: object('1') })],
  ['no approval required', 'pass', ALL, (p) => set(data(p, 'task.contract.created'), { approval_required: false })],
  ['who approved', 'pass', ALL, (p) => set(data(p, 'approval.granted'), { actors: ['octocat'] })],
  ['what was approved', 'pass', ALL, (p) => set(data(p, 'approval.requested'), { approval_digest: digestOf('x') })],
  ['the engine ended badly', 'pass', ALL, (p) => set(data(p, 'patch.applied'), { backend_exit_code: 1 })],
  [
    'the engine ended badly, and failed',
    'pass',
    ALL,
    (p) => set(data(p, 'patch.applied'), { backend_exit_code: 1, result: 'fail' }),
  ],
  [
    'the engine was killed for time',
    'pass',
    ALL,
    (p) => set(data(p, 'patch.applied'), { backend_termination: 'timeout' }),
  ],
  [
    'the engine was never started',
    'pass',
    ALL,
    (p) => set(data(p, 'patch.applied'), { backend_process_started: false }),
  ],
  ['allowed writes', 'fail', ALL, (p) => set(data(p, 'git.diff.checked'), { allowed_writes_passed: true })],
  ['forbidden paths', 'fail', ALL, (p) => set(data(p, 'git.diff.checked'), { forbidden_paths_passed: false })],
  ['the number of changed files', 'pass', ALL, (p) => set(data(p, 'git.diff.checked'), { changed_files: 1 })],
  ['the result of inspection', 'fail', ALL, (p) => set(data(p, 'git.diff.checked'), { result: 'pass' })],
  [
    'nothing was inspected',
    'pass',
    ALL,
    (p) => set(data(p, 'git.diff.checked'), { result: 'not_run', reason: 'no need' }),
  ],
  [
    'a protected root that changed',
    'pass',
    ALL,
    (p) => set(data(p, 'git.diff.checked').protected_roots?.[0], { after: digestOf('x') }),
  ],
  [
    'verification passed',
    'fail',
    ALL,
    (p) => {
      set(data(p, 'verification.completed'), { result: 'pass' });
      set(data(p, 'verification.completed').verification[0], { result: 'pass', exit_code: 0 });
    },
  ],
  [
    'a pass with exit code 1',
    'fail',
    ALL,
    (p) => set(data(p, 'verification.completed').verification[0], { result: 'pass' }),
  ],
  ['the result of verification', 'fail', ALL, (p) => set(data(p, 'verification.completed'), { result: 'pass' })],
  ['a failure that no finding names', 'fail', ALL, (p) => forget(p, 'verification_failed')],
  ['a command left out', 'pass', ALL, (p) => data(p, 'verification.completed').verification.pop()],
  [
    'a command renamed',
    'pass',
    ALL,
    (p) => set(data(p, 'verification.completed').verification.at(-1), { name: 'lint' }),
  ],
  ['another argv', 'pass', ALL, (p) => set(data(p, 'verification.completed').verification[0], { argv: ['true'] })],
  [
    'another script',
    'pass',
    ALL,
    (p) => set(data(p, 'verification.completed').verification.at(-1), { argv: ['true'] }),
  ],
  [
    'the check on the base passed',
    'pass',
    ALL,
    (p) => set(data(p, 'verification.completed').verification[0], { exit_code: 0 }),
  ],
  ['verification never ran', 'pass', ALL, (p) => set(data(p, 'verification.completed'), { result: 'not_run' })],
  ['the end of test.log', 'fail', 'once', (p) => edited(p, 'test.log', (t) => t.replace(/: fail\n$/, ': pass\n'))],
  ['a blocker removed everywhere', 'fail', ALL, (p) => forget(p, 'disallowed_file_change')],
  [
    'every blocker removed everywhere',
    'fail',
    ALL,
    (p) => {
      forget(p, 'disallowed_file_change');
      forget(p, 'verification_failed');
      set(data(p, 'run.completed'), { status: 'pass', exit_code: 0 });
    },
  ],
  ['a finding of a gate removed everywhere', 'blocked', ALL, (p) => forget(p, 'engine_unknown')],
  [
    'a finding that is milder',
    'fail',
    ALL,
    (p) => set(p.trace.find((line) => line.kind === 'finding')?.data, { status: 'blocked' }),
  ],
  ['a finding that nothing bears out', 'pass', ALL, (p) => found(p, 'no_diff')],
  ['a finding with a code of its own', 'pass', 'once', (p) => found(p, 'all_is_well')],
  [
    'evidence that is not there',
    'fail',
    ALL,
    (p) => set(p.trace.find((line) => line.kind === 'finding')?.data, { evidence: ['backend/nowhere.log'] }),
  ],
  [
    'telemetry in the trace',
    'pass',
    ALL,
    (p) => traced(p, { kind: 'step', step: 'engine.ended', data: { duration_ms: 12 } }),
  ],
];
