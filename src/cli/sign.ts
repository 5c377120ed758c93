import { EXIT, isDigest, usage } from '../contracts/index.ts';
import { examinePack, privateKey, signPack } from '../evidence/index.ts';
import type { Register } from './program.ts';
import { textOf } from './verify.ts';

interface Flags {
  key?: string;
  expect?: string;
  signatures?: string;
}

/** Where a job gets its key from: an argument would be seen by every process of the machine. */
const VARIABLE = 'COUNTERSIGN_SIGNING_KEY';

/** `sign PACK`: exit 0 signed, 1 the pack does not verify (nothing is signed), 3 no pack, no key, no place to write to. */
export const register: Register = (program, cli) => {
  const { out, json } = cli;
  program
    .command('sign')
    .description('verify an evidence pack and sign its digest with an ed25519 key')
    .argument('<pack>', 'a run folder, or a tar, tgz or zip of one')
    .option('--key <file>', `the private key (ed25519, PKCS #8, PEM); default: the text in ${VARIABLE}`)
    .option('--expect <digest>', 'sign no other pack than the one with this digest (sha256:…)')
    .option('--signatures <dir>', 'where to put the signature (default: RUN_ID.signatures beside the pack)')
    .action(async (path: string, { key, expect, signatures }: Flags) => {
      if (expect !== undefined && !isDigest(expect))
        throw usage(
          `${JSON.stringify(expect)} is no digest`,
          '--expect',
          'Write sha256: and 64 lower-case hex digits.',
        );
      const signer = privateKey(...keyText(key, process.env[VARIABLE]));
      const { verification, report } = await examinePack(path, expect === undefined ? {} : { expect });
      const { ok, pack_digest: digest, errors } = verification;
      if (!ok || report === null || digest === null) {
        if (json) out.json({ ok: false, pack_digest: digest, errors });
        else out.problems(errors);
        return cli.exit(EXIT.fail);
      }
      const file = signPack({ path, runId: report.run_id, digest }, signer, signatures ?? null);
      if (json) out.json({ ok: true, pack_digest: digest, signature: file, keyid: signer.id, errors });
      else out.result(`${out.green('signed')} ${out.dim(digest)}\n${file}`);
      cli.exit(EXIT.pass);
    });
};

/** The key's text, and where it came from. */
function keyText(file: string | undefined, variable: string | undefined): [pem: string, at: string] {
  const named = file === undefined ? 0 : 1;
  const given = variable === undefined || variable === '' ? 0 : 1;
  if (named + given !== 1)
    throw usage(
      named === 0 ? 'there is no key to sign with' : `--key and ${VARIABLE} both name a key`,
      '--key',
      `Give one of --key FILE and ${VARIABLE}, which holds the text of the key.`,
    );
  // It was seen by then; but no message of ours repeats it.
  if (file?.includes('PRIVATE KEY'))
    throw usage(
      '--key takes the name of a file, not a key',
      '--key',
      `Put the text into ${VARIABLE}; this key is burnt.`,
    );
  return file === undefined ? [variable ?? '', VARIABLE] : [textOf(file), file];
}
