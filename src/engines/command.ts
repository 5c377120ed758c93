import { InternalError } from '../contracts/index.ts';
import type { Engine } from './engine.ts';

/** Any program: argv after `--`, or from the protected configuration. It owes no report; the harness writes it from the diff. */
export const command: Engine = {
  descriptor: { id: 'command', version: '1', uses_model: false, events: [], writes_report: false, lifecycle: false },
  async launch({ argv }) {
    if (argv === null || argv.length === 0)
      throw new InternalError('command without an argv is refused before a run starts');
    return { argv: [...argv], env: {}, files: [] };
  },
};
