import { openSandbox, type Command } from '../../../src/sandbox/index.ts';
import { exec, interleaved, timed } from '../measure.ts';
import type { Row } from '../row.ts';

const MIB = 2 ** 20;
const TRUE: Command = {
  argv: ['true'],
  cwd: '/',
  mounts: [],
  env: {},
  tools: [],
  network: [],
  limits: {
    timeoutMs: 30_000,
    memoryBytes: 512 * MIB,
    processes: 64,
    fileBytes: MIB,
    diskBytes: 16 * MIB,
    outputBytes: MIB,
  },
};

/** `true` in the whole sandbox against `true` started by the same process without one. */
export const sandbox: Row = {
  id: 'sandbox',
  title: 'What the sandbox adds to a command',
  async *run({ env, quick }) {
    const opened = await openSandbox({ env });
    if (!opened.ok) throw new Error(`${opened.finding.message}: ${opened.finding.fix}`);
    const contained = async (): Promise<number> =>
      await timed(async () => {
        const outcome = await opened.sandbox.run(TRUE, { output: () => {} });
        if (outcome.exitCode !== 0) throw new Error(`true ended with ${JSON.stringify(outcome)}`);
      });
    const { ours, bare } = await interleaved(quick ? 20 : 101, {
      ours: contained,
      bare: async () => (await exec(['true'], { env })).ms,
    });
    await opened.sandbox.close();
    yield {
      what: '`true` in the sandbox',
      ours,
      baseline: bare,
      unit: 'ms',
      value: ours - bare,
      form: 'ms more',
      target: { at: 'most', value: 10 },
    };
  },
};
