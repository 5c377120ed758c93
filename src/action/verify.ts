import { EXIT, usage } from '../contracts/index.ts';
import type { Inputs } from './inputs.ts';
import { type Result, say } from './outputs.ts';

/** Mode `verify`: recomputes everything that a pack claims, offline: a folder or an archive in the workspace. */
export async function verify({ pack, expect }: Inputs): Promise<Result> {
  if (pack === null) throw usage('input pack is missing', 'pack', 'Name the folder or archive of an evidence pack.');
  const { verifyPack } = await import('../evidence/index.ts');
  const { ok, errors, pack_digest: digest } = await verifyPack(pack, expect === null ? {} : { expect });
  for (const { code, message, at, fix } of errors) say(`${code} ${message} (${at}): ${fix}`);
  return {
    status: ok ? 'pass' : 'fail',
    exitCode: ok ? EXIT.pass : EXIT.fail,
    packDigest: digest ?? undefined,
    blockers: [...new Set(errors.map(({ code }) => code))],
  };
}
