import { GitFailure, gitBytes } from './command.ts';
import { ownEnvironment } from './environment.ts';
import { type RawPath, splitNul } from './raw-path.ts';
import type { Baseline } from './types.ts';

/** More than any honest `.gitignore` takes: git reads one that is a fifo for ever, and a line of many `**` in exponential time (git, wildmatch.c). */
const PATIENCE_MS = 30_000;

/**
 * Which of these paths (bytes; a folder ends with `/`) git ignores, by the `.gitignore` files of a checkout alone. check-ignore reads those files
 * and lstats paths; it enters no repository and runs nothing. No exclude file of ours or of DIR exists for it. Null where git has no answer
 * within `patienceMs`.
 */
export async function ignoredPaths(
  baseline: Baseline,
  checkout: string,
  paths: readonly RawPath[],
  patienceMs = PATIENCE_MS,
): Promise<Set<RawPath> | null> {
  if (paths.length === 0) return new Set();
  // This command refuses literal pathspecs; `./` keeps a name like `:(top)x` from being magic.
  const env = ownEnvironment(baseline.gitDir, { GIT_WORK_TREE: checkout, GIT_LITERAL_PATHSPECS: '0' });
  const input = Buffer.from(paths.map((raw) => `./${raw}\0`).join(''), 'latin1');
  const args = ['check-ignore', '-z', '--stdin', '--no-index'];
  try {
    const { stdout } = await gitBytes(env, args, { input, cwd: checkout, accept: [0, 1], patienceMs });
    return new Set(splitNul(stdout).map((path) => path.slice('./'.length)));
  } catch (error) {
    if (error instanceof GitFailure && error.exitCode === null) return null;
    throw error;
  }
}
