import { type FakeScript, UserError, validateFakeScript } from '../contracts/index.ts';
import type { Baseline } from '../git/index.ts';
import { readYaml } from '../packet/index.ts';
import type { Sha } from '../contracts/index.ts';

/** Above this a script is refused. */
export const MAX_SCRIPT_BYTES = 1 << 20;

/** The fake engine's script, from the base tree. Throws a UserError (exit 3, at `<base>:<path>`) for one that breaks its contract. */
export async function readScript(
  baseline: Baseline,
  base: { ref: string; tree: Sha },
  path: string,
): Promise<FakeScript | null> {
  const blob = await baseline.readBlob(base.tree, path, MAX_SCRIPT_BYTES);
  if (blob === null) return null;
  const where = `${base.ref}:${path}`;
  const read = readYaml(blob.toString('utf8'));
  const result = read.ok ? validateFakeScript(read.value) : read;
  if (result.ok) return result.value;
  throw new UserError(result.errors.map((error) => ({ ...error, at: `${where}#${error.at}` })));
}
