import { describe, expect, it } from '@jest/globals';
import type { MachineFacts } from '../../src/sandbox/diagnose.ts';
import { diagnose, parseVersion } from '../../src/sandbox/diagnose.ts';

const DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n';
const UBUNTU = 'NAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n';
const FEDORA = 'NAME="Fedora Linux"\nID=fedora\nVERSION_ID=42\n';
const ROCKY = 'NAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"\n';

const good: MachineFacts = {
  arch: 'x64',
  platform: 'linux',
  osRelease: DEBIAN,
  bwrap: { path: '/usr/bin/bwrap', named: false },
  badOverride: null,
  version: 'bubblewrap 0.8.0',
  sysctls: {
    unprivileged_userns_clone: null,
    max_user_namespaces: '96365',
    apparmor_restrict_unprivileged_userns: null,
  },
  probe: { ok: true, stderr: '' },
};
const failed = (stderr: string) => ({ probe: { ok: false, stderr } });
const sysctls = (part: Partial<MachineFacts['sysctls']>) => ({ sysctls: { ...good.sysctls, ...part } });

describe('what is wrong with a machine, and the line that fixes it', () => {
  it('finds nothing where the probe held, whatever the settings say', () => {
    expect(diagnose(good)).toBeNull();
    expect(diagnose({ ...good, ...sysctls({ apparmor_restrict_unprivileged_userns: '1' }) })).toBeNull();
  });

  it.each<[string, Partial<MachineFacts>, RegExp, RegExp]>([
    ['Debian without bubblewrap', { bwrap: null }, /not installed/, /^sudo apt-get install -y bubblewrap$/],
    [
      'Ubuntu without bubblewrap',
      { bwrap: null, osRelease: UBUNTU },
      /not installed/,
      /^sudo apt-get install -y bubblewrap$/,
    ],
    [
      'Fedora without bubblewrap',
      { bwrap: null, osRelease: FEDORA },
      /not installed/,
      /^sudo dnf install -y bubblewrap$/,
    ],
    ['Rocky without bubblewrap', { bwrap: null, osRelease: ROCKY }, /not installed/, /^sudo dnf install/],
    ['another system without bubblewrap', { bwrap: null, osRelease: null }, /not installed/, /package manager/],
    ['a wrong COUNTERSIGN_BWRAP', { bwrap: null, badOverride: 'bwrap' }, /COUNTERSIGN_BWRAP/, /absolute path/],
    ['something else called bwrap', { version: null }, /is not bubblewrap/, /apt-get/],
    [
      'an old bubblewrap',
      { version: 'bubblewrap 0.6.1', ...failed('Unknown option --disable-userns') },
      /0\.6\.1 is too old/,
      /apt-get/,
    ],
    ['an old bubblewrap that somehow started', { version: 'bubblewrap 0.7.9' }, /too old/, /apt-get/],
    [
      'Debian, namespaces for root alone',
      { ...failed('bwrap: No permissions to create new namespace'), ...sysctls({ unprivileged_userns_clone: '0' }) },
      /for root alone/,
      /kernel\.unprivileged_userns_clone=1 .*sysctl --system/,
    ],
    [
      'Fedora, namespaces off',
      {
        osRelease: FEDORA,
        ...failed('bwrap: Creating new namespace failed: No space left on device'),
        ...sysctls({ max_user_namespaces: '0' }),
      },
      /switched off/,
      /user\.max_user_namespaces=15000/,
    ],
    [
      'Ubuntu 24.04, AppArmor',
      {
        osRelease: UBUNTU,
        ...failed('bwrap: setting up uid map: Permission denied'),
        ...sysctls({ apparmor_restrict_unprivileged_userns: '1' }),
      },
      /AppArmor/,
      /profile bwrap \/usr\/bin\/bwrap flags=\(unconfined\)[\s\S]*userns,[\s\S]*apparmor_parser -r/,
    ],
    [
      'a container',
      failed(
        'bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged user namespaces.',
      ),
      /namespaces cannot be made here/,
      /container/,
    ],
    ['anything else', failed('bwrap: Cannot mount proc'), /does not start: bwrap: Cannot mount proc/, /./],
    ['a probe that was not made', { probe: null }, /does not start/, /./],
    ['another machine type', { arch: 'riscv64', probe: null }, /riscv64/, /x86-64 or arm64/],
    ['another system', { platform: 'darwin', probe: null }, /darwin/, /Linux/],
  ])('%s', (_, facts, message, fix) => {
    const problem = diagnose({ ...good, ...facts });
    expect(problem?.code).toBe('sandbox_unavailable');
    expect(problem?.message).toMatch(message);
    expect(problem?.fix).toMatch(fix);
  });

  it('reads versions', () => {
    expect(['bubblewrap 0.11.0', 'bubblewrap 1.2.3', 'bwrap 0.8.0', '', null].map(parseVersion)).toEqual([
      '0.11.0',
      '1.2.3',
      null,
      null,
      null,
    ]);
  });
});
