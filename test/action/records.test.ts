import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freeName, nameOf, readRecords } from '../../src/action/records.ts';
import type { Runner } from '../../src/action/runner.ts';
import type { Store } from '../../src/action/store.ts';
import { type Sha } from '../../src/contracts/index.ts';
import { openBaseline, openSource } from '../../src/git/index.ts';
import { openGitHub, repositoryOf } from '../../src/github/index.ts';
import { openTwin, type Twin, type TwinRepository, type TwinRun } from '../twin/index.ts';

const PATH = '.github/workflows/countersign.yml';
const NAME = 'countersign-7-0123456789ab';

let folder: string;
let twin: Twin;
let repo: TwinRepository;
let about: Parameters<typeof readRecords>[0];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'records-'));
  twin = await openTwin();
  repo = twin.repository('acme/sum', { files: { [PATH]: 'on: issues\njobs: {}\n' } });
  const token = twin.token({ repository: repo.fullName, permissions: { actions: 'read' }, label: 'reader' });
  const baseline = await openBaseline(await openSource(repo.gitDir), join(folder, 'git'));
  const runner = { repositoryId: repo.id, defaultBranch: 'main', runId: 1, attempt: 1 } as Runner;
  about = {
    github: openGitHub({ token, apiUrl: twin.apiUrl, repository: repositoryOf(repo.fullName) }),
    store: { baseline, tip: { ref: 'refs/heads/main', sha: repo.tip('main') as Sha } } as Store,
    runner,
    inputs: { workflowPath: PATH } as (typeof about)['inputs'],
  };
});
afterEach(async () => {
  await twin.close();
  rmSync(folder, { recursive: true });
});

/** A run that left evidence under a name, and said so. */
function ran(name: string, status: string): TwinRun {
  const run = repo.runs.start({ path: PATH, event: 'workflow_dispatch', actor: 'alice' });
  const id = run.addArtifact(name, new Uint8Array([1]));
  run
    .job(`Packet / Sealed ${status} started sha256:${`${id}`.padStart(64, '0')} ${id}`)
    .start()
    .finish('success');
  run.finish('success');
  return run;
}
const listings = (): string[] =>
  twin.requests.list('reader').flatMap((line) => /\/actions\/artifacts\?.*name=([\w-]+)/.exec(line)?.[1] ?? []);

describe('evidence whose upload had to take another name', () => {
  it('is found, after the evidence of the usual name', async () => {
    const failed = ran(NAME, 'fail');
    const passed = ran(`${NAME}-again`, 'pass');
    const { records } = await readRecords(about, NAME, 'a pass');
    expect(records.map(({ runId, status }) => [runId, status])).toEqual([
      [failed.id, 'fail'],
      [passed.id, 'pass'],
    ]);
    expect(listings()).toEqual([NAME, `${NAME}-again`]);
    twin.expectNoViolations();
  });

  it.each([
    ['pass', 'a pass', 1],
    ['fail', 'a pass', 2],
    ['fail', 'anything', 1],
  ] as const)('where a run ended with %s and %s is needed: %j listings', async (status, needed, count) => {
    ran(NAME, status);
    expect((await readRecords(about, NAME, needed)).records).toHaveLength(1);
    expect(listings()).toHaveLength(count);
  });

  it('is what a later attempt is not called, and is said by its own name', async () => {
    const run = ran(`${NAME}-again`, 'fail');
    const left = await readRecords(about, NAME, 'anything');
    const [record] = left.records;
    if (!record) throw new Error('nothing was found');
    expect(nameOf(record, NAME, left)).toBe(`${NAME}-again`);
    expect(nameOf({ ...record, artifactId: record.artifactId + 1, attempt: 3 }, NAME, left)).toBe(`${NAME}-3`);
    expect(left.uploaded).toEqual(new Set([run.id]));
  });

  it('is looked for where what there is comes from another version of the workflow', async () => {
    ran(NAME, 'pass');
    repo.collaborator('alice', 'admin');
    const { sha } = repo.as('alice').push('main', { [PATH]: 'on: issues\njobs: {} # changed\n' });
    const passed = ran(`${NAME}-again`, 'pass');
    const store = { ...about.store, tip: { ref: 'refs/heads/main', sha: sha as Sha } };
    const { records } = await readRecords({ ...about, store }, NAME, 'anything');
    expect(records.map(({ runId, otherWorkflow = false }) => [runId, otherWorkflow])).toContainEqual([
      passed.id,
      false,
    ]);
  });

  it('is looked for where there is none under the usual name, and a run counts once', async () => {
    ran(`${NAME}-again`, 'blocked');
    expect((await readRecords(about, NAME, 'anything')).records).toHaveLength(1);
    const both = 'countersign-8-0123456789ab';
    ran(both, 'fail').addArtifact(`${both}-again`, new Uint8Array([2]));
    expect((await readRecords(about, both, 'a pass')).records).toHaveLength(1);
  });

  it.each([
    [1, [], NAME],
    [2, [], NAME],
    [3, [], NAME],
    [2, [NAME], `${NAME}-2`],
    [3, [`${NAME}-again`], `${NAME}-3`],
    [4, [NAME, `${NAME}-2`], `${NAME}-4`],
    [2, ['countersign-8-0123456789ab'], NAME],
  ])('attempt %j after %j uploads as %s', async (attempt, names, free) => {
    const run = repo.runs.start({ path: PATH, event: 'workflow_dispatch', actor: 'alice' });
    for (const name of names) run.addArtifact(name, new Uint8Array([1]));
    const runner = { ...about.runner, runId: run.id, attempt };
    expect(freeName(runner, NAME, await readRecords({ ...about, runner }, NAME, 'a pass'))).toBe(free);
  });
});
