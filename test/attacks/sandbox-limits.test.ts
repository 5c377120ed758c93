import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, rmdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Job, Lab, Mode } from '../sandbox/lab.ts';
import { leftGroups, MIB, MODES, node, openLab, processesWith, sh } from '../sandbox/lab.ts';

/** 6-attacks.md, Runner: fork bombs, disk filling, memory, endless output, daemons, ignoring SIGTERM. Each ends at its limit, with nothing left. */
let lab: Lab;
beforeAll(() => {
  lab = openLab();
});
afterAll(() => lab.close());

const workspace = (mode: Mode) => {
  const source = lab.makeFolder(mode);
  return { source, mounts: [{ source, target: '/workspace', access: 'rw' as const }], cwd: '/workspace' };
};

describe.each(MODES)('limits: $name', (mode) => {
  const only = async (job: Job) => {
    const { isolation, results, pid, tmpdir } = await lab.run(mode, [job]);
    const [result] = results;
    if (!result) throw new Error('no result');
    expect(result.error).toBeNull();
    expect([leftGroups(pid), readdirSync(tmpdir)]).toEqual([[], []]);
    return { ...result, isolation };
  };
  const limitOf = async (job: Job) => {
    const { outcome } = await only(job);
    expect(outcome?.ended === 'limit' || outcome).toBe(true);
    expect(outcome?.exitCode).toBeNull();
    return outcome?.limit;
  };

  it('ends a fork bomb', async () => {
    const mark = `bomb-${randomUUID()}`;
    // Without a counter in the kernel root's bomb is only seen by looking: one that doubles would be this machine's load for seconds.
    const slow = !mode.cgroups && !mode.user;
    const bomb = slow
      ? `while :; do sh -c 'sleep 30; :' ${mark} & done`
      : `f() { f "$1" & f "$1" & sleep 30; }; f ${mark}; sleep 30`;
    expect(await limitOf({ command: sh(bomb, { limits: { processes: 40 } }) })).toBe('processes');
    expect(processesWith(mark)).toEqual([]);
  });

  it('ends what takes too much memory, in one process or in many', async () => {
    const hog = 'const held = []; for (;;) held.push(Buffer.alloc(4 << 20, 1));';
    const limits = { memoryBytes: 256 * MIB };
    expect(await limitOf({ command: node(hog, { limits }) })).toBe('memory');
    const many = `const { spawn } = require('node:child_process');
      for (let i = 0; i < 4; i++) spawn(process.execPath, ['-e', 'const b = Buffer.alloc(120 << 20, 1); setInterval(() => b.fill(2), 50)']);
      setInterval(() => {}, 1000)`;
    expect(await limitOf({ command: node(many, { limits }) })).toBe('memory');
  });

  it('counts memory that belongs to no process, or gives none', async () => {
    const script = `use strict; my @held;
      for my $i (1..64) {
        my $fd = syscall(${process.arch === 'x64' ? 319 : 279}, "x$i", 0);
        if ($fd < 0) { print "refused ", $!+0, "\\n"; exit 0 }
        open(my $h, ">&=", $fd) or die; push @held, $h; syswrite($h, "x" x (16 << 20));
      }
      print "kept\\n"; sleep 30`;
    const result = await only({ command: { ...sh(''), argv: ['perl', '-e', script] } });
    expect([result.outcome?.limit, result.stdout]).toEqual(
      result.isolation.limits.memory.startsWith('cgroup') ? ['memory', ''] : [null, 'refused 38\n'],
    );
  });

  it('ends endless output at exactly the limit', async () => {
    const result = await only({ command: sh('yes', { limits: { outputBytes: 100_000 } }) });
    expect([result.outcome?.limit, result.stdout.length + result.stderr.length]).toEqual(['output', 100_000]);
  });

  it('ends what takes too long, though it ignores every signal', async () => {
    const mark = `3600.${Date.now()}`;
    const script = `trap '' TERM INT HUP QUIT; (setsid sleep ${mark} &) ; sleep ${mark}`;
    expect(await limitOf({ command: sh(script, { limits: { timeoutMs: 400 } }) })).toBe('time');
    expect(processesWith(mark)).toEqual([]);
  });

  it('leaves no daemon behind when the command ends by itself', async () => {
    const mark = `3601.${Date.now()}`;
    const { outcome } = await only({
      command: sh(`setsid sh -c '(setsid sleep ${mark} >/dev/null 2>&1 &)' >/dev/null 2>&1 & exit 5`),
    });
    expect([outcome?.ended, outcome?.exitCode]).toEqual(['exited', 5]);
    expect(processesWith(mark)).toEqual([]);
  });

  it('ends at once when it is aborted', async () => {
    const mark = `3602.${Date.now()}`;
    const { outcome } = await only({ command: sh(`echo up; exec sleep ${mark}`), abortOnOutput: true });
    expect([outcome?.ended, outcome?.started]).toEqual(['aborted', true]);
    expect(processesWith(mark)).toEqual([]);
  });

  it('ends with the harness, killed as hard as can be', async () => {
    const mark = `3603.${Date.now()}`;
    const driver = lab.start(mode, {
      command: sh(`setsid sleep ${mark} & echo up; exec sleep ${mark}`),
      announce: true,
    });
    await once(driver.stderr as NodeJS.ReadableStream, 'data');
    expect(processesWith(mark).length).toBeGreaterThan(0);
    driver.kill('SIGKILL');
    await once(driver, 'close');
    for (let tries = 0; processesWith(mark).length > 0 && tries < 400; tries++) await pause(25);
    expect(processesWith(mark)).toEqual([]);
    // Nobody was left to remove the empty groups; the next sandbox would, after a minute.
    for (const group of leftGroups(driver.pid ?? 0)) rmdirSync(group);
  });

  it('lets no file grow beyond its limit', async () => {
    const { mounts, cwd } = workspace(mode);
    const command = { ...sh(''), argv: ['dd', 'if=/dev/zero', 'of=big', 'bs=1M', 'count=64'], mounts, cwd };
    expect(await limitOf({ command: { ...command, limits: { ...command.limits, fileBytes: 8 * MIB } } })).toBe(
      'file_size',
    );
  });

  it.each([
    ['by many files', 'i=0; while :; do i=$((i+1)); dd if=/dev/zero of=f$i bs=1M count=4 2>/dev/null; done'],
    ['by a deleted file', 'exec 3>f; rm f; dd if=/dev/zero bs=1M count=200 >&3; sleep 30'],
    ['in a closed folder', 'mkdir d; cd d; exec 3>f; chmod 000 .; dd if=/dev/zero bs=1M count=200 >&3; sleep 30'],
  ])('ends the filling of the workspace %s', async (_, script) => {
    const { mounts, cwd } = workspace(mode);
    expect(await limitOf({ command: sh(script, { mounts, cwd, limits: { diskBytes: 48 * MIB } }) })).toBe('disk');
  });

  it('gives every temporary file system an end, and leaves / and /dev closed', async () => {
    const fill = ['/tmp', '/home/sandbox', '/dev/shm'].map(
      (place) => `dd if=/dev/zero of=${place}/x bs=1M 2>/dev/null; stat -c %s ${place}/x; rm ${place}/x`,
    );
    const closed = ['/', '/dev', '/etc', '/usr', '/run', '/home'].map(
      (place) => `touch ${place}/x 2>/dev/null && echo open ${place}`,
    );
    const { stdout } = await only({
      command: sh([...fill, ...closed, 'true'].join('; '), { limits: { diskBytes: 64 * MIB } }),
    });
    expect(stdout.trim().split('\n').map(Number)).toEqual([32 * MIB, 16 * MIB, 16 * MIB]);
  });
});
