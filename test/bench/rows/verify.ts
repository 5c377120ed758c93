import { readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { exec, interleaved, residentPeak } from '../measure.ts';
import { makePack } from '../packs.ts';
import type { Bench, Measurement, Row } from '../row.ts';

interface Shape {
  files: number;
  bytes: number;
  what: string;
  /** Speed of `verify` over that of `openssl dgst -sha256` on the same files. */
  least: number;
}

/** `openssl dgst` over every file of the pack, as few processes as the argument list allows: one. */
async function openssl(pack: string, env: Bench['env']): Promise<number> {
  const entries = await readdir(pack, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(pack, join(entry.parentPath, entry.name)));
  return (await exec(['openssl', 'dgst', '-sha256', '-r', ...files], { env, cwd: pack })).ms;
}

async function* measure(bench: Bench, { files, bytes, what, least }: Shape): AsyncGenerator<Measurement> {
  const { env, node, cli, folder } = bench;
  bench.note(`making a pack: ${what}`);
  const pack = await makePack(join(folder, `pack-${files}`), { files, bytes });
  const verify = [cli, 'verify', pack];
  const { ours, bare } = await interleaved(bench.quick ? 3 : 11, {
    ours: async () => (await exec([node, ...verify], { env })).ms,
    bare: async () => await openssl(pack, env),
  });
  yield {
    what: `verify, ${what}`,
    ours,
    baseline: bare,
    unit: 'ms',
    value: bare / ours,
    form: 'ratio',
    target: { at: 'least', value: least },
  };
  const peak = await residentPeak(node, verify, { env });
  yield {
    what: `verify, ${what}, resident`,
    ours: peak,
    baseline: 200,
    unit: 'MB',
    value: peak,
    form: 'MB',
    target: { at: 'most', value: 200 },
  };
  await rm(pack, { recursive: true });
}

export const verifyLarge: Row = {
  id: 'verify-large',
  title: '`verify` on 200 files of 5 MB, against `openssl dgst -sha256`',
  run: (bench) => measure(bench, { files: bench.quick ? 40 : 200, bytes: 5_000_000, what: '5 MB files', least: 1.3 }),
};

export const verifyMany: Row = {
  id: 'verify-many',
  title: '`verify` on 10,000 files of 10 kB, against `openssl dgst -sha256`',
  run: (bench) =>
    measure(bench, { files: bench.quick ? 2_000 : 10_000, bytes: 10_000, what: '10 kB files', least: 0.7 }),
};
