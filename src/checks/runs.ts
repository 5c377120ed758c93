import { isDigest, type Sha } from '../contracts/index.ts';
import type { RunRecord } from './types.ts';

/** What is known of an artifact, of the run that uploaded it and of that run's jobs (src/github reads it). */
export interface UploadedArtifact {
  id: number;
  run: {
    id: number;
    headBranch: string | null;
    headSha: Sha;
    repositoryId: number;
    headRepositoryId: number | null;
  } | null;
}
export interface WorkflowRunFacts {
  id: number;
  path: string;
  event: string;
  headBranch: string | null;
  headSha: Sha;
  repositoryId: number;
  headRepositoryId: number | null;
  createdAt: string;
}
export interface JobFacts {
  name: string;
  status: string;
  conclusion: string | null;
  completedAt: string | null;
  attempt: number;
}

/** Where evidence may come from: runs of this workflow file, on the default branch of this repository (3-architecture.md; docs/adr/0112). */
export interface Origin {
  repositoryId: number;
  defaultBranch: string;
  workflowPath: string;
}

/** Events whose runs are of the default branch's own workflow file and commit. */
const EVENTS: ReadonlySet<string> = new Set(['issues', 'issue_comment', 'workflow_run', 'workflow_dispatch']);

/** Why an artifact cannot be evidence, by what its listing says alone; null: its run is worth asking for. */
export function foreignArtifact({ run }: UploadedArtifact, origin: Origin): string | null {
  if (run === null) return 'its run is gone';
  if (run.repositoryId !== origin.repositoryId || run.headRepositoryId !== origin.repositoryId)
    return 'its run is of another repository';
  // One that has expired is no evidence any more, and its run used up approvals all the same.
  return run.headBranch === origin.defaultBranch ? null : `its run is of branch ${run.headBranch ?? 'unknown'}`;
}

/** Why a workflow run cannot have made evidence; null: it can. `isOnBranch`: its commit is the tip of the default branch or an ancestor of it. */
export function foreignRun(run: WorkflowRunFacts, origin: Origin, isOnBranch: boolean): string | null {
  if (run.path !== origin.workflowPath) return `run ${run.id} is of ${run.path}`;
  if (!EVENTS.has(run.event)) return `run ${run.id} was started by ${run.event}`;
  if (run.repositoryId !== origin.repositoryId || run.headRepositoryId !== origin.repositoryId)
    return `run ${run.id} is of another repository`;
  if (run.headBranch !== origin.defaultBranch) return `run ${run.id} is of another branch`;
  return isOnBranch ? null : `run ${run.id} is of a commit that is not on ${origin.defaultBranch}`;
}

const SEALED = /(?:^| \/ )Sealed (pass|fail|blocked) (started|unstarted) (sha256:[0-9a-f]{64}) ([1-9]\d{0,15})$/;

/**
 * The name of the job that states what the run job's outputs are: REST gives no job outputs, and a job's name can be set by the workflow file alone. It must have
 * succeeded; a skipped one keeps its template as its name and says nothing.
 */
export const sealedName = (sealed: Pick<RunRecord, 'status' | 'started' | 'packDigest' | 'artifactId'>): string =>
  `Sealed ${sealed.status} ${sealed.started ? 'started' : 'unstarted'} ${sealed.packDigest} ${sealed.artifactId}`;

/** What the jobs of one accepted run say was sealed, one record for each pack, oldest first: a job that a re-run took over is listed again. */
export function recordsOf(run: Pick<WorkflowRunFacts, 'id' | 'createdAt'>, jobs: readonly JobFacts[]): RunRecord[] {
  const oldestFirst = jobs
    .flatMap((job): RunRecord[] => {
      const [, status, started, digest = '', artifact] = SEALED.exec(job.name) ?? [];
      if (status === undefined || !isDigest(digest) || job.conclusion !== 'success' || job.completedAt === null)
        return [];
      return [
        {
          runId: run.id,
          attempt: job.attempt,
          status: status as RunRecord['status'],
          started: started === 'started',
          packDigest: digest,
          artifactId: Number(artifact),
          createdAt: new Date(run.createdAt).toISOString(),
          sealedAt: new Date(job.completedAt).toISOString(),
        },
      ];
    })
    .toSorted(bySealing);
  return oldestFirst.filter(
    ({ packDigest }, index) => oldestFirst.findIndex((other) => other.packDigest === packDigest) === index,
  );
}

const bySealing = (a: RunRecord, b: RunRecord): number =>
  a.sealedAt < b.sealedAt ? -1 : a.sealedAt > b.sealedAt ? 1 : a.artifactId - b.artifactId;

/** The run that a head is to be measured by: the first that passed, since only one may; without one the latest. */
export const decisive = (records: readonly RunRecord[]): RunRecord | null => {
  const oldestFirst = records.filter(({ otherWorkflow }) => otherWorkflow !== true).toSorted(bySealing);
  return oldestFirst.find(({ status }) => status === 'pass') ?? oldestFirst.at(-1) ?? null;
};

/**
 * What became of approvals, by the runs that left evidence (2-contracts.md, Approval and outcome): a pass uses up every approval that was there when it was
 * sealed; a run whose engine was started and that did not pass is an attempt; one that a gate blocked is neither.
 */
export function useOf(
  approvals: readonly { nonce: string; at: string }[],
  records: readonly RunRecord[],
): { consumed: string[]; attempts: { nonce: string; count: number }[] } {
  // GitHub's times are whole seconds: what may have been there counts as used.
  const after = (at: string): RunRecord[] => records.filter(({ sealedAt }) => at <= sealedAt);
  return {
    consumed: approvals.filter(({ at }) => after(at).some(({ status }) => status === 'pass')).map(({ nonce }) => nonce),
    attempts: approvals
      .map(({ nonce, at }) => ({
        nonce,
        count: after(at).filter(({ status, started }) => started && status !== 'pass').length,
      }))
      .filter(({ count }) => count > 0),
  };
}
