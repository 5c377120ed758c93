import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { exec, interleaved } from '../measure.ts';
import { makePack } from '../packs.ts';
import type { Bench, Measurement, Row } from '../row.ts';

interface Shape {
  files: number;
  bytes: number;
  what: string;
}

async function measure(
  bench: Bench,
  { files, bytes, what }: Shape,
  ending: 'tar' | 'tgz' | 'zip',
): Promise<Measurement> {
  const { env, node, cli, folder } = bench;
  const archive = join(folder, `pack-${files}.${ending}`);
  bench.note(`making a ${ending}: ${what}`);
  const pack = await makePack(join(folder, `pack-${files}-${ending}`), { files, bytes });
  const from = { env, cwd: dirname(pack) };
  if (ending === 'zip') await exec(['zip', '-qr1', archive, basename(pack)], from);
  else await exec(['tar', ending === 'tar' ? '-cf' : '-czf', archive, basename(pack)], from);
  const { ours, bare } = await interleaved(bench.quick ? 3 : 5, {
    ours: async () => (await exec([node, cli, 'verify', archive], { env })).ms,
    bare: async () => {
      const list = ending === 'zip' ? ['unzip', '-tqq', archive] : ['tar', '-tf', archive];
      return (await exec(list, { env })).ms + (await exec(['openssl', 'dgst', '-sha256', archive], { env })).ms;
    },
  });
  // On tmpfs all of it is memory.
  await Promise.all([pack, archive].map(async (path) => await rm(path, { recursive: true })));
  return {
    what: `verify ${ending}, ${what}`,
    ours,
    baseline: bare,
    unit: 'ms',
    value: ours / bare,
    form: 'ratio',
    target: { at: 'most', value: 1.4 },
  };
}

/** An archive is one pass over its bytes: listing it and hashing it is the least that anybody can do. (For a zip, `unzip -t` reads the entries.) */
export const archives: Row = {
  id: 'archives',
  title: '`verify` on an archive, against `tar tf` and `openssl dgst` (zip: `unzip -t` and `openssl dgst`)',
  async *run(bench) {
    const large: Shape = { files: bench.quick ? 40 : 200, bytes: 5_000_000, what: '5 MB files' };
    const many: Shape = { files: bench.quick ? 2_000 : 10_000, bytes: 10_000, what: '10 kB files' };
    for (const shape of [large, many]) {
      for (const ending of ['tar', 'tgz', 'zip'] as const) yield await measure(bench, shape, ending);
    }
  },
};
