import { usage } from '../contracts/index.ts';
import { Answer } from './answer.ts';
import { failedWith } from './failure.ts';
import { entriesOf, type Parameters, type Transport } from './transport.ts';
import type { Pull, PullHead, Repository } from './types.ts';

export function pullOf(data: unknown, at: string): Pull {
  const pull = new Answer(data, at);
  return {
    number: pull.number('number'),
    nodeId: pull.text('node_id'),
    state: pull.oneOf('state', ['open', 'closed']),
    draft: pull.flag('draft'),
    // Lists have no `merged`.
    merged: pull.orNull('merged_at', pull.time) !== null,
    head: headOf(pull.object('head')),
    base: headOf(pull.object('base')),
    author: pull.person('user'),
    title: pull.text('title'),
    body: pull.prose('body'),
  };
}

const headOf = (head: Answer): PullHead => ({
  ref: head.text('ref'),
  sha: head.sha('sha'),
  repository: head.orNull('repo', head.object)?.text('full_name') ?? null,
});

/** All open pull requests of a branch of this repository: one for each base. */
export async function openPullsOf(transport: Transport, repository: Repository, branch: string): Promise<Pull[]> {
  const { owner, name } = repository;
  const parameters = { owner, repo: name, state: 'open', head: `${owner}:${branch}` };
  const found: Pull[] = [];
  for await (const page of transport.pages('GET /repos/{owner}/{repo}/pulls', parameters)) {
    found.push(...entriesOf(page).map((entry) => pullOf(entry, page.at)));
  }
  // `owner:branch` also names the branches of the owner's forks of this repository.
  return found.filter(({ head }) => head.ref === branch && isSame(head.repository, repository));
}

/** The open pull request of a branch of this repository. */
export async function openPullOf(transport: Transport, repository: Repository, branch: string): Promise<Pull | null> {
  const own = await openPullsOf(transport, repository, branch);
  if (own.length > 1) {
    const numbers = own.map(({ number }) => `#${number}`).join(', ');
    throw usage(
      `The branch ${JSON.stringify(branch)} has several open pull requests: ${numbers}`,
      branch,
      'Close all but one.',
    );
  }
  return own[0] ?? null;
}

/** GitHub's names don't tell capital letters. */
const isSame = (fullName: string | null, { owner, name }: Repository): boolean =>
  fullName?.toLowerCase() === `${owner}/${name}`.toLowerCase();

export async function createPull(
  transport: Transport,
  repository: Repository,
  pull: { title: string; head: string; base: string; body: string },
): Promise<Pull> {
  const parameters: Parameters = { owner: repository.owner, repo: repository.name, ...pull, draft: true };
  const find = (): Promise<Pull | null> => openPullOf(transport, repository, pull.head);
  try {
    const read = (reply: { data: unknown; at: string }): Pull => pullOf(reply.data, reply.at);
    return await transport.create('POST /repos/{owner}/{repo}/pulls', parameters, read, find);
  } catch (error) {
    // "A pull request already exists": somebody was faster.
    const existing = failedWith(error, 422) ? await find() : null;
    if (existing === null) throw error;
    return existing;
  }
}

const READY = `mutation($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } } }`;

/** REST cannot end a draft. Source: docs.github.com/en/graphql/reference/mutations#markpullrequestreadyforreview. */
export async function markReady(transport: Transport, nodeId: string): Promise<void> {
  const { data, at } = await transport.graphql(READY, { id: nodeId });
  const pull = new Answer(data, at).object('markPullRequestReadyForReview').object('pullRequest');
  if (pull.flag('isDraft')) throw usage('The pull request is still a draft', at, 'Mark it ready for review by hand.');
}
