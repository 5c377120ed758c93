import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Arch, Syscall } from '../../src/sandbox/syscalls.ts';
import { syscallNumber } from '../../src/sandbox/syscalls.ts';
import type { Lab } from '../sandbox/lab.ts';
import { command, ACCOUNTS, openLab } from '../sandbox/lab.ts';

/** 6-attacks.md, Runner: the keyring, io_uring, raw and vsock sockets, namespaces. Each call is really made (with perl), and its error compared. */
let lab: Lab;
beforeAll(() => {
  lab = openLab();
});
afterAll(() => lab.close());

const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;
const arch = process.arch as Arch;
const call = (name: Syscall, args: (number | string)[], errno: number) => ({ name, args, errno });

/** perl writes into a string that it passes to a call, so a literal must be copied first. */
const argument = (value: number | string, index: number) =>
  typeof value === 'string' ? `(my $a${index} = ${value})` : value;

const CALLS = [
  call('keyctl', [0, -3, 0], ENOSYS),
  call('add_key', ['"user"', '"x"', '"y"', 1, -3], ENOSYS),
  call('request_key', ['"user"', '"x"', 0, -3], ENOSYS),
  call('io_uring_setup', [8, '"\\0" x 120'], ENOSYS),
  call('io_uring_enter', [0, 0, 0, 0, 0], ENOSYS),
  call('memfd_secret', [0], ENOSYS),
  call('clone3', ['"\\0" x 88', 88], ENOSYS),
  call('bpf', [0, '"\\0" x 64', 64], EPERM),
  call('perf_event_open', ['"\\0" x 112', 0, -1, -1, 0], EPERM),
  call('userfaultfd', [1], EPERM),
  call('mount', ['"none"', '"/tmp"', '"tmpfs"', 0, 0], EPERM),
  call('umount2', ['"/tmp"', 2], EPERM),
  call('open_tree', [-100, '"/"', 1], EPERM),
  call('fsopen', ['"tmpfs"', 0], EPERM),
  call('setns', [0, 0], EPERM),
  call('unshare', [0x10000000], EPERM),
  call('unshare', [0x40000000], EPERM),
  call('unshare', [0x80], EPERM),
  call('clone', [0x10000011, 0, 0, 0, 0], EPERM),
  call('chroot', ['"/tmp"'], EPERM),
  call('pivot_root', ['"/tmp"', '"/tmp"'], EPERM),
  call('syslog', [10, 0, 0], EPERM),
  call('ioctl', [0, 0x5412, '"x"'], EPERM),
  call('socket', [40, 1, 0], EAFNOSUPPORT),
  call('socket', [17, 3, 0], EAFNOSUPPORT),
  call('socket', [38, 5, 0], EAFNOSUPPORT),
  call('socket', [2, 3, 1], EPERM),
  call('socket', [10, 3, 58], EPERM),
  call('socket', [2, 3 | 0x80000, 1], EPERM),
  call('socket', [16, 3, 9], EPERM),
];

describe.each(ACCOUNTS)('kernel: $name', (mode) => {
  it('refuses every call that the filter names', async () => {
    const perl = CALLS.map(
      ({ name, args }) =>
        `$r = syscall(${syscallNumber(name, arch)}, ${args.map(argument).join(', ')}); print $r < 0 ? $!+0 : "made", "\\n";`,
    );
    const {
      results: [result],
    } = await lab.run(mode, [{ command: command(['perl', '-e', `use strict; my $r; ${perl.join('\n')}`]) }]);
    const got = result?.stdout.trim().split('\n') ?? [];
    expect(CALLS.map(({ name, args }, index) => `${name}(${args.join()}): ${got[index]}`)).toEqual(
      CALLS.map(({ name, args, errno }) => `${name}(${args.join()}): ${errno}`),
    );
  });

  it('lets ordinary sockets, threads and memory be', async () => {
    const script =
      'for my $s ([1,1],[1,2],[2,1],[2,2],[10,1],[10,2]) { socket(my $h, $s->[0], $s->[1], 0) or print "no @$s $!\\n" } socketpair(my $a, my $b, 1, 1, 0) or print "no pair"; print "done"';
    const {
      results: [sockets, threads],
    } = await lab.run(mode, [
      { command: command(['perl', '-e', script]) },
      {
        command: command([
          'node',
          '-e',
          'new (require("node:worker_threads").Worker)("console.log(1)", {eval: true}).on("exit", (c) => process.exit(c + 7))',
        ]),
      },
    ]);
    expect(sockets?.stdout).toBe('done');
    expect([threads?.stdout, threads?.outcome?.exitCode]).toEqual(['1\n', 7]);
  });

  it('kills a program of another machine type', async () => {
    if (process.arch !== 'x64') return; // the program below is i386's
    const source = lab.makeFolder(mode);
    const program = join(source, 'i386');
    writeFileSync(program, i386Program());
    chmodSync(program, 0o755);
    const outside = spawnSync(program);
    const {
      results: [result],
    } = await lab.run(mode, [{ command: command(['/w/i386'], { mounts: [{ source, target: '/w', access: 'ro' }] }) }]);
    // Outside it exits with 42, where the kernel runs such programs at all.
    const expected = outside.status === 42 ? ['signalled', 'SIGSYS'] : ['exited', null];
    expect([result?.outcome?.ended, result?.outcome?.signal]).toEqual(expected);
    expect(existsSync(program)).toBe(true);
  });
});

/** The smallest ELF for i386: `exit(42)` by `int 0x80`. */
function i386Program(): Buffer {
  const base = 0x08048000;
  const code = Buffer.from([0xb8, 1, 0, 0, 0, 0xbb, 42, 0, 0, 0, 0xcd, 0x80]);
  const header = Buffer.alloc(84);
  header.write('\x7fELF\x01\x01\x01', 'latin1');
  header.writeUInt16LE(2, 16); // ET_EXEC
  header.writeUInt16LE(3, 18); // EM_386
  header.writeUInt32LE(1, 20);
  header.writeUInt32LE(base + 84, 24); // entry
  header.writeUInt32LE(52, 28); // program headers
  header.writeUInt16LE(52, 40);
  header.writeUInt16LE(32, 42);
  header.writeUInt16LE(1, 44);
  header.writeUInt32LE(1, 52); // PT_LOAD
  header.writeUInt32LE(base, 60);
  header.writeUInt32LE(base, 64);
  header.writeUInt32LE(84 + code.length, 68);
  header.writeUInt32LE(84 + code.length, 72);
  header.writeUInt32LE(5, 76); // r-x
  header.writeUInt32LE(0x1000, 80);
  return Buffer.concat([header, code]);
}
