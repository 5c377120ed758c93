import type { HeadFacts } from '../checks/index.ts';
import type { Context } from './collect.ts';

/** The facts of a head of which only this was read yet: nothing is decided, nothing ran. */
export const blankFacts = (
  { now, runner }: Pick<Context, 'now' | 'runner'>,
  read: Pick<HeadFacts, 'pull' | 'issue' | 'opened' | 'timeline'>,
): HeadFacts => ({
  ...read,
  now: now(),
  repository: runner.repository,
  sharedWith: [],
  permissions: {},
  deniedPackets: {},
  decision: { ok: false, errors: [] },
  records: [],
  evidence: null,
  refused: [],
});
