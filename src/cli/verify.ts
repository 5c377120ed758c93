import { EXIT, isDigest, usage } from '../contracts/index.ts';
import { type VerifyOptions, verifyPack } from '../evidence/index.ts';
import type { Register } from './program.ts';

/** `verify PACK [--repo DIR] [--expect DIGEST]`: exit 0 verified, 1 discrepancies, 3 no pack, no repository or a digest that is none. */
export const register: Register = (program, cli) => {
  const { out, json } = cli;
  program
    .command('verify')
    .description('recompute everything that an evidence pack claims, offline')
    .argument('<pack>', 'a run folder, or a tar, tgz or zip of one')
    .option('--repo <dir>', 'apply the patch to its base in this repository and compare the tree')
    .option('--expect <digest>', 'the pack must have this digest (sha256:…)')
    .action(async (pack: string, options: VerifyOptions) => {
      if (options.expect !== undefined && !isDigest(options.expect))
        throw usage(
          `${JSON.stringify(options.expect)} is no digest`,
          '--expect',
          'Write sha256: and 64 lower-case hex digits.',
        );
      const result = await verifyPack(pack, options);
      if (json) out.json(result);
      else {
        out.problems(result.errors);
        const verdict = result.ok
          ? out.green('verified')
          : out.red(`not verified: ${result.errors.length} discrepancies`);
        out.result(`${verdict} ${out.dim(result.pack_digest ?? 'no digest')}`);
      }
      cli.exit(result.ok ? EXIT.pass : EXIT.fail);
    });
};
