import { type Digest, isDigest } from '../contracts/index.ts';

/** What a comment says about a packet, in the words that the texts of ours tell people to write. */
export type Sentence =
  | { kind: 'approve'; packetId: string; digest: Digest }
  | { kind: 'deny'; packetId: string; digest: Digest | null };

/**
 * Reads the first line of a comment, whole: `/approve <packet_id> <approval digest>` or `/deny <packet_id> [<packet digest>]`. A quote, a code fence and a later
 * line are no sentences, and a digest is written out in lower case (6-attacks.md, Approval). A denial needs no digest: it is easier to say no.
 */
export function sentenceOf(body: string): Sentence | null {
  const [first = ''] = body.split(/\r?\n/, 1);
  const [verb, packetId, digest, ...more] = first.trimEnd().split(' ');
  if (packetId === undefined || !/^[a-z0-9][a-z0-9-]{2,63}$/.test(packetId) || more.length > 0) return null;
  if (verb === '/approve' && digest !== undefined && isDigest(digest)) return { kind: 'approve', packetId, digest };
  if (verb !== '/deny') return null;
  return { kind: 'deny', packetId, digest: digest !== undefined && isDigest(digest) ? digest : null };
}
