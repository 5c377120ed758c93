import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import type { CommandParts, Job, Lab } from '../sandbox/lab.ts';
import { command, ACCOUNTS, node, openLab, sh } from '../sandbox/lab.ts';

/** 6-attacks.md, Runner: what an engine could read, write, reach or become outside its sandbox. */
let lab: Lab;
let tcp: Server;
let abstract: Server;
let reached = 0;
const count = () => {
  reached += 1;
};
const mount = (source: string, target: string) => ({ mounts: [{ source, target, access: 'rw' as const }] });
const ABSTRACT = `countersign-test-${process.pid}`;
beforeAll(async () => {
  lab = openLab();
  tcp = createServer(count);
  abstract = createServer(count);
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => abstract.listen(`\0${ABSTRACT}`, resolve));
});
afterAll(() => {
  tcp.close();
  abstract.close();
  lab.close();
});

describe.each(ACCOUNTS)('containment: $name', (mode) => {
  const only = async (job: Job, env?: Record<string, string>) => {
    const {
      results: [result],
    } = await lab.run(mode, [job], env);
    if (!result || result.error !== null) throw new Error(result?.error ?? 'no result');
    return result;
  };
  const says = async (script: string, parts?: CommandParts) => (await only({ command: sh(script, parts) })).stdout;

  it('gives the command its own environment and nothing of the harness', async () => {
    const planted = {
      GITHUB_ENV: '/tmp/planted',
      GITHUB_PATH: '/tmp/planted',
      GITHUB_OUTPUT: '/tmp/planted',
      GITHUB_TOKEN: 'planted',
      ACTIONS_RUNTIME_TOKEN: 'planted',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'planted',
      RUNNER_TEMP: '/planted',
      BASH_ENV: '/planted',
      LD_LIBRARY_PATH: '/planted',
      NODE_OPTIONS: '--title=planted',
      GIT_DIR: '/planted',
      SECRET: 'planted',
    };
    const script =
      'env -0 | tr "\\0" "\\n"; for f in /proc/[0-9]*; do tr "\\0" "\\n" < $f/environ; tr "\\0" "\\n" < $f/cmdline; done 2>/dev/null';
    const { stdout } = await only({ command: sh(script, { env: { CI: 'true' } }) }, planted);
    expect(stdout).not.toContain('planted');
    const names = [...stdout.matchAll(/^([A-Za-z_][A-Za-z0-9_]*)=/gm)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set(['CI', 'HOME', 'LANG', 'PATH', 'PWD', 'TMPDIR', 'USER']));
  });

  it('shows only its own processes', async () => {
    const shown = await says(
      'ls /proc | grep -c "^[0-9]"; cat /proc/1/comm; kill -0 ' + process.pid + ' 2>&1 | grep -c .',
    );
    const pids = shown.split('\n');
    expect(Number(pids[0])).toBeLessThan(10);
    expect(pids.slice(1, 3)).toEqual(['sh', '1']);
  });

  it('holds no capability, cannot gain any, and is under the filter', async () => {
    const status = await says('cat /proc/self/status');
    expect(status).toMatch(/^CapEff:\s0+$/m);
    expect(status).toMatch(/^CapBnd:\s0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s1$/m);
    expect(status).toMatch(/^Seccomp:\s2$/m);
    expect(status).toMatch(/^Uid:\s1000\s1000\s1000\s1000$/m);
  });

  it('has no file of the host beyond /usr and a few of /etc', async () => {
    const secret = join(lab.makeFolder(mode), 'secret');
    writeFileSync(secret, 'host secret');
    const script = `cat ${secret} /etc/shadow /etc/sudoers /etc/machine-id /etc/hostname /etc/resolv.conf /root/.bashrc /var/log/dpkg.log /proc/kcore /proc/keys 2>/dev/null | head -c 100; ls /root /home /var /run /sys /boot /mnt /opt 2>/dev/null; cat /etc/passwd`;
    const text = await says(script);
    expect(text).not.toContain('host secret');
    expect(
      text
        .split('\n')
        .filter((line) => line !== '' && !/^(?:root|sandbox|nobody):x:/.test(line) && !/^\/(?:home|run):$/.test(line)),
    ).toEqual(['sandbox']);
  });

  it('writes nowhere but where it may', async () => {
    const source = lab.makeFolder(mode);
    mkdirSync(join(source, '.git'));
    writeFileSync(join(source, '.git', 'config'), '');
    symlinkSync('/etc/passwd', join(source, 'link'));
    for (const path of [source, join(source, '.git'), join(source, '.git', 'config')]) chmodSync(path, 0o777);
    const mounts = [
      { source, target: '/workspace', access: 'rw' as const },
      { source: join(source, '.git'), target: '/workspace/.git', access: 'ro' as const },
    ];
    const tries = [
      'touch .git/x',
      'echo x >> .git/config',
      'mv .git moved',
      'rm -rf .git/config',
      'chmod 000 .git',
      'echo x > link',
      'touch /usr/x',
      'touch /etc/x',
      'touch /x',
      'echo 1 > /proc/sys/kernel/ns_last_pid',
      'echo x > /proc/sys/kernel/hostname',
      'echo b > /proc/sysrq-trigger',
      'mkdir /sys/fs/cgroup/x',
      'ln /etc/passwd hard',
      'mount -t tmpfs none /tmp',
      'mount -o remount,rw /',
      'umount /workspace/.git',
      'unshare -U true',
      'unshare -r true',
      'chroot / true',
      'mknod dev b 8 0',
      'hostname x',
      'echo 0 > /proc/1/oom_score_adj && echo -1000 > /proc/self/oom_score_adj',
    ];
    const script = `${tries.map((attempt, index) => `(${attempt}) 2>/dev/null && echo done ${index}`).join('; ')}; touch may && echo may; cp /usr/bin/id . && chmod 4755 id && ./id -u`;
    expect(await says(script, { mounts, cwd: '/workspace' })).toBe('may\n1000\n');
    expect(await says('grep " /workspace" /proc/self/mountinfo | cut -d" " -f6', { mounts })).toBe(
      'rw,nosuid,nodev,relatime\nro,nosuid,nodev,relatime\n',
    );
  });

  it('reaches no address, no name and no socket of the host', async () => {
    const { port } = tcp.address() as AddressInfo;
    const script = `
      const net = require('node:net'), dgram = require('node:dgram'), dns = require('node:dns/promises');
      const tcp = (options) => new Promise((resolve) => {
        const socket = net.connect(options, () => resolve('connected'));
        socket.on('error', (error) => resolve(error.code));
      });
      const udp = (type, host) => new Promise((resolve) => {
        const socket = dgram.createSocket(type);
        socket.send('x', 53, host, (error) => resolve(error ? error.code : 'sent'));
      });
      (async () => {
        const all = {
          loopback: await tcp({ host: '127.0.0.1', port: ${port} }),
          abstract: await tcp({ path: '\\0${ABSTRACT}' }),
          metadata: await tcp({ host: '169.254.169.254', port: 80 }),
          ipv4: await tcp({ host: '192.0.2.1', port: 443 }),
          ipv6: await tcp({ host: '2001:db8::1', port: 443 }),
          dns4: await udp('udp4', '192.0.2.53'),
          dns6: await udp('udp6', '2001:db8::53'),
          name: await dns.lookup('example.com').then(() => 'found', (error) => error.code),
          interfaces: Object.keys(require('node:os').networkInterfaces()).join(),
        };
        console.log(JSON.stringify(all));
        process.exit();
      })()`;
    const { stdout } = await only({ command: node(script) });
    expect(JSON.parse(stdout)).toEqual({
      loopback: 'ECONNREFUSED',
      abstract: 'ECONNREFUSED',
      metadata: 'ENETUNREACH',
      ipv4: 'ENETUNREACH',
      ipv6: 'ENETUNREACH',
      dns4: 'ENETUNREACH',
      dns6: 'ENETUNREACH',
      name: expect.stringMatching(/^(?:ENOTFOUND|EAI_AGAIN)$/),
      interfaces: 'lo',
    });
    expect(reached).toBe(0);
  });

  it('passes arguments and exit codes through unchanged', async () => {
    const odd = ['a b', '', '$(id)', '`id`', "'", '"', '\\n', '\n', '-n', '*', 'é😀', '--', '%s'];
    const echo = command(['node', '-e', 'process.stdout.write(JSON.stringify(process.argv.slice(1)))', '--', ...odd]);
    const jobs = [
      echo,
      sh('exit 0'),
      sh('exit 200'),
      sh('kill -SEGV $$'),
      sh('kill -TERM $$'),
      command(['eval', 'echo builtin']),
      command(['/nonexistent']),
      command(['/etc/passwd']),
    ];
    const { results } = await lab.run(
      mode,
      jobs.map((each) => ({ command: each })),
    );
    expect(JSON.parse(Buffer.from(results[0]?.stdout ?? '', 'latin1').toString('utf8'))).toEqual(odd);
    expect(results.map(({ outcome }) => [outcome?.ended, outcome?.exitCode, outcome?.signal])).toEqual([
      ['exited', 0, null],
      ['exited', 0, null],
      ['exited', 200, null],
      ['signalled', 139, 'SIGSEGV'],
      ['signalled', 143, 'SIGTERM'],
      ['exited', 127, null],
      ['exited', 127, null],
      ['exited', 126, null],
    ]);
    expect(results.every(({ outcome }) => outcome?.started)).toBe(true);
  });

  it('runs node and npm, and the tools it was given', async () => {
    const tool = lab.makeFolder(mode);
    writeFileSync(join(tool, 'a-tool'), '#!/bin/sh\necho tool "$0"\n', { mode: 0o755 });
    const { stdout, outcome } = await only({
      command: sh('node -p 1+1 && npm --version >/dev/null && echo npm && a-tool', { tools: [tool] }),
    });
    expect([stdout, outcome?.exitCode]).toEqual([`2\nnpm\ntool ${tool}/a-tool\n`, 0]);
  });

  it('says that it did not start, and refuses what is malformed', async () => {
    const { results } = await lab.run(
      mode,
      [
        sh('true', { mounts: [{ source: '/nonexistent', target: '/workspace', access: 'ro' }] }),
        sh('true', mount('/tmp', '/etc')),
        sh('true', mount('/tmp', '/workspace/../proc')),
        sh('true', { env: { LD_PRELOAD: 'x' } }),
        sh('true', { env: { GITHUB_TOKEN: 'x' } }),
        sh('true', { env: { PATH: 'x' } }),
        sh('true', { limits: { memoryBytes: 0 } }),
        sh('true', { network: ['*:443'] }),
        command(['-x']),
      ].map((each) => ({ command: each })),
    );
    expect([results[0]?.outcome?.started, results[0]?.outcome?.exitCode]).toEqual([false, null]);
    expect(results[0]?.stderr).toContain('/nonexistent');
    expect(results.slice(1).map(({ error }) => error?.split(':')[0])).toEqual(
      Array.from({ length: 8 }, () => 'InternalError'),
    );
  });
});
