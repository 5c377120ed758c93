import { type Digest, isDigest, type Sha } from '../contracts/index.ts';
import type { OpenedCommit } from '../checks/index.ts';
import { type Baseline, type CommitShape, commitShape } from '../git/index.ts';
import { parsePacket } from '../packet/index.ts';
import { packetBranch } from './event.ts';
import type { Store } from './store.ts';

const MAX_PACKET = 1 << 20;

/** Where the packet of an issue lies in the tree (1-product.md, The loop on GitHub). */
export const packetPath = (issue: number, packetId: string): string =>
  `.countersign/packets/issue-${issue}-${packetId}.md`;

/** The trailer that names the packets which were open on this branch before, latest first. */
const REPLACES = 'Countersign-Replaces';
const MOST_REPLACED = 50;

/** That trailer for a commit that takes the place of another, or nothing where there is no other packet to name. */
export function replacesTrailer({ packetDigest, replaces }: OpenedCommit, digest: Digest): string {
  const before = new Set([packetDigest, ...replaces].filter((one) => one !== null && one !== digest));
  return before.size === 0 ? '' : `\n${REPLACES}: ${[...before].slice(0, MOST_REPLACED).join(' ')}`;
}

/** The last trailer of this name in a commit's message; null without. Only to know what to look at: what it claims is proved otherwise. */
export function trailer(message: string, name: string): string | null {
  const block = message.trimEnd().split('\n\n').at(-1) ?? '';
  const prefix = `${name}: `;
  return (
    block
      .split('\n')
      .findLast((line) => line.startsWith(prefix))
      ?.slice(prefix.length) ?? null
  );
}

/**
 * The commit by which a head was opened: the head itself, or, where the head says that it is the result of a run, its parent. The shape is checked strictly
 * (docs/adr/0110); that the head is a result is for the checks to prove, from its evidence.
 *
 * @param branch short name of the head's branch.
 */
export async function openedCommit(store: Store, head: Sha, branch: string): Promise<OpenedCommit> {
  const named = packetBranch(branch);
  const shape = await commitShape(store.baseline, head);
  if (named === null || shape === null) return nothing(head, 'the head is no commit of a packet branch');
  const [parent] = shape.parents;
  const isResult =
    trailer(shape.message, 'Countersign-Run') !== null && shape.parents.length === 1 && parent !== undefined;
  const first = isResult ? await commitShape(store.baseline, parent) : shape;
  if (first === null) return nothing(head, 'the head has a parent that cannot be read');
  return await readOpened(store, first, packetPath(named.issue, named.packetId));
}

/** How many commits are looked through for the one that opened a packet. */
const MOST_ABOVE = 20;

/**
 * The commit that opened what a head stands on: the head's own, or that of the next below it which has one, where somebody pushed on top or brought the branch up to date. Null where
 * it was pushed away.
 */
export async function openedBelow(store: Store, head: Sha, branch: string): Promise<OpenedCommit | null> {
  let at: Sha | undefined = head;
  for (let looks = 0; at !== undefined && looks < MOST_ABOVE; looks += 1) {
    const found = await openedCommit(store, at, branch);
    if (found.problem === null) return found;
    at = (await commitShape(store.baseline, at))?.parents[0];
  }
  return null;
}

const nothing = (sha: Sha, problem: string): OpenedCommit => ({
  sha,
  packetDigest: null,
  rules: null,
  replaces: [],
  problem,
});

async function readOpened(store: Store, shape: CommitShape, path: string): Promise<OpenedCommit> {
  const { sha, parents, changes, truncated, message } = shape;
  const [parent] = parents;
  const [only] = changes ?? [];
  if (
    parent === undefined ||
    parents.length !== 1 ||
    truncated ||
    changes?.length !== 1 ||
    only?.path !== path ||
    only.kind !== 'added' ||
    only.mode !== '100644'
  )
    return nothing(sha, `commit ${sha} does more than add ${path}`);
  const bytes = await store.baseline.readBlob(sha, path, MAX_PACKET);
  const reading = bytes === null ? null : readText(bytes);
  if (reading === null) return nothing(sha, `${path} in ${sha} is no packet with a target`);
  const base = `refs/heads/${reading.base}`;
  const tip = base === store.tip.ref ? store.tip.sha : ((await store.fetch([base])).get(base) ?? null);
  if (tip === null) return nothing(sha, `the packet is for ${base}, and there is no such branch`);
  if (!(await store.baseline.isAncestor(parent, tip))) return nothing(sha, `commit ${sha} does not stand on ${base}`);
  const rules = trailer(message, 'Countersign-Rules');
  return {
    sha,
    packetDigest: reading.digest,
    rules: rules !== null && /^[0-9a-f]{64}$/.test(rules) ? (rules as Sha) : null,
    replaces: (trailer(message, REPLACES) ?? '').split(' ').filter(isDigest).slice(0, MOST_REPLACED),
    problem: null,
  };
}

function readText(bytes: Uint8Array): { digest: Digest; base: string } | null {
  const reading = parsePacket(new TextDecoder('utf-8').decode(bytes));
  return reading.ok && reading.packet.target ? { digest: reading.digest, base: reading.packet.target.base_ref } : null;
}

/** The digest of the packet that a commit holds, for reviews of older heads; null where that cannot be known. */
export async function packetDigestAt(baseline: Baseline, commit: Sha, path: string): Promise<Digest | null> {
  const bytes = await baseline.readBlob(commit, path, MAX_PACKET).catch(() => null);
  return bytes === null ? null : (readText(bytes)?.digest ?? null);
}
