import { createHash } from 'node:crypto';
import { asSha, type Sha } from '../contracts/index.ts';

/**
 * The commit that publishing this run makes: its parent is the base, its tree the result. Everything in it follows from the run, so its id is known
 * before anybody pushes it, and `git hash-object -t commit` gives the same (git, Documentation/gitformat-signature and `git cat-file commit`;
 * docs/adr/0053).
 *
 * @param time RFC 3339, UTC; git keeps whole seconds.
 * @returns the commit object's text and its id, SHA-1 or SHA-256 by the length of `tree`.
 */
export function resultCommit(run: { tree: Sha; parent: Sha; packetId: string; runId: string; time: string }): {
  text: string;
  id: Sha;
} {
  const seconds = Math.floor(Date.parse(run.time) / 1000);
  const who = `Countersign <countersign@localhost> ${seconds} +0000`;
  const text = [
    `tree ${run.tree}`,
    `parent ${run.parent}`,
    `author ${who}`,
    `committer ${who}`,
    '',
    `Countersign: ${run.packetId}`,
    '',
    `Countersign-Packet: ${run.packetId}`,
    `Countersign-Run: ${run.runId}`,
    '',
  ].join('\n');
  const algorithm = run.tree.length === 40 ? 'sha1' : 'sha256';
  const id = createHash(algorithm)
    .update(`commit ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex');
  return { text, id: asSha(id) };
}
