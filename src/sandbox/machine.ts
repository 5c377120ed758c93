import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { readOrNull } from './accounting.ts';
import type { MachineFacts } from './diagnose.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** bubblewrap is COUNTERSIGN_BWRAP, else the one on PATH, nowhere else (2-contracts.md, Places). An override that cannot be run is no fallback to PATH. */
export function locateBubblewrap(env: Environment): Pick<MachineFacts, 'bwrap' | 'badOverride'> {
  const named = env['COUNTERSIGN_BWRAP'];
  if (named !== undefined && named !== '') {
    const good = isAbsolute(named) && executable(named);
    return good ? { bwrap: { path: named, named: true }, badOverride: null } : { bwrap: null, badOverride: named };
  }
  for (const folder of (env['PATH'] ?? '').split(':')) {
    const path = join(folder, 'bwrap');
    // A relative entry would find a program in the repository that the harness was started in.
    if (isAbsolute(folder) && executable(path)) return { bwrap: { path, named: false }, badOverride: null };
  }
  return { bwrap: null, badOverride: null };
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The first line of `bwrap --version`, or null. */
export function bubblewrapVersion(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(path, ['--version'], { env: {}, timeout: 10_000, maxBuffer: 4_096 }, (error, stdout) => {
      resolve(error ? null : (stdout.split('\n')[0] ?? ''));
    });
  });
}

const sysctl = (name: string): string | null => readOrNull(`/proc/sys/${name}`)?.trim() ?? null;

/** What explains a probe that failed. */
export function readMachine(): Pick<MachineFacts, 'arch' | 'platform' | 'osRelease' | 'sysctls'> {
  return {
    arch: process.arch,
    platform: process.platform,
    osRelease: readOrNull('/etc/os-release'),
    sysctls: {
      unprivileged_userns_clone: sysctl('kernel/unprivileged_userns_clone'),
      max_user_namespaces: sysctl('user/max_user_namespaces'),
      apparmor_restrict_unprivileged_userns: sysctl('kernel/apparmor_restrict_unprivileged_userns'),
    },
  };
}
