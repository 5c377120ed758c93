import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
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

async function artifactsOf({ twin, repo }: Stage): Promise<Listed['artifacts']> {
  const answer = await reading(twin, repo, '/actions/artifacts?per_page=100');
  return ((await answer.json()) as Listed).artifacts;
}

async function download({ twin, repo }: Stage, id: number, file: string): Promise<void> {
  const zip = await (await reading(twin, repo, `/actions/artifacts/${id}/zip`)).arrayBuffer();
  writeFileSync(file, Buffer.from(zip));
}

/** A folder with the files of an artifact. */
export async function unpacked(stage: Stage, name: RegExp): Promise<string> {
  const found = (await artifactsOf(stage)).find((artifact) => name.test(artifact.name));
  if (found === undefined) throw new Error(`there is no artifact ${name.source}`);
  const folder = mkdtempSync(join(stage.folder, 'artifact-'));
  await download(stage, found.id, `${folder}.zip`);
  execFileSync('unzip', ['-q', `${folder}.zip`, '-d', folder]);
  return folder;
}

/** All artifacts of evidence, oldest first. */
export async function evidenceOf(stage: Stage): Promise<Evidence[]> {
  const artifacts = await artifactsOf(stage);
  const ours = artifacts.filter(({ name }) => /^countersign-\d/.test(name)).toSorted((a, b) => a.id - b.id);
  return await Promise.all(ours.map(async ({ id, name }) => await read(stage, id, name)));
}

async function read(stage: Stage, id: number, name: string): Promise<Evidence> {
  const folder = mkdtempSync(join(stage.folder, 'evidence-'));
  const archive = join(folder, `${name}.zip`);
  await download(stage, id, archive);
  const report = JSON.parse(execFileSync('unzip', ['-p', archive, 'report.json'], { encoding: 'utf8' })) as Report;
  const clone = join(folder, 'clone');
  return {
    id,
    name,
    archive,
    report,
    verify: (...more) => {
      if (!existsSync(clone)) execFileSync('git', ['clone', '--quiet', '--mirror', stage.repo.gitDir, clone]);
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
