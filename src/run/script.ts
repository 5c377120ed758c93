import { type FakeScript, UserError, validateFakeScript } from '../contracts/index.ts';
import type { Baseline } from '../git/index.ts';
import { readYaml } from '../packet/index.ts';
import type { Sha } from '../contracts/index.ts';

const MAX_BYTES = 1 << 20;

/** The bytes of the packet's `engine.script` in the base tree; null where it is no regular file there. Throws a UserError above 1 MiB. */
export const readScript = async (baseline: Baseline, tree: Sha, path: string): Promise<Buffer | null> =>
  await baseline.readBlob(tree, path, MAX_BYTES);

/** The fake engine's script. Throws a UserError (exit 3, at `<base>:<path>`) for one that breaks its contract. */
export function parseScript(bytes: Buffer, where: string): FakeScript {
  const read = readYaml(bytes.toString('utf8'));
  const result = read.ok ? validateFakeScript(read.value) : read;
  if (result.ok) return result.value;
  throw new UserError(result.errors.map((error) => ({ ...error, at: `${where}#${error.at}` })));
}
