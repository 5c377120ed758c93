import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tokens } from '../http/tokens.ts';
import { workflowRun } from '../shapes/run.ts';
import type { GitHubEvent, Json, Runs, RunStart, TwinJob, TwinRun } from '../types.ts';
import { account } from '../world/accounts.ts';
import { finishJob, finishRun, newJob, newRun, renameJob, rerun, startJob, workflowOf } from '../world/runs.ts';
import type { Artifact, Job, Repository, Run, World } from '../world/types.ts';

/** The hands of whoever plays the runner. */
export function runsOf(world: World, tokens: Tokens, repo: Repository, sync: () => void): Runs {
  const handle = (run: Run): TwinRun => runHandle(world, tokens, repo, run);
  return {
    start: (start) => {
      sync();
      return handle(startRun(world, repo, start));
    },
    get: (id) => {
      const found = repo.runs.find((run) => run.id === id);
      if (!found) throw new Error(`no run ${id}`);
      return handle(found);
    },
    all: () => repo.runs.map(handle),
  };
}

/** Which commit a run is for. Source: docs.github.com, "Events that trigger workflows", GITHUB_SHA and GITHUB_REF of each. */
function headOf(repo: Repository, start: RunStart): { branch: string; sha: string } {
  const event = typeof start.event === 'string' ? null : start.event;
  const head = (event?.payload['pull_request'] as { head?: { ref: string; sha: string } } | undefined)?.head;
  const follows = ['pull_request', 'pull_request_review'].includes(nameOf(start)) ? head : undefined;
  const group = event?.payload['merge_group'] as { head_sha: string; head_ref: string } | undefined;
  const branch = start.headBranch ?? follows?.ref ?? group?.head_ref.replace('refs/heads/', '') ?? repo.defaultBranch;
  const sha = start.headSha ?? follows?.sha ?? group?.head_sha ?? repo.known.get(branch);
  if (sha === undefined || !repo.git.has(sha)) throw new Error(`there is no commit ${sha ?? `on ${branch}`}`);
  return { branch, sha };
}

/** `pull_request_target` is a name of workflows; the event is the same. */
const nameOf = ({ event }: RunStart): string => (typeof event === 'string' ? event : event.name);

function startRun(world: World, repo: Repository, start: RunStart): Run {
  const { branch, sha } = headOf(repo, start);
  const from = start.headRepository ?? `${repo.owner.login}/${repo.name}`;
  const headRepository = world.repositories.find(({ owner, name }) => `${owner.login}/${name}` === from);
  if (!headRepository) throw new Error(`no repository ${from}`);
  const workflow = workflowOf(world, repo, start.path);
  const by = typeof start.event === 'string' ? undefined : start.event.by.login;
  return newRun(world, repo, {
    workflow,
    event: nameOf(start),
    actor: account(world, start.actor ?? by ?? repo.owner.login),
    headBranch: branch,
    headSha: sha,
    headRepository,
    title: start.title ?? workflow.name,
  });
}

function runHandle(world: World, tokens: Tokens, repo: Repository, run: Run): TwinRun {
  const addArtifact = (name: string, zip: Uint8Array): number => {
    const id = world.nextId();
    const file = join(world.blobs, String(id));
    writeFileSync(file, zip);
    const at = world.now();
    const artifact: Artifact = {
      id,
      name,
      run,
      file,
      finalized: true,
      size: zip.length,
      digest: `sha256:${createHash('sha256').update(zip).digest('hex')}`,
      expired: false,
      createdAt: at,
      expiresAt: new Date(Date.parse(at) + 90 * 86_400_000).toISOString(),
    };
    repo.artifacts.push(artifact);
    return id;
  };
  return {
    id: run.id,
    get attempt(): number {
      return run.attempt;
    },
    job: (name) => jobHandle(world, repo, run, newJob(world, repo, run, name)),
    finish: (conclusion): GitHubEvent => finishRun(world, repo, run, conclusion),
    rerun: () => {
      rerun(world, repo, run);
      return runHandle(world, tokens, repo, run);
    },
    addArtifact,
    expireArtifact: (id) => {
      const found = repo.artifacts.find((artifact) => artifact.id === id);
      if (!found) throw new Error(`no artifact ${id}`);
      found.expired = true;
    },
    runtimeToken: () => tokens.giveRuntime({ repository: repo, run }),
    json: (): Json => workflowRun(world, repo, run),
  };
}

function jobHandle(world: World, repo: Repository, run: Run, job: Job): TwinJob {
  const self: TwinJob = {
    id: job.id,
    start: () => {
      startJob(world, repo, run, job);
      return self;
    },
    finish: (conclusion) => {
      finishJob(world, repo, job, conclusion);
      return self;
    },
    rename: (name) => {
      renameJob(world, repo, job, name);
      return self;
    },
  };
  return self;
}
