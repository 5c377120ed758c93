import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { asSha } from '../../src/contracts/index.ts';
import { ADA, artifact, BOT, checkRun, comment, issue, job, pull, SHA, TIME, workflowRun } from './data.ts';
import { answering, refused } from './server.ts';

const sha = asSha(SHA);
const ada = { id: 7, login: 'ada', type: 'User' };
const ghost = { id: 0, login: 'ghost', type: 'User' };

describe('what is read', () => {
  it('an issue, its body digested as it was given', () =>
    answering([{ body: issue }], async ({ github }) => {
      expect(await github.issue(7)).toEqual({
        number: 7,
        id: 900,
        title: 'Fix it',
        body: 'Grüße 🦊\r\n',
        bodyDigest: `sha256:${createHash('sha256').update('Grüße 🦊\r\n', 'utf8').digest('hex')}`,
        state: 'open',
        author: ada,
        labels: ['packet'],
        isPull: false,
      });
    }));

  it('an issue without body and author that is a pull request', () =>
    answering([{ body: { ...issue, body: null, user: null, pull_request: { url: 'x' } } }], async ({ github }) => {
      expect(await github.issue(7)).toMatchObject({ body: '', author: ghost, isPull: true });
    }));

  it.each([404, 410])('no issue and no pull request after %d', (status) =>
    answering([{ status }], async ({ github }) => {
      expect(await github.issue(7)).toBeNull();
      expect(await github.pull(7)).toBeNull();
    }),
  );

  it('a pull request, merged or of a fork that is gone', () =>
    answering(
      [{ body: pull }, { body: { ...pull, merged_at: TIME, head: { ...pull.head, repo: null } } }],
      async ({ github }) => {
        expect(await github.pull(8)).toEqual({
          number: 8,
          nodeId: 'PR_8',
          state: 'open',
          draft: true,
          merged: false,
          head: { ref: 'packet/fix-7', sha: SHA, repository: 'acme/site' },
          base: { ref: 'main', sha: SHA, repository: 'acme/site' },
          author: { id: BOT.id, login: BOT.login, type: 'Bot' },
          title: 'Fix it',
          body: '',
        });
        expect(await github.pull(8)).toMatchObject({ merged: true, head: { repository: null } });
      },
    ));

  it('the pull request of a branch here, not of a fork that the same owner has', () => {
    const fork = { ...pull, number: 9, head: { ...pull.head, repo: { full_name: 'acme/site-fork' } } };
    return answering(
      [{ body: [fork, pull] }, { body: [fork] }, { body: [pull, { ...pull, number: 10 }] }],
      async ({ github, asked }) => {
        expect((await github.openPullOf('packet/fix-7'))?.number).toBe(8);
        expect(asked[0]?.path).toBe('/repos/acme/site/pulls?state=open&head=acme%3Apacket%2Ffix-7&per_page=100&page=1');
        expect(await github.openPullOf('packet/fix-7')).toBeNull();
        expect((await refused(github.openPullOf('packet/fix-7'))).message).toMatch(
          /several open pull requests: #8, #10/,
        );
      },
    );
  });

  it('what happened, in order, and nothing that no decision depends on', () =>
    answering(
      [
        {
          body: [
            { event: 'labeled', actor: ADA, created_at: TIME, label: { name: 'packet', color: 'x' } },
            { event: 'committed', sha: SHA },
            { event: 'commented', ...comment, actor: ADA },
            { event: 'commented', ...comment, actor: null, user: null, id: 6, updated_at: '2026-11-01T10:00:01Z' },
            { event: 'reviewed', id: 1, user: ADA, state: 'approved', commit_id: SHA, body: null, submitted_at: TIME },
            {
              event: 'reviewed',
              id: 2,
              user: ADA,
              state: 'CHANGES_REQUESTED',
              commit_id: SHA,
              body: 'no',
              submitted_at: TIME,
            },
            { event: 'reviewed', id: 3, user: ADA, state: 'pending', commit_id: SHA, body: '' },
            {
              event: 'review_dismissed',
              actor: ADA,
              created_at: TIME,
              dismissed_review: { state: 'approved', review_id: 1 },
            },
            {
              event: 'review_dismissed',
              actor: ADA,
              created_at: TIME,
              dismissed_review: { state: 'APPROVED', review_id: 2, dismissal_commit_id: SHA },
            },
            { event: 'head_ref_force_pushed', actor: ADA, created_at: TIME },
            { event: 'closed', actor: ADA, created_at: TIME },
            { event: 'reopened', created_at: TIME },
            { event: 'base_ref_changed', actor: ADA, created_at: TIME },
            { event: 'automatic_base_change_succeeded', actor: null, created_at: TIME },
            { event: 'renamed', actor: ADA, created_at: TIME, rename: { from: 'a', to: 'b' } },
            { event: 'unlabeled', actor: ADA, created_at: TIME, label: { name: 'packet' } },
            { event: 'constructor', actor: ADA },
          ],
        },
      ],
      async ({ github }) => {
        expect(await github.timeline(8)).toEqual([
          { kind: 'labeled', label: 'packet', actor: ada, at: TIME },
          { kind: 'comment', id: 5, actor: ada, body: 'hello', edited: false, at: TIME },
          { kind: 'comment', id: 6, actor: ghost, body: 'hello', edited: true, at: TIME },
          { kind: 'review', id: 1, actor: ada, state: 'approved', commit: SHA, body: '', at: TIME },
          { kind: 'review', id: 2, actor: ada, state: 'changes_requested', commit: SHA, body: 'no', at: TIME },
          { kind: 'dismissed', reviewId: 1, wasState: 'approved', byPush: null, actor: ada, at: TIME },
          { kind: 'dismissed', reviewId: 2, wasState: 'approved', byPush: SHA, actor: ada, at: TIME },
          { kind: 'force_pushed', actor: ada, at: TIME },
          { kind: 'closed', actor: ada, at: TIME },
          { kind: 'reopened', actor: ghost, at: TIME },
          { kind: 'base_changed', actor: ada, at: TIME },
          { kind: 'base_changed', actor: ghost, at: TIME },
          { kind: 'renamed', actor: ada, at: TIME },
          { kind: 'unlabeled', label: 'packet', actor: ada, at: TIME },
        ]);
      },
    ));

  it('artifacts of exactly the name, newest first', () =>
    answering(
      [
        {
          body: {
            artifacts: [
              artifact,
              { ...artifact, name: 'countersign-7' },
              { ...artifact, id: 22, digest: null, workflow_run: null },
            ],
          },
        },
      ],
      async ({ github, asked }) => {
        const found = await github.artifacts(artifact.name);
        expect(found.map(({ id }) => id)).toEqual([22, 21]);
        expect(found[0]).toMatchObject({ digest: null, run: null });
        expect(found[1]).toEqual({
          id: 21,
          name: artifact.name,
          size: 1000,
          digest: artifact.digest,
          expired: false,
          createdAt: TIME,
          run: { id: 31, headBranch: 'main', headSha: SHA, repositoryId: 1, headRepositoryId: 1 },
        });
        expect(asked[0]?.path).toContain(`name=${artifact.name}&`);
      },
    ));

  it('a run, its path without the ref that GitHub may write behind it', () =>
    answering(
      [
        { body: workflowRun },
        { body: { ...workflowRun, path: `${workflowRun.path}@refs/heads/a@b`, head_branch: null, conclusion: null } },
      ],
      async ({ github }) => {
        expect(await github.workflowRun(31)).toEqual({
          id: 31,
          path: '.github/workflows/countersign.yml',
          pathRef: null,
          event: 'issues',
          headBranch: 'main',
          headSha: SHA,
          repositoryId: 1,
          headRepositoryId: 1,
          status: 'completed',
          conclusion: 'success',
          attempt: 1,
          createdAt: TIME,
          startedAt: TIME,
        });
        expect(await github.workflowRun(31)).toMatchObject({
          path: workflowRun.path,
          pathRef: 'refs/heads/a@b',
          headBranch: null,
        });
      },
    ));

  it('the jobs of all attempts', () =>
    answering(
      [{ body: { jobs: [job, { ...job, completed_at: null, conclusion: null }] } }],
      async ({ github, asked }) => {
        expect(await github.jobs(31)).toEqual([
          {
            id: 41,
            name: job.name,
            status: 'completed',
            conclusion: 'success',
            startedAt: TIME,
            completedAt: TIME,
            attempt: 1,
          },
          {
            id: 41,
            name: job.name,
            status: 'completed',
            conclusion: null,
            startedAt: TIME,
            completedAt: null,
            attempt: 1,
          },
        ]);
        expect(asked[0]?.path).toContain('filter=all');
      },
    ));

  it('the latest check runs', () =>
    answering(
      [{ body: { check_runs: [checkRun, { ...checkRun, app: null, external_id: null }] } }],
      async ({ github, asked }) => {
        expect(await github.checkRuns(sha)).toMatchObject([
          { id: 11, name: 'countersign/gate', app: 'github-actions', title: 'Ready', summary: 'All there' },
          { app: null, externalId: null },
        ]);
        expect(asked[0]?.path).toContain('filter=latest');
      },
    ));
});
