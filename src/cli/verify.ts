import { EXIT, type ExitCode, isDigest, type Problem, usage, UserError } from '../contracts/index.ts';
import { identityOf, publicKey, type Signers, type VerifyOptions, verifyPack } from '../evidence/index.ts';
import type { Output } from './output.ts';
import type { Register } from './program.ts';
import { readInput } from './read-input.ts';

interface Flags {
  repo?: string;
  expect?: string;
  repository?: string;
  key: string[];
  identity?: string;
  issuer?: string;
  trustedRoot?: string;
  signatures?: string;
}

/** `verify PACK`: exit 0 verified, 1 discrepancies, 3 no pack, no repository, no key, or an option that says nothing. */
export const register: Register = (program, cli) => {
  const { out, json } = cli;
  program
    .command('verify')
    .description('recompute everything that an evidence pack claims, offline')
    .argument('<pack>', 'a run folder, or a tar, tgz or zip of one')
    .option('--repo <dir>', 'apply the patch to its base in this repository and compare the tree')
    .option('--expect <digest>', 'the pack must have this digest (sha256:…)')
    .option('--repository <owner/name>', 'the pack must be of a run in this GitHub repository')
    .option('--key <file>', 'who has this public key (ed25519, PEM) must have signed; may be repeated', gather, [])
    .option('--identity <who>', 'who has this certificate must have signed: OWNER/REPO/.github/workflows/FILE.yml@REF')
    .option('--issuer <url>', 'who vouches for the identity (default: GitHub Actions)')
    .option('--trusted-root <file>', "Sigstore's keys (default: those of the public instance when this was built)")
    .option('--signatures <dir>', 'where the signatures lie (default: RUN_ID.signatures beside the pack)')
    .action(async (pack: string, flags: Flags) => {
      cli.exit(await verify(pack, optionsOf(flags), out, json));
    });
};

/** `verify PACK` without an option. */
export const verifyPlainly = async ([pack = '']: readonly string[], out: Output, json: boolean): Promise<ExitCode> =>
  await verify(pack, {}, out, json);

async function verify(pack: string, options: VerifyOptions, out: Output, json: boolean): Promise<ExitCode> {
  const result = await verifyPack(pack, options);
  if (json) out.json(result);
  else {
    out.problems(result.errors);
    const verdict = result.ok ? out.green('verified') : out.red(`not verified: ${result.errors.length} discrepancies`);
    out.result(`${verdict} ${out.dim(result.pack_digest ?? 'no digest')}`);
    for (const { file, by } of result.signatures) out.result(`signed by ${by} ${out.dim(file)}`);
  }
  return result.ok ? EXIT.pass : EXIT.fail;
}

const gather = (file: string, before: string[]): string[] => [...before, file];

function optionsOf(flags: Flags): VerifyOptions {
  const { repo, expect, repository } = flags;
  if (expect !== undefined && !isDigest(expect))
    throw usage(`${JSON.stringify(expect)} is no digest`, '--expect', 'Write sha256: and 64 lower-case hex digits.');
  const signers = signersOf(flags);
  return {
    ...(repo === undefined ? {} : { repo }),
    ...(expect === undefined ? {} : { expect }),
    ...(repository === undefined ? {} : { repository }),
    ...(signers === null ? {} : { signers }),
  };
}

/** Null where no signature is asked for. An option about signatures that nobody asked for would look like a check, and be none. */
function signersOf({ key, identity, issuer, trustedRoot, signatures }: Flags): Signers | null {
  const idle = {
    '--issuer': issuer,
    '--trusted-root': trustedRoot,
    ...(key.length > 0 ? {} : { '--signatures': signatures }),
  };
  for (const [option, value] of Object.entries(idle))
    if (identity === undefined && value !== undefined)
      throw usage(
        `${option} checks nothing by itself`,
        option,
        option === '--signatures'
          ? 'Say who must have signed: --key or --identity.'
          : 'Say who must have signed: --identity.',
      );
  if (key.length === 0 && identity === undefined) return null;
  return {
    keys: key.map((file) => publicKey(textOf(file), file)),
    identity: identity === undefined ? null : identityOf(identity, issuer),
    trustedRoot: trustedRoot === undefined ? null : textOf(trustedRoot),
    folder: signatures ?? null,
  };
}

/** A file that an option names. Throws a UserError. */
export function textOf(file: string): string {
  const input = readInput(file);
  if ('text' in input) return input.text;
  throw new UserError('problem' in input ? input.problem : ({ ...input.invalid, at: file } satisfies Problem));
}
