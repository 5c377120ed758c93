import { EXIT } from '../contracts/index.ts';
import { explainDecision } from '../policy/index.ts';
import { decidePacket } from '../run/index.ts';
import { legible } from './output.ts';
import type { Register } from './program.ts';
import { type RequestFlags, requestOf, requestOptions } from './request.ts';

export const register: Register = (program, { out, json, exit, argv: given }) => {
  requestOptions(program.command('decide'))
    .summary('say whether a packet may run, by which engine and how far')
    .description(
      'Reads packet, protected ref, repository and machine, changes nothing, and prints the eligibility decision: every gate, why, and what would\n' +
        'satisfy it. Exits 0 where every gate passes, 2 where one is missing, 3 for invalid documents.',
    )
    .argument('<file>', 'the packet; - reads standard input')
    .argument('[argv...]', 'behind --: what the engine command would run')
    .option('--probe', 'also ask whether the provider answers')
    .action(async (file: string, argv: string[], flags: RequestFlags & { probe?: boolean }) => {
      const decision = await decidePacket({
        ...requestOf(file, argv, flags, given),
        probe: flags.probe ?? false,
      });
      if (json) out.json(decision);
      else out.result(legible(explainDecision(decision)).trimEnd());
      exit(decision.missing_gates.length === 0 ? EXIT.pass : EXIT.blocked);
    });
};
