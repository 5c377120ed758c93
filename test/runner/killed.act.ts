import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Evidence, evidenceOf, sealedOf } from './evidence.ts';
import { type Doors, endAt, type Moment, openDoors, requestsOf } from './moments.ts';
import type { Played } from './runner.ts';
import { DISPOSABLE, type Opened, openStage, REPAIR, type Stage } from './stage.ts';

let doors: Doors;
let stage: Stage;
/** How many requests each job makes that nothing disturbs. */
const usual = new Map<string, number>();

/** Numbers from 0 to 1, the same each time (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const next = random(20_261_128);

const OF_ISSUE = ['validate', 'open'];
const JOBS = [...OF_ISSUE, 'run', 'publish', 'gate'];
const WAYS = ['kill', 'cancel'] as const;
/** At which of the requests that a job makes, as a share of them. */
const REQUESTS = JOBS.flatMap((job) => WAYS.map((how) => ({ job, how, share: Number(next().toFixed(2)) })));
/** While the sandbox is at work, no requests are made. */
const INSIDE = WAYS.flatMap((how) => (['engine', 'verification'] as const).map((at) => ({ how, at })));

async function open(): Promise<void> {
  doors = openDoors();
  stage = await openStage({
    config: `${DISPOSABLE}sandbox: { tools: [${doors.folder}] }\n`,
    steps: [{ spawn: { argv: doors.wait('engine') } }, REPAIR],
  });
}

async function close(): Promise<void> {
  doors.remove();
  await stage.close();
}

const packet = async (): Promise<Opened> =>
  await stage.packet({
    mutation_mode: 'sandbox-repo',
    verification_commands: [{ name: 'unit', run: doors.wait('verification') }],
  });

async function approve({ pull }: Opened): Promise<Played[]> {
  stage.alice.comment(pull, stage.sentence(pull, 'approve'));
  return await stage.runner.settle();
}

/** Every pack that a job's name attests verifies, and is of the status that it states; what is not attested counts for nothing. */
function expectHonest(evidence: readonly Evidence[], runs: readonly Played[]): void {
  for (const sealed of runs.map(sealedOf)) {
    if (sealed === null) continue;
    const pack = evidence.find(({ id }) => id === sealed.artifact);
    expect(pack?.report.status).toBe(sealed.status);
    expect(pack?.verify('--expect', sealed.digest).code).toBe(0);
  }
  const reasons = evidence.flatMap(({ report }) => report.blockers.map(({ code }) => code));
  expect(reasons.filter((code) => code !== 'cancelled')).toEqual([]);
}

/** The job had begun, and the step that was at work did not come to its end. */
function expectCut({ jobs, conclusion, survivors }: Played, { job, how, at }: Moment): void {
  expect(survivors).toBe(0);
  expect(conclusion).toBe(how === 'kill' ? 'cancelled' : 'failure');
  expect(jobs.get(job)?.result).toBe(how === 'kill' ? 'cut short' : 'failure');
  const step = jobs.get(job)?.steps.find(({ id }) => id.endsWith(at === 'upload' ? '/upload' : '/main'));
  expect(step).toMatchObject({ result: how === 'kill' ? null : 'failure' });
}

/** Ends the job at the moment, looks at what is left, and plays it again. Returns the evidence that was left. */
async function expectEndsWell(moment: Moment): Promise<Evidence[]> {
  const isOfIssue = OF_ISSUE.includes(moment.job);
  let isEnded = isOfIssue ? endAt(stage, doors, moment) : () => false;
  const opened = await packet();
  if (!isOfIssue) {
    isEnded = endAt(stage, doors, moment);
    await approve(opened);
  }
  const run = stage.runner.played.findLast(({ jobs }) => jobs.has(moment.job));
  if (!isEnded() || run === undefined) throw new Error('it did not come to that');
  expectCut(run, moment);
  const left = await evidenceOf(stage);
  expectHonest(left, stage.runner.played);
  stage.runner.set({ onLine: () => {} });
  doors.open();
  await stage.runner.rerun(run);
  if (isOfIssue) await approve(opened);
  const head = stage.repo.tip(opened.branch) ?? '';
  expect(stage.repo.git('log', '-1', '--format=%s%n%b', head)).toContain('Countersign-Run:');
  expect(stage.checks(head)).toEqual({
    contract: 'success',
    approval: 'success',
    evidence: 'success',
    outcome: 'action_required',
    gate: 'action_required',
  });
  expectHonest(await evidenceOf(stage), stage.runner.played);
  return left;
}

describe('a job that is cut short', () => {
  beforeAll(async () => {
    await open();
    const opened = await packet();
    const [approved] = await approve(opened);
    for (const job of JOBS) {
      const run = OF_ISSUE.includes(job) ? opened.runs[0] : approved;
      usual.set(job, run === undefined ? 0 : requestsOf(stage, run, job));
    }
    await close();
  });
  afterEach(close);

  it.each(REQUESTS)(
    '$job, by a $how after $share of its requests: leaves nothing, or a pack that says so; a re-run ends well',
    async ({ job, how, share }) => {
      await open();
      const left = await expectEndsWell({ job, how, at: 1 + Math.floor(share * (usual.get(job) ?? 0)) });
      // Mode run asks all that it asks before it starts the engine.
      expect(left.map(({ report }) => report.status)).toEqual(['publish', 'gate'].includes(job) ? ['pass'] : []);
    },
  );

  it('run, by a kill in the middle of its upload: the same, under another name', async () => {
    await open();
    expect(await expectEndsWell({ job: 'run', how: 'kill', at: 'upload' })).toEqual([]);
    expect((await evidenceOf(stage)).map(({ name }) => name)).toEqual([expect.stringMatching(/-again$/)]);
    stage.alice.review(2, 'approve');
    await stage.runner.settle();
    expect(stage.checks(stage.repo.tip('packet/fix-add-1') ?? '')).toMatchObject({
      outcome: 'success',
      gate: 'success',
    });
  });

  it.each(INSIDE)('run, by a $how in the middle of the $at: the same', async ({ how, at }) => {
    await open();
    const left = await expectEndsWell({ job: 'run', how, at });
    const said = left.map(({ report }) => [report.status, report.backend_process_started, report.backend_termination]);
    expect(said).toEqual(how === 'kill' ? [] : [['fail', true, at === 'engine' ? 'killed' : 'exited']]);
  });
});
