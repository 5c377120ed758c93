import { describe, expect, it } from '@jest/globals';
import { heldLimits, nprocLimit } from '../../src/sandbox/accounting.ts';
import { cgroupPlaces } from '../../src/sandbox/cgroup.ts';

/** Files of /proc and /sys as they look on real machines. */
const places = (files: Record<string, string>) => cgroupPlaces((path) => files[path] ?? null);
const mount = (root: string, point: string, type: string, options: string) =>
  `30 20 0:26 ${root} ${point} rw,nosuid shared:4 - ${type} ${type} rw,${options}\n`;

describe('where groups can be made', () => {
  it('version 1: the own group of each controller', () => {
    const files = {
      '/proc/self/cgroup': '8:pids:/\n4:memory:/a/b\n0::/\n',
      '/proc/self/mountinfo':
        mount('/', '/sys/fs/cgroup/memory', 'cgroup', 'memory') +
        mount('/', '/sys/fs/cgroup/pids', 'cgroup', 'pids') +
        mount('/', '/sys/fs/cgroup/unified', 'cgroup2', 'x'),
    };
    expect(places(files)).toEqual({
      memory: { version: 1, folder: '/sys/fs/cgroup/memory/a/b' },
      pids: { version: 1, folder: '/sys/fs/cgroup/pids' },
    });
  });

  it('version 2: the nearest group upwards that hands both controllers down', () => {
    const point = '/sys/fs/cgroup';
    const own = '/user.slice/user-1000.slice/user@1000.service/app.slice/run.scope';
    const files = {
      '/proc/self/cgroup': `0::${own}\n`,
      '/proc/self/mountinfo': mount('/', point, 'cgroup2', 'nsdelegate'),
      [`${point}${own}/cgroup.subtree_control`]: '\n',
      [`${point}/user.slice/user-1000.slice/user@1000.service/app.slice/cgroup.subtree_control`]: 'memory pids\n',
      [`${point}/user.slice/user-1000.slice/user@1000.service/cgroup.subtree_control`]: 'cpu memory pids\n',
    };
    const folder = `${point}/user.slice/user-1000.slice/user@1000.service/app.slice`;
    expect(places(files)).toEqual({ memory: { version: 2, folder }, pids: { version: 2, folder } });
  });

  it.each<[string, Record<string, string>]>([
    [
      'a container whose root group hands nothing down',
      {
        '/proc/self/cgroup': '0::/\n',
        '/proc/self/mountinfo': mount('/', '/sys/fs/cgroup', 'cgroup2', ''),
        '/sys/fs/cgroup/cgroup.subtree_control': '',
      },
    ],
    [
      'only one of the two handed down',
      {
        '/proc/self/cgroup': '0::/\n',
        '/proc/self/mountinfo': mount('/', '/sys/fs/cgroup', 'cgroup2', ''),
        '/sys/fs/cgroup/cgroup.subtree_control': 'memory',
      },
    ],
    [
      'a group outside the namespace',
      {
        '/proc/self/cgroup': '4:memory:/../x\n',
        '/proc/self/mountinfo': mount('/', '/sys/fs/cgroup/memory', 'cgroup', 'memory'),
      },
    ],
    [
      'a mount of another part of the hierarchy',
      {
        '/proc/self/cgroup': '4:memory:/x\n',
        '/proc/self/mountinfo': mount('/docker/y', '/sys/fs/cgroup/memory', 'cgroup', 'memory'),
      },
    ],
    ['nothing mounted', { '/proc/self/cgroup': '4:memory:/x\n0::/x\n' }],
    ['nothing known', {}],
  ])('nowhere: %s', (_, files) => {
    expect(places(files)).toEqual({ memory: null, pids: null });
  });

  it('a mount that shows the part that the process is in', () => {
    const files = {
      '/proc/self/cgroup': '4:memory:/docker/y/z\n',
      '/proc/self/mountinfo': mount('/docker/y', '/sys/fs/cgroup/memory', 'cgroup', 'memory'),
    };
    expect(places(files).memory).toEqual({ version: 1, folder: '/sys/fs/cgroup/memory/z' });
  });
});

const limits = (hard: string) =>
  `Limit  Soft Limit  Hard Limit  Units\nMax processes             96365                ${hard}                processes\n`;

describe('RLIMIT_NPROC', () => {
  it('counts only where the kernel counts each namespace, and never for root', () => {
    expect(nprocLimit(1000, '6.1.0-18-amd64', limits('96365'))).toEqual({ ceiling: 96_365 });
    expect(nprocLimit(1000, '5.14.0', limits('unlimited'))).toEqual({ ceiling: Number.MAX_SAFE_INTEGER });
    expect(nprocLimit(1000, '5.10.0', limits('96365'))).toBeNull();
    expect(nprocLimit(0, '6.1.0', limits('96365'))).toBeNull();
    expect(nprocLimit(1000, '6.1.0', null)).toBeNull();
  });

  it('is named in the report where it holds', () => {
    const none = { memory: null, pids: null };
    expect(heldLimits({ places: none, nproc: { ceiling: 9 } })).toMatchObject({
      memory: 'polled',
      processes: 'rlimit',
    });
    expect(heldLimits({ places: none, nproc: null })).toMatchObject({ memory: 'polled', processes: 'polled' });
    const two = { version: 2 as const, folder: '/x' };
    expect(heldLimits({ places: { memory: two, pids: two }, nproc: null })).toMatchObject({
      memory: 'cgroup2',
      processes: 'cgroup2',
    });
  });
});
