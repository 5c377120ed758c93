import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Report } from '../../src/contracts/index.ts';
import { type Case, configText, packetText } from './case.ts';
import type { Registry } from './registry.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

/** Makes a repository with one commit from what a case fetched. A clone keeps its history and gets one commit more. */
function commit(repository: string, extra: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(extra)) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), text);
  }
  const git = (...argv: string[]): void => {
    const config = ['-c', 'user.name=field', '-c', 'user.email=field@example.invalid', '-c', 'commit.gpgsign=false'];
    execFileSync('git', [...config, ...argv], { cwd: repository, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  if (!existsSync(join(repository, '.git'))) git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'Base of the field test');
}

/** The product's command line, as a user starts it: its standard output and exit code. Not synchronous: the mirror answers meanwhile. */
async function countersign(...argv: string[]): Promise<{ stdout: string; code: number | null }> {
  const child = spawn(process.execPath, [CLI, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  return await new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done({ stdout: Buffer.concat(chunks).toString(), code }));
  });
}

interface Ran {
  status: string;
  pack: string;
  blockers: { code: string; message: string }[];
}

/** What a pack says of a run, for people. */
function tell({ pack, blockers }: Ran): void {
  for (const { code, message } of blockers) console.log(`- ${code}: ${message}`);
  const report = JSON.parse(readFileSync(join(pack, 'report.json'), 'utf8')) as Report;
  for (const { name, phase, exit_code, result } of report.verification ?? [])
    console.log(`- ${phase}: ${name}: ${result} (exit code ${exit_code})`);
  for (const { path, added, removed } of report.changed_files ?? []) console.log(`- ${path}: +${added} −${removed}`);
  for (const { message } of report.observations) console.log(`- observed: ${message}`);
}

/** Runs a case and says what came of it; true when that was what its author expected, and the pack holds against the repository. */
export async function play(one: Case, npm: Registry, folder: string): Promise<boolean> {
  const fetched = join(folder, 'fetched');
  mkdirSync(fetched, { recursive: true });
  const repository = one.fetch(fetched);
  commit(repository, { ...one.extra, '.countersign/config.yml': configText(npm) });
  const packet = join(folder, 'packet.md');
  writeFileSync(packet, packetText(one.id, one.title, one.packet(npm)));
  const where = ['--repo', repository, '--protected-ref', 'main', '--out', join(folder, 'out')];
  const started = Date.now();
  const { stdout } = await countersign('run', packet, ...where, '--engine', 'command', '--json', '--', ...one.argv);
  const ran = JSON.parse(stdout) as Ran;
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`\n## ${one.id}: ${ran.status} (${one.expected} expected), ${seconds} s`);
  tell(ran);
  const verified = await countersign('verify', ran.pack, '--repo', repository);
  console.log(`- verify: exit code ${verified.code}`);
  if (verified.code !== 0) console.log(verified.stdout);
  return ran.status === one.expected && verified.code === 0;
}
