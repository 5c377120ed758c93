import { posix } from 'node:path';
import type { Decision, Sha } from '../contracts/index.ts';
import type { Baseline } from '../git/index.ts';
import type { Sandbox } from '../sandbox/index.ts';

type ProviderFact = NonNullable<Decision['facts']['provider']>;

const MIB = 1 << 20;
const PROBE = {
  timeoutMs: 10_000,
  memoryBytes: 256 * MIB,
  processes: 32,
  fileBytes: MIB,
  diskBytes: 16 * MIB,
  outputBytes: 64 << 10,
};

const unavailable = (message: string): ProviderFact => ({ status: 'provider_unavailable', message });

/**
 * Whether the program that `command` is to run is there at all (failure matrix: provider, CLI or model unavailable). A path is looked for where it
 * will be, in the base tree or in the sandbox; a bare name on the sandbox's own PATH. Nothing of the repository runs.
 */
export async function commandFact(
  argv: readonly string[],
  tree: Sha,
  baseline: Baseline,
  sandbox: Sandbox,
  tools: readonly string[],
): Promise<ProviderFact> {
  const [program = ''] = argv;
  const shown = JSON.stringify(program);
  if (program.includes('/') && !program.startsWith('/')) {
    const path = posix.normalize(program);
    const folder = posix.dirname(path);
    const there = (await baseline.list(tree, folder === '.' ? '' : folder)).some((entry) => entry.path === path);
    return there
      ? { status: 'ok', message: `${shown} is in the base tree` }
      : unavailable(`the command ${shown} is not in the base tree`);
  }
  // `command -v` answers with the shell's own builtin where there is one (`true`, `echo`): look for the file as execvp(3) would.
  const script =
    'case $1 in /*) [ -f "$1" ] && [ -x "$1" ]; exit;; esac; IFS=:; ' +
    'for d in $PATH; do [ -n "$d" ] && [ -f "$d/$1" ] && [ -x "$d/$1" ] && exit 0; done; exit 1';
  const outcome = await sandbox.run(
    { argv: ['sh', '-c', script, 'sh', program], cwd: '/', mounts: [], env: {}, tools, network: [], limits: PROBE },
    { output: () => {} },
  );
  return outcome.ended === 'exited' && outcome.exitCode === 0
    ? { status: 'ok', message: `${shown} is there` }
    : unavailable(`the command ${shown} is not to be found in the sandbox`);
}
