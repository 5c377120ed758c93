import { describe, expect, it } from '@jest/globals';
import {
  decisive,
  foreignArtifact,
  foreignRun,
  type JobFacts,
  type Origin,
  recordsOf,
  type RunRecord,
  sealedName,
  useOf,
  type WorkflowRunFacts,
} from '../../src/checks/index.ts';
import { digest, sha } from '../policy/facts.ts';
import { at } from './scene.ts';

const ORIGIN: Origin = { repositoryId: 1, defaultBranch: 'main', workflowPath: '.github/workflows/countersign.yml' };
const RUN: WorkflowRunFacts = {
  id: 5,
  path: '.github/workflows/countersign.yml',
  event: 'issue_comment',
  headBranch: 'main',
  headSha: sha('a'),
  repositoryId: 1,
  headRepositoryId: 1,
  createdAt: at(0),
};
const PACK = digest('pack');
const NAME = sealedName({ status: 'pass', started: true, packDigest: PACK, artifactId: 77 });
const job = (change: Partial<JobFacts> = {}): JobFacts => ({
  name: `packet / ${NAME}`,
  status: 'completed',
  conclusion: 'success',
  completedAt: at(3),
  attempt: 1,
  ...change,
});

describe('where evidence may come from', () => {
  const artifact = {
    id: 77,
    run: { id: 5, headBranch: 'main', headSha: sha('a'), repositoryId: 1, headRepositoryId: 1 },
  };
  it('the workflow of the default branch of this repository', () => {
    expect(foreignArtifact(artifact, ORIGIN)).toBeNull();
    expect(foreignRun(RUN, ORIGIN, true)).toBeNull();
    for (const event of ['issues', 'workflow_run', 'workflow_dispatch'])
      expect(foreignRun({ ...RUN, event }, ORIGIN, true)).toBeNull();
  });
  it.each<[string, Partial<(typeof artifact)['run']>]>([
    ['of a fork', { headRepositoryId: 2 }],
    ['of another repository', { repositoryId: 2 }],
    ['of another branch', { headBranch: 'packet/limit-retries-12' }],
    ['of a branch that is called almost so', { headBranch: 'Main' }],
  ])('no artifact %s', (_, run) =>
    expect(foreignArtifact({ ...artifact, run: { ...artifact.run, ...run } }, ORIGIN)).not.toBeNull(),
  );
  it('no artifact whose run is gone', () => expect(foreignArtifact({ ...artifact, run: null }, ORIGIN)).not.toBeNull());
  it.each<[string, Partial<WorkflowRunFacts>]>([
    ['another workflow', { path: '.github/workflows/other.yml' }],
    ['the same file name elsewhere', { path: 'countersign.yml' }],
    ['a pull request', { event: 'pull_request' }],
    ['a pull request target', { event: 'pull_request_target' }],
    ['a push', { event: 'push' }],
    ['a review', { event: 'pull_request_review' }],
    ['a fork', { headRepositoryId: 2 }],
    ['a fork that is gone', { headRepositoryId: null }],
    ['another repository', { repositoryId: 2 }],
    ['another branch', { headBranch: 'evil' }],
    ['no branch', { headBranch: null }],
  ])('no run of %s', (_, change) => expect(foreignRun({ ...RUN, ...change }, ORIGIN, true)).not.toBeNull());
  it('no run of a commit that is not on the branch', () => expect(foreignRun(RUN, ORIGIN, false)).not.toBeNull());
});

