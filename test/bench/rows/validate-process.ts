import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exec, interleaved } from '../measure.ts';
import { packetText } from '../packets.ts';
import type { Row } from '../row.ts';

/** A whole `countersign validate` of one packet against a Node that does nothing. */
export const validateProcess: Row = {
  id: 'validate-process',
  title: '`validate` of one packet, whole process, against `node -e 0`',
  async *run({ folder, node, cli, env, quick }) {
    const file = join(folder, 'packet.md');
    await writeFile(file, packetText({}));
    const child = { env, cwd: folder };
    const { ours, bare } = await interleaved(quick ? 15 : 101, {
      ours: async () => (await exec([node, cli, 'validate', file], child)).ms,
      bare: async () => (await exec([node, '-e', '0'], child)).ms,
    });
    yield {
      what: 'validate FILE',
      ours,
      baseline: bare,
      unit: 'ms',
      value: ours - bare,
      form: 'ms more',
      target: { at: 'most', value: 20 },
    };
  },
};
