import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Line, Ran } from '../../runner/log.ts';
import { openStage } from '../../runner/stage.ts';
import type { Row } from '../row.ts';

const EMPTY = `countersign/empty@${'0'.repeat(40)}`;
const EMPTY_ACTION = `name: Empty
description: Does nothing.
runs:
  using: composite
  steps: [{ shell: bash, run: 'true' }]
`;

interface Times {
  /** Milliseconds from the beginning of the step to the engine's. */
  toEngine: number;
  engine: number;
  /** Of the step in job run, upload included. */
  run: number;
  /** Of the Action's steps in all five jobs. */
  all: number;
  /** Of the empty composite action at the end of job run. */
  empty: number;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
/** The jobs that use the Action, and the names of the steps that do. */
const USES = { validate: 'Validate', open: 'Open', run: 'Run', publish: 'Publish', gate: 'Gate' };

/** The whole of a composite action is a step of the job; its inner steps have two-part ids. */
function took({ jobs }: Ran, job: string, name: string): number {
  const step = jobs.get(job)?.steps.find((known) => known.stage === 'Main' && known.name === name);
  if (step?.took === null || step?.took === undefined) throw new Error(`no step ${name} in job ${job}`);
  return step.took;
}

/** One packet in mode copied-fixture, from the label to the gate. */
async function once(empty: string): Promise<Times> {
  const stage = await openStage();
  const at: Record<string, number> = {};
  const note = ({ jobID, msg, raw_output }: Line): void => {
    if (jobID !== 'run') return;
    const what = raw_output === true ? msg.trim() : msg.replace(/^⭐ Run Main /, 'begin: ');
    at[what] ??= performance.now();
  };
  try {
    stage.runner.set({
      onLine: note,
      lastSteps: [{ name: 'Empty', uses: EMPTY }],
      actions: { [EMPTY]: empty },
    });
    const { runs } = await stage.packet();
    const ran = runs.find(({ jobs }) => jobs.has('publish'));
    if (ran?.conclusion !== 'success') throw new Error(`the run did not end well:\n${ran?.text ?? ''}`);
    const between = (from: string, to: string): number => (at[to] ?? Number.NaN) - (at[from] ?? Number.NaN);
    return {
      toEngine: between('begin: Run', 'running fake'),
      engine: between('running fake', 'inspecting the change'),
      run: took(ran, 'run', 'Run'),
      all: Object.entries(USES).reduce((sum, [job, name]) => sum + took(ran, job, name), 0),
      empty: took(ran, 'run', 'Empty'),
    };
  } finally {
    await stage.close();
  }
}

/** The Action as a runner runs it, against a composite action that does nothing in the same job. Needs Go, or an act that is there already (test/runner/prepare.ts). */
export const action: Row = {
  id: 'action',
  title: 'the Action under act, against an empty composite action in the same job',
  async *run({ folder, node, quick }) {
    execFileSync(node, [join(import.meta.dirname, '../../runner/prepare.ts')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    writeFileSync(join(empty, 'action.yml'), EMPTY_ACTION);
    const rounds: Times[] = [];
    for (let round = 0; round < (quick ? 3 : 9); round += 1) rounds.push(await once(empty));
    const of = (pick: (times: Times) => number): number => median(rounds.map(pick));
    const bare = of((times) => times.empty);
    const measured: [what: string, ours: number, most: number, note?: string][] = [
      ['step begins to engine begins', of((times) => times.toEngine), 1000],
      [
        'mode run and upload, without the engine',
        of((times) => times.run - times.engine),
        3000,
        'its verification (one start of node) is counted in',
      ],
      [
        'all five modes, without the engine',
        of((times) => times.all - times.engine),
        3000,
        'from the label to the gate',
      ],
    ];
    for (const [what, ours, most, note] of measured)
      yield {
        what,
        ours,
        baseline: bare,
        unit: 'ms',
        value: ours - bare,
        form: 'ms more',
        target: { at: 'most', value: most },
        ...(note === undefined ? {} : { note }),
      };
  },
};
