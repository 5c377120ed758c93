import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../src/contracts/index.ts';
import { EXPORT } from './places.ts';
import { reading } from './reader.ts';
import type { Played } from './runner.ts';
import type { Stage } from './stage.ts';

/** Evidence as somebody gets it who has nothing but an account that may read: the archive from the API, and the command line of this Action. */
export interface Evidence {
  id: number;
  name: string;
  archive: string;
  report: Report;
  /** What `countersign verify` says of it against a fresh clone, by its exit code. */
  verify(...more: string[]): { code: number | null; text: string };
}

interface Listed {
  artifacts: { id: number; name: string; workflow_run: { id: number } }[];
}

/** All artifacts of evidence, oldest first. */
export async function evidenceOf(stage: Stage): Promise<Evidence[]> {
  const { artifacts } = (await (
    await reading(stage.twin, stage.repo, '/actions/artifacts?per_page=100')
  ).json()) as Listed;
  const ours = artifacts.filter(({ name }) => /^countersign-\d/.test(name)).toSorted((a, b) => a.id - b.id);
  return await Promise.all(ours.map(async ({ id, name }) => await read(stage, id, name)));
}

async function read(stage: Stage, id: number, name: string): Promise<Evidence> {
  const folder = mkdtempSync(join(stage.folder, 'evidence-'));
  const archive = join(folder, `${name}.zip`);
  const zip = await (await reading(stage.twin, stage.repo, `/actions/artifacts/${id}/zip`)).arrayBuffer();
  writeFileSync(archive, Buffer.from(zip));
  const report = JSON.parse(execFileSync('unzip', ['-p', archive, 'report.json'], { encoding: 'utf8' })) as Report;
  const clone = join(folder, 'clone');
  return {
    id,
    name,
    archive,
    report,
    verify: (...more) => {
      execFileSync('git', ['clone', '--quiet', '--mirror', stage.repo.gitDir, clone]);
      const { status, stdout, stderr } = spawnSync(
        'node',
        [join(EXPORT, 'dist/cli.js'), 'verify', archive, '--repo', clone, ...more],
        { encoding: 'utf8' },
      );
      return { code: status, text: stdout + stderr };
    },
  };
}

/** What the name of a run's job attests: the digest of its pack, and the artifact that holds it. */
export function sealedOf({ names }: Played): { status: string; digest: string; artifact: number } | null {
  const name = names.find((job) => / \/ Sealed /.test(job));
  const [, status, digest, artifact] =
    /Sealed (pass|fail|blocked) (?:un)?started (sha256:[0-9a-f]{64}) (\d+)$/.exec(name ?? '') ?? [];
  return status === undefined || digest === undefined ? null : { status, digest, artifact: Number(artifact) };
}
