import { isDigest } from '../contracts/index.ts';
import { Answer } from './answer.ts';
import { malformed } from './failure.ts';
import type { Artifact, Job, WorkflowRun } from './types.ts';

export function artifactOf(data: unknown, at: string): Artifact {
  const artifact = new Answer(data, at);
  // Servers without digests leave the member out.
  const digest = artifact.has('digest') ? artifact.text('digest') : null;
  if (digest !== null && !isDigest(digest)) throw malformed(at, `"digest" is ${JSON.stringify(digest.slice(0, 100))}`);
  const run = artifact.has('workflow_run') ? artifact.object('workflow_run') : null;
  return {
    id: artifact.number('id'),
    name: artifact.text('name'),
    size: artifact.number('size_in_bytes'),
    digest,
    expired: artifact.flag('expired'),
    createdAt: artifact.time('created_at'),
    run: run && {
      id: run.number('id'),
      headBranch: run.orNull('head_branch', run.text),
      headSha: run.sha('head_sha'),
      repositoryId: run.number('repository_id'),
      // A fork that is gone has none: what it left must not keep others from being read.
      headRepositoryId: run.has('head_repository_id') ? run.number('head_repository_id') : null,
    },
  };
}

export function workflowRunOf(data: unknown, at: string): WorkflowRun {
  const run = new Answer(data, at);
  const [path = '', ...ref] = run.text('path').split('@');
  return {
    id: run.number('id'),
    path,
    pathRef: ref.length === 0 ? null : ref.join('@'),
    event: run.text('event'),
    headBranch: run.orNull('head_branch', run.text),
    headSha: run.sha('head_sha'),
    repositoryId: run.object('repository').number('id'),
    headRepositoryId: run.orNull('head_repository', run.object)?.number('id') ?? null,
    status: run.text('status'),
    conclusion: run.orNull('conclusion', run.text),
    attempt: run.number('run_attempt'),
    createdAt: run.time('created_at'),
    startedAt: run.time('run_started_at'),
  };
}

export function jobOf(data: unknown, at: string): Job {
  const job = new Answer(data, at);
  return {
    id: job.number('id'),
    name: job.text('name'),
    status: job.text('status'),
    conclusion: job.orNull('conclusion', job.text),
    startedAt: job.has('started_at') ? job.time('started_at') : null,
    completedAt: job.orNull('completed_at', job.time),
    attempt: job.number('run_attempt'),
  };
}
