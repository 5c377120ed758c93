import { readFile } from 'node:fs/promises';
import { type Approval, readDocument, UserError, usage, validateApprovals } from '../contracts/index.ts';

/** The approvals of `--approvals FILE` (`{schema, approvals: […]}`). Throws a UserError for a file that is absent or breaks its contract. */
export async function readApprovals(file: string | undefined): Promise<Approval[]> {
  if (file === undefined) return [];
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw usage(`${file} cannot be read: ${error.message}`, '--approvals', 'Name an approvals file.');
  });
  const result = readDocument(text, validateApprovals);
  if (!result.ok) throw new UserError(result.errors.map((e) => ({ ...e, at: `${file}#${e.at}` })));
  return result.value.approvals;
}
