import { type Approval, readDocument, UserError, usage, validateApprovals } from '../contracts/index.ts';
import { readText } from './text-file.ts';

/** As much as a reader of a pack takes of `approvals.json` (src/evidence/layout.ts). */
const MOST_BYTES = 4 << 20;

/** The approvals of `--approvals FILE` (`{schema, approvals: […]}`). Throws a UserError for a file that is absent, too large or breaks its contract. */
export async function readApprovals(file: string | undefined): Promise<Approval[]> {
  if (file === undefined) return [];
  const text = await readText(file, MOST_BYTES, '--approvals', 'Name an approvals file.');
  if (Buffer.byteLength(text) > MOST_BYTES)
    throw usage(
      `${file} is larger than ${MOST_BYTES} bytes`,
      '--approvals',
      'Name a file with the approvals of this packet.',
    );
  const result = readDocument(text, validateApprovals);
  if (!result.ok) throw new UserError(result.errors.map((e) => ({ ...e, at: `${file}#${e.at}` })));
  return result.value.approvals;
}
