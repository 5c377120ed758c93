import { describe, expect, it } from '@jest/globals';
import { seccompFilter } from '../../src/sandbox/seccomp.ts';
import type { Arch, Syscall } from '../../src/sandbox/syscalls.ts';
import { AUDIT_ARCH, syscallNumber } from '../../src/sandbox/syscalls.ts';

/** A classic BPF machine for the opcodes of the filter (kernel: net/core/filter.c); throws for any other, so an unknown opcode fails the test. */
function judge(filter: Buffer, call: { arch: number; nr: number; args?: number[] }): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call.nr >>> 0, 0);
  data.writeUInt32LE(call.arch, 4);
  for (const [index, value] of (call.args ?? []).entries())
    data.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), 16 + 8 * index);
  let a = 0;
  for (let pc = 0; pc * 8 < filter.length; pc++) {
    const [code, jt, jf, k] = [
      filter.readUInt16LE(pc * 8),
      filter[pc * 8 + 2] ?? 0,
      filter[pc * 8 + 3] ?? 0,
      filter.readUInt32LE(pc * 8 + 4),
    ];
    if (code === 0x20) a = data.readUInt32LE(k);
    else if (code === 0x54) a = (a & k) >>> 0;
    else if (code === 0x15) pc += a === k ? jt : jf;
    else if (code === 0x35) pc += a >= k ? jt : jf;
    else if (code === 0x45) pc += (a & k) !== 0 ? jt : jf;
    else if (code === 0x06) return k;
    else throw new Error(`opcode ${code}`);
  }
  throw new Error('no verdict');
}

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const errno = (n: number) => 0x50000 | n;

describe.each<Arch>(['x64', 'arm64'])('the filter of %s', (arch) => {
  const filter = seccompFilter(arch, { uncounted: false });
  const verdict = (name: Syscall, args: number[] = [], bytes = filter) =>
    judge(bytes, { arch: AUDIT_ARCH[arch], nr: syscallNumber(name, arch) ?? -2, args });

  it('fits the kernel: whole instructions, at most 4096, every path ends in a verdict', () => {
    expect(filter.length % 8).toBe(0);
    expect(filter.length / 8).toBeLessThan(4096);
    for (let nr = 0; nr < 600; nr++)
      expect(() => judge(filter, { arch: AUDIT_ARCH[arch], nr, args: [nr, nr] })).not.toThrow();
  });

  it('kills what was made for another machine', () => {
    for (const other of [0x40000003, 0x40000028, arch === 'x64' ? AUDIT_ARCH.arm64 : AUDIT_ARCH.x64, 0]) {
      for (const nr of [0, 1, 41, 198, 435]) expect(judge(filter, { arch: other, nr })).toBe(KILL);
    }
  });

  it('refuses by name', () => {
    for (const name of [
      'bpf',
      'mount',
      'perf_event_open',
      'setns',
      'userfaultfd',
      'open_by_handle_at',
      'kexec_load',
    ] as const)
      expect(verdict(name)).toBe(errno(1));
    for (const name of ['keyctl', 'add_key', 'request_key', 'io_uring_setup', 'clone3', 'memfd_secret'] as const)
      expect(verdict(name)).toBe(errno(38));
  });

  it('judges namespaces by flag', () => {
    for (const flag of [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]) {
      expect(verdict('clone', [flag | 17])).toBe(errno(1));
      expect(verdict('unshare', [flag])).toBe(errno(1));
    }
    expect(verdict('unshare', [0x80])).toBe(errno(1));
    expect(verdict('clone', [0x3d0f00])).toBe(ALLOW); // a thread
    expect(verdict('clone', [17])).toBe(ALLOW); // fork
    expect(verdict('unshare', [0x400])).toBe(ALLOW); // CLONE_FILES
  });

  it('judges sockets by family, type and protocol', () => {
    const allowed = [
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
      [2, 1 | 0x80000 | 0x800],
      [10, 1],
      [10, 2],
      [16, 3, 0],
    ];
    for (const args of allowed) expect([args, verdict('socket', args)]).toEqual([args, ALLOW]);
    for (const family of Array.from({ length: 64 }, (_, n) => n).filter((n) => ![1, 2, 10, 16].includes(n))) {
      expect([family, verdict('socket', [family, 1])]).toEqual([family, errno(97)]);
    }
    for (const args of [
      [2, 3],
      [10, 3],
      [2, 10],
      [2, 3 | 0x80000],
      [16, 3, 9],
      [16, 2, 12],
    ])
      expect([args, verdict('socket', args)]).toEqual([args, errno(1)]);
    // The kernel looks at the low half of an int argument alone.
    expect(verdict('socket', [2 ** 32 + 40, 1])).toBe(errno(97));
  });

  it('closes typing into a terminal, whatever the high half says', () => {
    for (const request of [0x5412, 0x541c, 2 ** 32 + 0x5412]) expect(verdict('ioctl', [0, request])).toBe(errno(1));
    expect(verdict('ioctl', [0, 0x5401])).toBe(ALLOW);
  });

  it('takes uncounted memory away only where nothing counts it', () => {
    const polled = seccompFilter(arch, { uncounted: true });
    for (const name of ['memfd_create', 'shmget'] as const)
      expect([verdict(name), verdict(name, [], polled)]).toEqual([ALLOW, errno(38)]);
  });
});

it('knows no x32 on x86-64', () => {
  const filter = seccompFilter('x64', { uncounted: false });
  for (const nr of [0x40000000, 0x40000029, 0xffffffff])
    expect(judge(filter, { arch: AUDIT_ARCH.x64, nr })).toBe(errno(38));
});
