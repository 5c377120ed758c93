import { EXIT } from '../contracts/index.ts';
import { examinePack, showPack } from '../evidence/index.ts';
import type { Register } from './program.ts';

/** `show PACK`: what a pack says, after it was verified. Exit 0 when it is verified, 1 when not, 3 when there is none. */
export const register: Register = (program, cli) => {
  const { out, json } = cli;
  program
    .command('show')
    .description('a readable summary of an evidence pack: verdict, why, timeline, files, what next')
    .argument('<pack>', 'a run folder, or a tar, tgz or zip of one')
    .action(async (pack: string) => {
      const examined = await examinePack(pack);
      const { verification, report, events } = examined;
      if (json) out.json({ ...verification, report, events });
      else out.result(showPack(examined).trimEnd());
      cli.exit(verification.ok ? EXIT.pass : EXIT.fail);
    });
};
