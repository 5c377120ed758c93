import { dirname } from 'node:path';
import { EXIT, usage } from '../contracts/index.ts';
import type { Inputs } from './inputs.ts';
import { type Result, say } from './outputs.ts';

/**
 * Mode `sign`: verifies a pack, which must have the expected digest, and signs that digest with an ed25519 key. In a job of its own, that ran nothing of anybody's and has the key as its
 * only secret.
 */
export async function sign({ pack, expect, signingKey }: Inputs): Promise<Result> {
  if (pack === null) throw usage('input pack is missing', 'pack', 'Name the folder or archive of an evidence pack.');
  if (expect === null) throw usage('input expect is missing', 'expect', 'Give the digest that the run job stated.');
  if (signingKey === null)
    throw usage('input signing-key is missing', 'signing-key', 'Give the secret that holds the ed25519 key.');
  const { examinePack, privateKey, signPack } = await import('../evidence/index.ts');
  const key = privateKey(signingKey, 'signing-key');
  const { verification, report } = await examinePack(pack, { expect });
  const { ok, errors, pack_digest: digest } = verification;
  for (const { code, message, at, fix } of errors) say(`${code} ${message} (${at}): ${fix}`);
  if (!ok || report === null || digest === null)
    return {
      status: 'fail',
      exitCode: EXIT.fail,
      packDigest: digest ?? undefined,
      blockers: [...new Set(errors.map(({ code }) => code))],
    };
  const file = signPack({ path: pack, runId: report.run_id, digest }, key, null);
  say(`signed ${digest} with ${key.id}`);
  return {
    status: 'pass',
    exitCode: EXIT.pass,
    runId: report.run_id,
    packetId: report.case_id,
    packDigest: digest,
    pack: dirname(file),
    artifactName: `countersign-signatures-${report.run_id}`,
  };
}
