import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, finding, type Packet } from '../contracts/index.ts';
import { type Bench, outcomeFinding, runCommand } from './commands.ts';
import { type Baseline, ignoredPaths } from '../git/index.ts';
import { folderDigest, NO_OUTPUTS, occupied, type Outputs } from './outputs.ts';

/** A path of the packet as the bytes that the file system has. */
const asBytes = (path: string): string => Buffer.from(path).toString('latin1');

export type Prepared = { ok: true; outputs: Outputs } | { ok: false; findings: Finding[] };

const failed = (message: string, at: string, fix: string): Finding => finding('setup_failed', message, at, fix);

/** True when every component of `path` below `root` is a real folder: a link would bind something else. */
function isPlainFolder(root: string, path: string): boolean {
  let at = root;
  for (const name of path.split('/').filter(Boolean)) {
    at = join(at, name);
    if (!lstatSync(at, { throwIfNoEntry: false })?.isDirectory()) return false;
  }
  return true;
}

/**
 * Runs the packet's setup commands in a checkout of their own (2-contracts.md, `setup`) and takes the digest of what they made. An
 * output must be ignored by git there: one that it tracks would hide what the engine may change.
 */
export async function prepare(
  bench: Bench,
  setup: NonNullable<Packet['setup']>,
  checkout: string,
  baseline: Baseline,
): Promise<Prepared> {
  const paths = setup.outputs ?? [];
  const taken = occupied(checkout, paths);
  if (taken !== null) {
    const message = `${taken} is a link or a file in the tree`;
    return { ok: false, findings: [failed(message, '/setup/outputs', 'Name a folder that git does not track.')] };
  }
  for (const [index, command] of setup.commands.entries()) {
    const outcome = await runCommand(bench, command, 'setup');
    const found = outcomeFinding(
      outcome,
      'setup_failed',
      `setup command ${command.name} failed`,
      `/setup/commands/${index}`,
      command,
    );
    if (found) return { ok: false, findings: [found] };
  }
  if (paths.length === 0) return { ok: true, outputs: NO_OUTPUTS };
  // git refuses to be asked about what lies behind a link.
  const folders = new Set(paths.filter((path) => isPlainFolder(checkout, path)));
  const ignored = await ignoredPaths(baseline, checkout, [...folders].map(asBytes));
  if (ignored === null) {
    const message = 'git has no answer about what the .gitignore files ignore once setup has run';
    return { ok: false, findings: [failed(message, '/setup/outputs', 'Have setup leave .gitignore files alone.')] };
  }
  const findings: Finding[] = [];
  const outputs: Outputs = { made: [], sources: [] };
  for (const [index, path] of paths.entries()) {
    const at = `/setup/outputs/${index}`;
    if (!folders.has(path))
      findings.push(failed(`setup made no folder ${path}`, at, 'Correct setup.outputs or the commands.'));
    else if (!ignored.has(asBytes(path)))
      findings.push(
        failed(`${path} is not ignored by git`, at, 'Have .gitignore name it: outputs are never part of a patch.'),
      );
    else {
      const hashed = folderDigest(join(checkout, path), bench.limits.diskBytes);
      if ('unfit' in hashed)
        findings.push(failed(`${path} holds ${hashed.unfit}`, at, 'Have setup make regular files that can be read.'));
      else {
        outputs.made.push({ path, digest: hashed.digest });
        outputs.sources.push({ path, source: join(checkout, path.replace(/\/+$/, '')) });
      }
    }
  }
  return findings.length > 0 ? { ok: false, findings } : { ok: true, outputs };
}
