import { foreignArtifact, foreignRun, type Origin, recordsOf, type RunRecord } from '../checks/index.ts';
import type { Sha } from '../contracts/index.ts';
import type { GitHub } from '../github/index.ts';
import type { Inputs } from './inputs.ts';
import type { Runner } from './runner.ts';
import type { Store } from './store.ts';

/** The name of an opened commit's evidence: one listing finds all of it. */
export const artifactName = (issue: number, opened: Sha): string => `countersign-${issue}-${opened.slice(0, 12)}`;

export interface Records {
  records: RunRecord[];
  refused: string[];
}

/**
 * What runs left for an opened commit: one listing by name, then two requests for each run that can have made evidence. Whoever uploads artifacts of that name from
 * elsewhere is passed over by the listing alone.
 */
export async function readRecords(
  { github, store, runner, inputs }: { github: GitHub; store: Store; runner: Runner; inputs: Inputs },
  name: string,
): Promise<Records> {
  const origin: Origin = {
    repositoryId: runner.repositoryId,
    defaultBranch: runner.defaultBranch,
    workflowPath: inputs.workflowPath,
  };
  const refused: string[] = [];
  const runs = new Set<number>();
  const artifacts = await github.artifacts(name);
  for (const artifact of artifacts) {
    const why = foreignArtifact(artifact, origin);
    if (why !== null) refused.push(`artifact ${artifact.id}: ${why}`);
    else if (artifact.run) runs.add(artifact.run.id);
  }
  const records: RunRecord[] = [];
  for (const id of runs) {
    const run = await github.workflowRun(id);
    const isOnBranch =
      (await store.baseline.commit(run.headSha)) !== null &&
      (await store.baseline.isAncestor(run.headSha, store.tip.sha));
    const why = foreignRun(run, origin, isOnBranch);
    if (why === null) records.push(...recordsOf(run, await github.jobs(id)));
    else refused.push(why);
  }
  return { records, refused };
}

/** A name that no earlier attempt of this run took: evidence is never written over. */
export async function freeName(github: GitHub, runner: Runner, name: string): Promise<string> {
  if (runner.attempt === 1) return name;
  const taken = new Set((await github.artifactsOf(runner.runId)).map((artifact) => artifact.name));
  let free = name;
  for (let n = 2; taken.has(free); n += 1) free = `${name}-${n}`;
  return free;
}
