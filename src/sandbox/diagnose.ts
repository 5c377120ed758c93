import type { Finding } from '../contracts/index.ts';
import { finding } from '../contracts/index.ts';

/** What is known about a machine on which the sandbox could not be probed, or was. Null: the file does not exist, or the step was not reached. */
export interface MachineFacts {
  arch: string;
  platform: string;
  /** Text of /etc/os-release. */
  osRelease: string | null;
  /** Absolute path of bubblewrap, and whether COUNTERSIGN_BWRAP named it. */
  bwrap: { path: string; named: boolean } | null;
  /** What COUNTERSIGN_BWRAP holds, when it names nothing that can be run. */
  badOverride: string | null;
  /** `bwrap --version`, first line. */
  version: string | null;
  sysctls: {
    unprivileged_userns_clone: string | null;
    max_user_namespaces: string | null;
    apparmor_restrict_unprivileged_userns: string | null;
  };
  /** The probe: one real start of the whole sandbox around `true`. */
  probe: { ok: boolean; stderr: string } | null;
}

/** The first version that has `--disable-userns`. */
const OLDEST = [0, 8, 0] as const;

/** The version of `bubblewrap 0.8.0`, or null where it cannot be read. */
export function parseVersion(text: string | null): string | null {
  return /^bubblewrap (\d+\.\d+\.\d+)/.exec(text ?? '')?.[1] ?? null;
}

const say = (message: string, fix: string): Finding => finding('sandbox_unavailable', message, '/isolation', fix);

/** Null when the sandbox holds; else one finding whose `fix` is the exact line for this system (4-facts.md, Sandbox). */
export function diagnose(facts: MachineFacts): Finding | null {
  const family = systemFamily(facts.osRelease);
  if (facts.platform !== 'linux' || (facts.arch !== 'x64' && facts.arch !== 'arm64')) {
    return say(`no sandbox for ${facts.platform} on ${facts.arch}`, 'Run on Linux, x86-64 or arm64.');
  }
  if (facts.badOverride !== null) {
    return say(
      `COUNTERSIGN_BWRAP names no program that can be run: ${JSON.stringify(facts.badOverride)}`,
      'Set COUNTERSIGN_BWRAP to an absolute path of bubblewrap, or unset it.',
    );
  }
  if (facts.bwrap === null) return say('bubblewrap is not installed', installLine(family));
  const version = parseVersion(facts.version);
  if (version === null) return say(`${facts.bwrap.path} is not bubblewrap`, installLine(family));
  if (older(version)) {
    return say(`bubblewrap ${version} is too old: --disable-userns needs 0.8.0`, installLine(family));
  }
  if (facts.probe?.ok) return null;
  const stderr = facts.probe?.stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  const { sysctls } = facts;
  if (sysctls.max_user_namespaces === '0') {
    return say(
      'user namespaces are switched off (user.max_user_namespaces = 0)',
      userNamespaces('user.max_user_namespaces=15000'),
    );
  }
  if (sysctls.unprivileged_userns_clone === '0') {
    return say(
      'user namespaces are for root alone (kernel.unprivileged_userns_clone = 0)',
      userNamespaces('kernel.unprivileged_userns_clone=1'),
    );
  }
  if (sysctls.apparmor_restrict_unprivileged_userns === '1') {
    return say('AppArmor restricts user namespaces', appArmor(facts.bwrap.path));
  }
  if (/namespace|uid map|Operation not permitted|Permission denied/i.test(stderr)) {
    return say(
      `namespaces cannot be made here: ${stderr}`,
      'In a container, start it with user namespaces allowed (for Docker: --security-opt seccomp=unconfined --security-opt systempaths=unconfined); on a machine: sudo sysctl -w user.max_user_namespaces=15000',
    );
  }
  return say(`the sandbox does not start: ${stderr || 'no message'}`, installLine(family));
}

type Family = 'debian' | 'fedora' | 'other';

/** `ID` and `ID_LIKE` of os-release(5). */
function systemFamily(osRelease: string | null): Family {
  const ids = [...(osRelease ?? '').matchAll(/^ID(?:_LIKE)?=(.*)$/gm)].flatMap(([, value = '']) =>
    value.replaceAll(/["']/g, '').split(' '),
  );
  if (ids.some((id) => id === 'debian' || id === 'ubuntu')) return 'debian';
  if (ids.some((id) => id === 'fedora' || id === 'rhel')) return 'fedora';
  return 'other';
}

function installLine(family: Family): string {
  if (family === 'debian') return 'sudo apt-get install -y bubblewrap';
  if (family === 'fedora') return 'sudo dnf install -y bubblewrap';
  return 'Install bubblewrap 0.8.0 or later with the package manager, or name it in COUNTERSIGN_BWRAP.';
}

const userNamespaces = (setting: string): string =>
  `echo ${setting} | sudo tee /etc/sysctl.d/60-countersign.conf && sudo sysctl --system`;

/** Ubuntu 24.04 (security-features/restricting user namespaces): a profile for this one program, or the sysctl for all. */
const appArmor = (path: string): string =>
  `printf 'abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile bwrap ${path} flags=(unconfined) {\\n  userns,\\n}\\n' | sudo tee /etc/apparmor.d/bwrap && ` +
  'sudo apparmor_parser -r /etc/apparmor.d/bwrap (or, for every program: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0)';

function older(version: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, least] of OLDEST.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}