describe('what a run says it sealed', () => {
  it('is the name of a job that succeeded', () => {
    const record = { runId: 5, attempt: 1, status: 'pass', started: true, packDigest: PACK, artifactId: 77 };
    const times = { createdAt: '2026-06-01T12:00:00.000Z', sealedAt: '2026-06-01T12:03:00.000Z' };
    expect(recordsOf(RUN, [job(), job({ name: 'packet / run' })])).toEqual([{ ...record, ...times }]);
    expect(recordsOf(RUN, [job({ name: NAME })])).toEqual([{ ...record, ...times }]);
  });
  it.each<[string, Partial<JobFacts>]>([
    ['a skipped job', { conclusion: 'skipped' }],
    [
      'a skipped job with its template for a name',
      { name: 'packet / Sealed ${{ needs.run.outputs.status }}', conclusion: 'skipped' },
    ],
    ['a neutral job', { conclusion: 'neutral' }],
    ['a failed job', { conclusion: 'failure' }],
    ['a cancelled job', { conclusion: 'cancelled' }],
    ['a job that is under way', { conclusion: null, completedAt: null }],
    ['a job without an end', { completedAt: null }],
    ['a job of an empty run', { name: 'packet / Sealed   ' }],
    ['a job whose name begins otherwise', { name: `Un${NAME}` }],
    ['a job whose name goes on', { name: `${NAME} / evil` }],
    ['a job with another line', { name: `${NAME}\nevil` }],
    ['a job with an upper-case digest', { name: NAME.replace(PACK, PACK.toUpperCase()) }],
    ['a job with a short digest', { name: NAME.replace(PACK, PACK.slice(0, -1)) }],
    ['a job with another status', { name: NAME.replace('pass', 'passed') }],
    ['a job without an artifact', { name: NAME.replace('77', '0') }],
    ['a title of somebody in a caller job', { name: `${NAME} / route` }],
  ])('is not %s', (_, change) => expect(recordsOf(RUN, [job(change)])).toEqual([]));
  it('is one record for each pack, the oldest: re-runs list a job again', () => {
    const again = [job({ completedAt: at(9), attempt: 2 }), job(), job({ completedAt: at(20), attempt: 3 })];
    expect(recordsOf(RUN, again).map(({ sealedAt }) => sealedAt)).toEqual(['2026-06-01T12:03:00.000Z']);
    const other = job({ name: NAME.replace(PACK, digest('other')).replace('pass', 'fail'), completedAt: at(1) });
    expect(recordsOf(RUN, [...again, other]).map(({ status }) => status)).toEqual(['fail', 'pass']);
  });
});

const record = (minute: number, status: RunRecord['status'], change: Partial<RunRecord> = {}): RunRecord => ({
  runId: minute,
  attempt: 1,
  status,
  started: status !== 'blocked',
  packDigest: digest(`${minute}`),
  artifactId: minute,
  createdAt: at(minute - 1),
  sealedAt: new Date(at(minute)).toISOString(),
  ...change,
});
describe('the run that counts', () => {
  it.each<[string, RunRecord[], number | undefined]>([
    ['none of none', [], undefined],
    ['the first pass', [record(30, 'pass'), record(10, 'fail'), record(20, 'pass')], 20],
    ['the first pass, though a later one failed', [record(20, 'pass'), record(40, 'fail')], 20],
    ['the latest without a pass', [record(30, 'blocked'), record(10, 'fail')], 30],
    [
      'of two in the same second, always the same',
      [record(20, 'pass', { artifactId: 9, runId: 9 }), record(20, 'pass')],
      9,
    ],
  ])('%s', (_, records, runId) => {
    expect(decisive(records)?.runId).toBe(runId);
    expect(decisive(records.toReversed())?.runId).toBe(runId);
  });
});

describe('what became of a yes', () => {
  const yes = { nonce: 'review-1', at: new Date(at(10)).toISOString() };
  it.each<[string, RunRecord[], boolean, number]>([
    ['nothing yet', [], false, 0],
    ['a pass before it', [record(9, 'pass')], false, 0],
    ['a pass in the same second', [record(10, 'pass')], true, 0],
    ['a pass', [record(11, 'pass')], true, 0],
    ['a pass that started nothing', [record(11, 'pass', { started: false })], true, 0],
    ['a failure', [record(11, 'fail')], false, 1],
    ['a failure before it', [record(9, 'fail')], false, 0],
    ['a block before anything was started', [record(11, 'blocked')], false, 0],
    ['a block of an engine that was started', [record(11, 'blocked', { started: true })], false, 1],
    ['two failures and a pass', [record(11, 'fail'), record(12, 'fail'), record(13, 'pass')], true, 2],
  ])('%s', (_, records, consumed, count) =>
    expect(useOf([yes], records)).toEqual({
      consumed: consumed ? ['review-1'] : [],
      attempts: count > 0 ? [{ nonce: 'review-1', count }] : [],
    }),
  );
});
