import { UserError } from '../contracts/index.ts';
import type { HeadFacts, IssueFacts, OpenedCommit } from '../checks/index.ts';
import type { Hosted } from '../run/index.ts';
import { packetBranch } from './event.ts';
import type { Environment } from './inputs.ts';
import { packetPath } from './opened.ts';
import type { Runner } from './runner.ts';
import type { Store } from './store.ts';

/** What a decision or a run on GitHub is told, without anybody's approval. */
export function hostedOf(
  runner: Runner,
  store: Store,
  { issue, opened, branch }: { issue: IssueFacts; opened: OpenedCommit; branch: string },
): Hosted {
  return {
    repository: runner.repository,
    author: { id: issue.author.id, login: issue.author.login },
    head: { ref: `refs/heads/${branch}`, sha: opened.sha },
    protected: store.tip,
    approvals: [],
    consumed: [],
    attempts: [],
  };
}

/** What `decidePacket` and `runPacket` share here. */
export function requestOf(store: Store, hosted: Hosted, engine: string | null, env: Environment, out: string) {
  const named = packetBranch(hosted.head.ref.replace('refs/heads/', ''));
  return {
    packetFile: named === null ? '' : packetPath(named.issue, named.packetId),
    repo: store.dir,
    out,
    env,
    hosted,
    ...(engine === null ? {} : { engine }),
  };
}

/** The decision by the rules of now and without approvals; a configuration or packet that cannot be read is an answer, too. */
export async function decisionWithout(request: ReturnType<typeof requestOf>): Promise<HeadFacts['decision']> {
  try {
    // A bundle of its own: half of what is run is the run room (src/build/dist.ts).
    const { decidePacket } = await import('../run/index.ts');
    return { ok: true, decision: await decidePacket(request) };
  } catch (error) {
    if (error instanceof UserError) return { ok: false, errors: error.errors };
    throw error;
  }
}
