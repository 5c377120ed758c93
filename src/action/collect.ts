import { decisive, type HeadFacts } from '../checks/index.ts';
import type { GitHub, Pull } from '../github/index.ts';
import { blankFacts } from './blank-facts.ts';
import { decisionWithout, hostedOf, requestOf } from './decision.ts';
import { packetBranch } from './event.ts';
import { type Downloaded, readEvidence } from './evidence.ts';
import { headNow } from './head.ts';
import type { Environment, Inputs } from './inputs.ts';
import { issueFacts } from './issue.ts';
import { openedCommit } from './opened.ts';
import { withPeople } from './people.ts';
import { artifactName, nameOf, readRecords, secondName } from './records.ts';
import type { Runner } from './runner.ts';
import type { Store } from './store.ts';

/** What every mode works with. */
export interface Context {
  env: Environment;
  inputs: Inputs;
  runner: Runner;
  github: GitHub;
  /** A folder of this step alone, for downloads and packs. */
  folder: string;
  now: () => string;
}

export interface Collected {
  /** Its `pull` is the one of after everything else was read. */
  facts: HeadFacts;
  evidence: Downloaded | null;
  now: Pull;
  /** Other open pull requests with the same head. */
  others: Pull[];
}

/**
 * Everything that the checks of one head are made of, read from GitHub, git and the artifacts alone. Requests: issue, timeline, one or two listings of artifacts, two for each run that left
 * some, one download, one for each person whose word could count, the commit's pull requests.
 */
export async function collect(context: Context, pull: Pull, store: Store): Promise<Collected> {
  const { facts, evidence } = await read(context, pull, store);
  const { now, others } = await headNow(context.github, pull);
  return { facts: { ...facts, pull: now, sharedWith: others.map(({ number }) => number) }, evidence, now, others };
}

async function read(
  context: Context,
  pull: Pull,
  store: Store,
): Promise<{ facts: HeadFacts; evidence: Downloaded | null }> {
  const { github, runner, inputs, env, folder } = context;
  const named = packetBranch(pull.head.ref);
  const found = named === null ? null : await github.issue(named.issue);
  const issue = found === null || found.isPull ? null : issueFacts(found);
  const timeline = await github.timeline(pull.number);
  await store.fetch([pull.head.sha]);
  const opened = await openedCommit(store, pull.head.sha, pull.head.ref);
  const blank = blankFacts(context, { pull, issue, opened, timeline });
  if (issue === null || opened.problem !== null) return { facts: withReason(blank), evidence: null };
  const hosted = hostedOf(runner, store, { issue, opened, branch: pull.head.ref });
  const decision = await decisionWithout(requestOf(store, hosted, inputs.engine, env, folder));
  const name = artifactName(issue.number, opened.sha);
  // Only a pass is published; for the gate of the opened head any evidence says why. Where a proposal's pass has its second name, publishing said so: a hint where to look.
  const isEarly = inputs.mode === 'gate' && pull.head.sha === opened.sha && !pull.body.includes(secondName(name));
  const left = await readRecords({ github, store, runner, inputs }, name, isEarly ? 'anything' : 'a pass');
  const { records, refused } = left;
  const record = decisive(records);
  const evidence =
    record === null ? null : await readEvidence(record, nameOf(record, name, left), { github, store, folder });
  const facts = { ...blank, decision, records, refused, evidence: evidence?.facts ?? null };
  return { facts: await withPeople(facts, github, store), evidence };
}

/** No decision was looked for, and the checks say why by what is missing. */
const withReason = (facts: HeadFacts): HeadFacts => ({
  ...facts,
  decision: {
    ok: false,
    errors: [
      {
        code: 'usage',
        message: 'nothing was decided for this head',
        at: facts.pull.head.ref,
        fix: 'Fix what is said above first.',
      },
    ],
  },
});
