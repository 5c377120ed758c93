import { createHash } from 'node:crypto';
import { asSha, type Report, type Sha } from '../contracts/index.ts';

/** What of a report the commit is made of. */
type Published = Pick<Report, 'result_tree' | 'base_commit' | 'case_id' | 'run_id' | 'run_finished_at'>;

/**
 * The commit that publishing this run makes: its parent is the base, its tree the result, and its trailers name packet, run and evidence. Everything in it
 * follows from the pack, so its id is known before anybody pushes it, a head can be compared with it, and `git hash-object -t commit` gives the same
 * (git, Documentation/gitformat-signature and `git cat-file commit`; docs/adr/0053, 0123).
 *
 * @param reportSha256 bare hex, of the bytes of report.json: the evidence that the trailer names. The pack's own digest covers the statements, and they name
 * this commit.
 * @returns the commit object's text and its id, SHA-1 or SHA-256 by the length of the tree's; null where the run left no result.
 */
export function resultCommit(report: Published, reportSha256: string): { text: string; id: Sha } | null {
  if (report.result_tree === null || report.base_commit === null) return null;
  // git keeps whole seconds.
  const who = `Countersign <countersign@localhost> ${Math.floor(Date.parse(report.run_finished_at) / 1000)} +0000`;
  const text = [
    `tree ${report.result_tree}`,
    `parent ${report.base_commit}`,
    `author ${who}`,
    `committer ${who}`,
    '',
    `Countersign: ${report.case_id}`,
    '',
    `Countersign-Packet: ${report.case_id}`,
    `Countersign-Run: ${report.run_id}`,
    `Countersign-Evidence: sha256:${reportSha256}`,
    '',
  ].join('\n');
  const algorithm = report.result_tree.length === 40 ? 'sha1' : 'sha256';
  const id = createHash(algorithm)
    .update(`commit ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex');
  return { text, id: asSha(id) };
}
