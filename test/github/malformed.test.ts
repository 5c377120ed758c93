import { describe, expect, it } from '@jest/globals';
import { asSha } from '../../src/contracts/index.ts';
import type { GitHub } from '../../src/github/index.ts';
import { ADA, artifact, checkRun, comment, issue, job, pull, SHA, TIME, workflowRun } from './data.ts';
import { answering, refused } from './server.ts';

type Read = (github: GitHub) => Promise<unknown>;
const sha = asSha(SHA);

const without = (object: Record<string, unknown>, name: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
const timeline: Read = (github) => github.timeline(8);

describe('an answer that is not as documented', () => {
  const review = {
    event: 'reviewed',
    id: 1,
    user: ADA,
    state: 'approved',
    commit_id: SHA,
    body: '',
    submitted_at: TIME,
  };
  const cases: readonly (readonly [
    string,
    Record<string, unknown>,
    readonly string[],
    (object: unknown) => unknown,
    Read,
  ])[] = [
    ['issue', issue, ['number', 'id', 'title', 'body', 'state', 'user', 'labels'], (o) => o, (g) => g.issue(7)],
    [
      'pull',
      pull,
      ['number', 'node_id', 'state', 'draft', 'merged_at', 'head', 'base', 'user', 'title', 'body'],
      (o) => o,
      (g) => g.pull(8),
    ],
    ['comment', comment, ['id', 'user', 'body'], (o) => [o], (g) => g.comments(7)],
    ['review', review, ['event', 'id', 'user', 'state', 'commit_id', 'body', 'submitted_at'], (o) => [o], timeline],
    [
      'label event',
      { event: 'labeled', created_at: TIME, label: { name: 'x' } },
      ['created_at', 'label'],
      (o) => [o],
      timeline,
    ],
    [
      'artifact',
      artifact,
      ['id', 'name', 'size_in_bytes', 'expired', 'created_at'],
      (o) => ({ artifacts: [o] }),
      (g) => g.artifacts(artifact.name),
    ],
    [
      'run',
      workflowRun,
      [
        'id',
        'path',
        'event',
        'head_branch',
        'head_sha',
        'repository',
        'head_repository',
        'status',
        'conclusion',
        'run_attempt',
        'created_at',
        'run_started_at',
      ],
      (o) => o,
      (g) => g.workflowRun(31),
    ],
    [
      'job',
      job,
      ['id', 'name', 'status', 'conclusion', 'completed_at', 'run_attempt'],
      (o) => ({ jobs: [o] }),
      (g) => g.jobs(31),
    ],
    [
      'check run',
      checkRun,
      ['id', 'name', 'head_sha', 'external_id', 'status', 'conclusion', 'output', 'app'],
      (o) => ({ check_runs: [o] }),
      (g) => g.checkRuns(sha),
    ],
  ];

  it.each(
    cases.flatMap(([what, object, names, wrap, read]) =>
      names.map((name) => [what, name, object, wrap, read] as const),
    ),
  )('%s without %s is an error that names it', async (_, name, object, wrap, read) => {
    await answering([{ body: wrap(without(object, name)) }], async ({ github }) => {
      expect((await refused(read(github))).message).toContain(JSON.stringify(name));
    });
    await answering([{ body: wrap({ ...object, [name]: { wrong: true } }) }], async ({ github }) => {
      expect((await refused(read(github))).message).toMatch(/not as documented/);
    });
  });

  it.each<[string, Read, unknown]>([
    ['a short commit id', (g) => g.pull(8), { ...pull, head: { ...pull.head, sha: 'abc' } }],
    ['a number that is no whole one', (g) => g.issue(7), { ...issue, id: 1.5 }],
    ['a number beyond what JavaScript can tell', (g) => g.issue(7), { ...issue, id: 2 ** 60 }],
    ['a time of another form', (g) => g.workflowRun(31), { ...workflowRun, created_at: 'yesterday' }],
    ['a review state that nobody knows', timeline, [{ ...review, state: 'approved_by_magic' }]],
    ['a digest of another kind', (g) => g.artifacts(artifact.name), { artifacts: [{ ...artifact, digest: 'md5:x' }] }],
    ['nothing', (g) => g.issue(7), null],
    ['a list where an object belongs', (g) => g.issue(7), []],
  ])('%s', (_, read, body) =>
    answering([{ body }], async ({ github }) => {
      expect((await refused(read(github))).message).toMatch(/not as documented/);
    }),
  );
});
