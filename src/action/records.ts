import { setTimeout as sleep } from 'node:timers/promises';
import { foreignArtifact, foreignRun, type Origin, recordsOf, type RunRecord } from '../checks/index.ts';
import type { Sha } from '../contracts/index.ts';
import type { GitHub } from '../github/index.ts';
import type { Inputs } from './inputs.ts';
import { say } from './outputs.ts';
import type { Runner } from './runner.ts';
import type { Store } from './store.ts';

/** The name of an opened commit's evidence: one listing finds all of it. */
export const artifactName = (issue: number, opened: Sha): string => `countersign-${issue}-${opened.slice(0, 12)}`;

/** What action.yml makes of the name where an upload fails: it may have taken the name and never ended, and then nothing of this run is found by it (docs/adr/0151). */
export const secondName = (name: string): string => `${name}-again`;

export interface Records {
  records: RunRecord[];
  refused: string[];
  /** Runs that uploaded evidence and have not said yet what it is: their next job does. */
  unsealed: number[];
  /** Names of the artifacts that were listed, by id; and the runs that uploaded them. */
  names: ReadonlyMap<number, string>;
  uploaded: ReadonlySet<number>;
}

/**
 * What runs left for an opened commit: one listing by name, then two requests for each run that can have made evidence. Whoever uploads artifacts of that name from
 * elsewhere is passed over by the listing alone. `needed`: what there must be under the usual name, or evidence under the other one is looked for as well.
 */
export async function readRecords(
  about: { github: GitHub; store: Store; runner: Runner; inputs: Inputs },
  name: string,
  needed: 'a pass' | 'anything',
): Promise<Records> {
  const first = await readNamed(about, name, name);
  const isEnough = ({ status, otherWorkflow }: RunRecord): boolean =>
    otherWorkflow !== true && (needed === 'anything' || status === 'pass');
  if (first.records.some(isEnough)) return first;
  const again = await readNamed(about, name, secondName(name));
  const isNew = ({ runId }: RunRecord): boolean => first.records.every((known) => known.runId !== runId);
  return {
    records: [...first.records, ...again.records.filter(isNew)],
    refused: [...new Set([...first.refused, ...again.refused])],
    unsealed: [...new Set([...first.unsealed, ...again.unsealed])],
    names: new Map([...first.names, ...again.names]),
    uploaded: new Set([...first.uploaded, ...again.uploaded]),
  };
}

async function readNamed(
  { github, store, runner, inputs }: Parameters<typeof readRecords>[0],
  name: string,
  listed: string,
): Promise<Records> {
  const origin: Origin = {
    repositoryId: runner.repositoryId,
    defaultBranch: runner.defaultBranch,
    workflowPath: inputs.workflowPath,
  };
  const refused: string[] = [];
  const runs = new Set<number>();
  const artifacts = await github.artifacts(listed);
  for (const artifact of artifacts) {
    const why = foreignArtifact(artifact, origin);
    if (why !== null) refused.push(`artifact ${artifact.id}: ${why}`);
    else if (artifact.run) runs.add(artifact.run.id);
  }
  const records: RunRecord[] = [];
  const current = await workflowFile(store, store.tip.sha, inputs.workflowPath);
  const unsealed: number[] = [];
  for (const id of runs) {
    const run = await github.workflowRun(id);
    const isOnBranch =
      (await store.baseline.commit(run.headSha)) !== null &&
      (await store.baseline.isAncestor(run.headSha, store.tip.sha));
    const why = foreignRun(run, origin, isOnBranch);
    if (why !== null) {
      refused.push(why);
      continue;
    }
    const sealed = recordsOf(run, await github.jobs(id));
    const otherWorkflow = (await workflowFile(store, run.headSha, inputs.workflowPath)) !== current;
    if (otherWorkflow) refused.push(`run ${id} is of another version of ${inputs.workflowPath}`);
    records.push(...sealed.map((record) => (otherWorkflow ? { ...record, otherWorkflow } : record)));
    if (run.status === 'completed' || id === runner.runId) continue;
    const isSealed = (artifact: number): boolean => sealed.some(({ artifactId }) => artifactId === artifact);
    const all = await github.artifactsOf(id);
    if (all.some((one) => (one.name === name || one.name.startsWith(`${name}-`)) && !isSealed(one.id)))
      unsealed.push(id);
  }
  return {
    records,
    refused,
    unsealed,
    names: new Map(artifacts.map(({ id }) => [id, listed])),
    uploaded: new Set(artifacts.flatMap(({ run }) => run?.id ?? [])),
  };
}

/**
 * The id of the workflow file at a commit, or that there is none. A merge brings every commit of a branch into the history, and a tag with the branch's name can start a
 * workflow on any of them: a run counts by what its workflow file is, not by where its commit lies (docs/adr/0112).
 */
async function workflowFile({ baseline }: Store, commit: Sha, path: string): Promise<Sha | 'none'> {
  return (await baseline.list(commit, path)).find((entry) => entry.path === path)?.sha ?? 'none';
}

/** A name that no earlier attempt of this run took: evidence is never written over. The first that is uploaded has the name that runs are found by. */
export const freeName = ({ runId, attempt }: Runner, name: string, { uploaded }: Records): string =>
  attempt > 1 && uploaded.has(runId) ? ofAttempt(name, attempt) : name;

const ofAttempt = (name: string, attempt: number): string => `${name}-${attempt}`;

/** What the evidence of a run is called on GitHub: it was listed, or is of a later attempt. */
export const nameOf = ({ artifactId, attempt }: RunRecord, name: string, { names }: Records): string =>
  names.get(artifactId) ?? ofAttempt(name, attempt);

/** Seconds between looks: a job that states a digest starts within moments, where there is a runner. */
const LOOKS = [5, 10, 20, 40, 60, 60, 60];

/**
 * The records, once every run that left evidence has said what it is. A run gives its place to the next before it is sealed: until then nobody knows what it used up.
 */
export async function settledRecords(about: Parameters<typeof readRecords>[0], name: string): Promise<Records> {
  let read = await readRecords(about, name, 'a pass');
  for (const seconds of LOOKS) {
    if (read.unsealed.length === 0) break;
    say(`Run ${read.unsealed.join(', ')} has left evidence that is being sealed: looking again in ${seconds} seconds.`);
    await sleep(seconds * 1000);
    read = await readRecords(about, name, 'a pass');
  }
  return read;
}
