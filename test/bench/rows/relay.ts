import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHANGE, changedPaths } from '../bare.ts';
import { interleaved } from '../measure.ts';
import { configText, packetText, scriptText } from '../packets.ts';
import { passingRun } from '../product.ts';
import { makeRepository } from '../repositories.ts';
import type { Row } from '../row.ts';

const FILES = 100;
const ENDPOINT = '127.0.0.1:9';

/** The same run with and without a network: what the relay outside and the bridge inside cost together, when the engine does not use them. */
export const relay: Row = {
  id: 'relay',
  title: 'What the relay adds to a run',
  async *run(bench) {
    const { folder, env, quick } = bench;
    const repository = join(folder, 'repository');
    const [without, packet] = [join(folder, 'without.md'), join(folder, 'with.md')];
    const extra = {
      '.countersign/config.yml': configText([ENDPOINT]),
      '.bench/script.yml': scriptText(changedPaths(FILES), CHANGE),
    };
    await makeRepository(repository, { files: FILES, bytes: 1_000 }, extra, env);
    await writeFile(without, packetText({}));
    await writeFile(packet, packetText({ network: ENDPOINT }));
    const { ours, bare } = await interleaved(quick ? 5 : 31, {
      ours: () => passingRun(bench, repository, packet),
      bare: () => passingRun(bench, repository, without),
    });
    await rm(repository, { recursive: true });
    yield {
      what: 'run with a network',
      ours,
      baseline: bare,
      unit: 'ms',
      value: ours - bare,
      form: 'ms more',
      target: { at: 'most', value: 60 },
    };
  },
};
