import {
  commitsToRead,
  distinct,
  type HeadFacts,
  askedOf,
  peopleToAsk,
  peopleToAskAboutOutcome,
  type Permission,
} from '../checks/index.ts';
import type { Digest, Sha } from '../contracts/index.ts';
import type { GitHub } from '../github/index.ts';
import { packetDigestAt, packetPath } from './opened.ts';
import type { Store } from './store.ts';

/** Asks what the decisions of people in a timeline depend on: which packet was denied where, and who may (still) write. One request for each person. */
export async function withPeople(facts: HeadFacts, github: GitHub, store: Store): Promise<HeadFacts> {
  const asked = askedOf(facts);
  if (asked === null || !facts.issue?.packet.ok) return facts;
  const path = packetPath(facts.issue.number, facts.issue.packet.packet.packet_id);
  const deniedPackets: Record<Sha, Digest | null> = {};
  const commits = commitsToRead(facts.timeline, asked);
  const there = await store.fetch(commits);
  for (const commit of commits)
    deniedPackets[commit] =
      (there.get(commit) ?? null) === null ? null : await packetDigestAt(store.baseline, commit, path);
  const known = { ...facts, deniedPackets };
  const people = distinct([...peopleToAsk(facts.timeline, asked, deniedPackets), ...peopleToAskAboutOutcome(known)]);
  const permissions: Record<number, Permission> = {};
  for (const person of people) permissions[person.id] = await github.permission(person);
  return { ...known, permissions };
}
