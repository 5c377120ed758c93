import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exec } from './measure.ts';
import type { Bench } from './row.ts';

/** One whole `countersign run` that must pass, in milliseconds; its pack and its working copies are removed. */
export async function passingRun(bench: Bench, repository: string, packet: string): Promise<number> {
  const { folder, env, node, cli } = bench;
  const [out, scratch] = [join(folder, 'out'), join(folder, 'scratch')];
  await mkdir(scratch, { recursive: true });
  const argv = [node, cli, 'run', packet, '--repo', repository, '--engine', 'fake', '--out', out, '--json'];
  const { ms, stdout } = await exec(argv, {
    env: { ...env, HOME: folder, TMPDIR: scratch },
    cwd: folder,
    expect: [0, 1, 2],
  });
  const { status } = JSON.parse(stdout) as { status: string };
  if (status !== 'pass') throw new Error(`the run did not pass: ${stdout}`);
  await rm(out, { recursive: true });
  await rm(scratch, { recursive: true });
  return ms;
}
