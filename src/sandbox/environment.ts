import { InternalError } from '../contracts/index.ts';

/** Inside, the account is always the same one, whoever runs the harness. */
export const ACCOUNT = { name: 'sandbox', uid: 1000, gid: 1000, home: '/home/sandbox' } as const;

const SYSTEM_PATH = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * Names that change what a program loads or runs, or that carry a runner's commands and tokens (6-attacks.md, Runner). No caller has a reason to
 * pass them on; the sandbox refuses rather than filters, so that the mistake is seen.
 */
const REFUSED =
  /^(?:GITHUB_|ACTIONS_|RUNNER_|GIT_|LD_|BASH_|DYLD_|npm_config_script_shell$|ENV$|IFS$|PS4$|SHELLOPTS$|NODE_OPTIONS$|NODE_REPL_|PYTHON(?:PATH|STARTUP|HOME)$|PERL5(?:LIB|OPT)$|RUBY(?:LIB|OPT)$)/i;
const OWN = new Set(['PATH', 'HOME', 'TMPDIR', 'LANG', 'USER', 'PWD']);

/**
 * The whole environment inside, sorted by name. `first` are folders put before the system's on PATH. Throws an InternalError for a name that is
 * malformed, refused, or set by the sandbox itself.
 */
export function innerEnvironment(
  env: Readonly<Record<string, string>>,
  first: readonly string[],
): [name: string, value: string][] {
  for (const [name, value] of Object.entries(env)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name) || value.includes('\0')) {
      throw new InternalError(`not an environment variable: ${JSON.stringify(name.slice(0, 80))}`);
    }
    if (OWN.has(name) || REFUSED.test(name)) throw new InternalError(`${name} must not be set inside the sandbox`);
  }
  const all = {
    ...env,
    PATH: [...new Set([...first, ...SYSTEM_PATH])].join(':'),
    HOME: ACCOUNT.home,
    TMPDIR: '/tmp',
    LANG: 'C.UTF-8',
    USER: ACCOUNT.name,
  };
  return Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
}
