import type { Arch, Syscall } from './syscalls.ts';
import { AUDIT_ARCH, syscallNumber } from './syscalls.ts';

/** One classic BPF instruction: `struct sock_filter` of linux/filter.h. */
interface Instruction {
  code: number;
  jt: number;
  jf: number;
  k: number;
}

// Opcodes of linux/bpf_common.h that the filter needs.
const LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
const AND = 0x54; // BPF_ALU | BPF_AND | BPF_K
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const JUMP_ANY_BIT = 0x45;
const RETURN = 0x06;

const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const errno = (n: number): number => 0x00050000 | n;
const EPERM = errno(1);
const ENOSYS = errno(38);
const EAFNOSUPPORT = errno(97);

// Offsets in struct seccomp_data; both machines are little-endian, so the low half of an argument comes first.
const NR = 0;
const ARCH = 4;
const argument = (index: number): number => 16 + 8 * index;

const step = (code: number, k: number, jt = 0, jf = 0): Instruction => ({ code, jt, jf, k });
const load = (offset: number): Instruction => step(LOAD, offset);
const give = (value: number): Instruction => step(RETURN, value);

/** Administration of the kernel, mounts and other namespaces: no capability is left for them, the filter is the second lock. */
// biome-ignore format: one word each line says nothing more
const REFUSED: readonly Syscall[] = [
  'acct', 'bpf', 'chroot', 'clock_adjtime', 'clock_settime', 'delete_module', 'fanotify_init', 'finit_module', 'fsconfig', 'fsmount', 'fsopen', 'fspick',
  'init_module', 'ioperm', 'iopl', 'kexec_file_load', 'kexec_load', 'lookup_dcookie', 'migrate_pages', 'modify_ldt', 'mount', 'mount_setattr',
  'move_mount', 'move_pages', 'nfsservctl', 'open_by_handle_at', 'open_tree', 'open_tree_attr', 'perf_event_open', 'pivot_root', 'quotactl',
  'quotactl_fd', 'reboot', 'setdomainname', 'sethostname', 'setns', 'settimeofday', 'swapoff', 'swapon', 'sysfs', 'syslog', 'umount2', 'uselib',
  'userfaultfd', 'ustat', 'vhangup', '_sysctl',
];

/**
 * Calls that programs ask for and do without when the kernel has none (ENOSYS): the keyring is shared with the host's session, io_uring goes round
 * the filter, memfd_secret round every account, and the flags of clone3 are out of a filter's sight (libc then takes clone).
 */
// biome-ignore format: as above
const ABSENT: readonly Syscall[] = [
  'add_key', 'clone3', 'io_uring_enter', 'io_uring_register', 'io_uring_setup', 'keyctl', 'memfd_secret', 'request_key',
];

/** Memory that belongs to no process: without a cgroup nothing would count it. */
const UNCOUNTED: readonly Syscall[] = ['memfd_create', 'shmget'];

// CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET} of linux/sched.h; unshare knows CLONE_NEWTIME too, which in clone is part of the exit signal.
const NEW_NAMESPACES = 0x7e020000;
const NEW_TIME = 0x80;

const refuseFlags = (mask: number): Instruction[] => [
  load(argument(0)),
  step(JUMP_ANY_BIT, mask, 0, 1),
  give(EPERM),
  give(ALLOW),
];

const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
/** Typing into a terminal (CVE-2017-5226); the low half is compared, because the kernel ignores the rest. */
const TERMINAL: Instruction[] = [
  load(argument(1)),
  step(JUMP_EQUAL, TIOCSTI, 1),
  step(JUMP_EQUAL, TIOCLINUX, 0, 1),
  give(EPERM),
  give(ALLOW),
];

/** AF_UNIX; AF_INET and AF_INET6 without raw and packet types; AF_NETLINK for routes alone (getifaddrs); no vsock, packet, alg or other family. */
const SOCKETS: Instruction[] = [
  load(argument(0)),
  step(JUMP_EQUAL, 1, 9), // AF_UNIX -> allow
  step(JUMP_EQUAL, 2, 3), // AF_INET -> its type
  step(JUMP_EQUAL, 10, 2), // AF_INET6 -> its type
  step(JUMP_EQUAL, 16, 7), // AF_NETLINK -> its protocol
  give(EAFNOSUPPORT),
  load(argument(1)),
  step(AND, 0xf),
  step(JUMP_EQUAL, 3, 5), // SOCK_RAW -> refuse
  step(JUMP_EQUAL, 10, 4), // SOCK_PACKET -> refuse
  give(ALLOW),
  give(ALLOW),
  load(argument(2)),
  step(JUMP_EQUAL, 0, 1), // NETLINK_ROUTE -> allow
  give(EPERM),
  give(ALLOW),
];

/**
 * The filter for bubblewrap's `--seccomp`: a `struct sock_filter` array as bytes. Calls of another machine type (i386 on x86-64) kill the process,
 * x32 calls do not exist, what is listed above is refused, everything else is allowed: engines and test suites are arbitrary programs.
 * `uncounted` says that no cgroup counts memory. Source of the list: Docker's and flatpak's default profiles.
 */
export function seccompFilter(arch: Arch, options: { uncounted: boolean }): Buffer {
  const program: Instruction[] = [load(ARCH), step(JUMP_EQUAL, AUDIT_ARCH[arch], 1), give(KILL_PROCESS), load(NR)];
  if (arch === 'x64') program.push(step(JUMP_AT_LEAST, 0x40000000, 0, 1), give(ENOSYS));
  const rule = (name: Syscall, body: Instruction[]) => {
    const number = syscallNumber(name, arch);
    if (number !== null) program.push(step(JUMP_EQUAL, number, 0, body.length), ...body);
  };
  rule('clone', refuseFlags(NEW_NAMESPACES));
  rule('unshare', refuseFlags(NEW_NAMESPACES | NEW_TIME));
  rule('ioctl', TERMINAL);
  rule('socket', SOCKETS);
  for (const name of REFUSED) rule(name, [give(EPERM)]);
  for (const name of options.uncounted ? [...ABSENT, ...UNCOUNTED] : ABSENT) rule(name, [give(ENOSYS)]);
  program.push(give(ALLOW));
  return encode(program);
}

function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, { code, jt, jf, k }] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jt, index * 8 + 2);
    bytes.writeUInt8(jf, index * 8 + 3);
    bytes.writeUInt32LE(k >>> 0, index * 8 + 4);
  }
  return bytes;
}
