import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bareSequence, CHANGE, changedPaths } from '../bare.ts';
import { interleaved } from '../measure.ts';
import { configText, packetText, scriptText } from '../packets.ts';
import { passingRun } from '../product.ts';
import { makeRepository, type RepositorySize } from '../repositories.ts';
import type { Bench, Row } from '../row.ts';

/** Makes the repository, then takes a whole `countersign run --engine fake` and the bare git sequence in turn. */
async function compare(
  bench: Bench,
  size: RepositorySize,
  repetitions: number,
): Promise<Record<'ours' | 'bare', number>> {
  const { folder, env } = bench;
  const repository = join(folder, 'repository');
  const packet = join(folder, 'packet.md');
  bench.note(`making a repository of ${size.files.toLocaleString('en')} files`);
  const extra = {
    '.countersign/config.yml': configText([]),
    '.bench/script.yml': scriptText(changedPaths(size.files), CHANGE),
  };
  await makeRepository(repository, size, extra, env);
  await writeFile(packet, packetText({}));
  const result = await interleaved(repetitions, {
    ours: () => passingRun(bench, repository, packet),
    bare: () => bareSequence(repository, size.files, join(folder, 'bare'), env),
  });
  await rm(repository, { recursive: true });
  return result;
}

export const runSmall: Row = {
  id: 'run-1000',
  title: '`run --engine fake` on 1,000 files, against git alone',
  async *run(bench) {
    const { ours, bare } = await compare(bench, { files: 1_000, bytes: 10_000 }, bench.quick ? 5 : 21);
    yield {
      what: 'run, 1,000 files',
      ours,
      baseline: bare,
      unit: 'ms',
      value: ours - bare,
      form: 'ms more',
      target: { at: 'most', value: 250 },
    };
  },
};

export const runLarge: Row = {
  id: 'run-50000',
  title: '`run --engine fake` on 50,000 files / 500 MB, against git alone',
  async *run(bench) {
    const files = bench.quick ? 5_000 : 50_000;
    const { ours, bare } = await compare(bench, { files, bytes: 10_000 }, bench.quick ? 1 : 5);
    yield {
      what: `run, ${files.toLocaleString('en')} files`,
      ours,
      baseline: bare,
      unit: 'ms',
      value: ours / bare,
      form: 'ratio',
      target: { at: 'most', value: 1.25 },
    };
  },
};
