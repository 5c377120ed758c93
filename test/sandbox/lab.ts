import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildSync } from 'esbuild';
import type { Command, Isolation, Outcome } from '../../src/sandbox/index.ts';

export interface Job {
  command: Command;
  abortOnOutput?: boolean;
  /** Says `running` on standard error at the first output. */
  announce?: boolean;
}

export interface JobResult {
  outcome: Outcome | null;
  stdout: string;
  stderr: string;
  error: string | null;
}

/** A way to run the sandbox: as whom, and with which accounting. */
export interface Mode {
  name: string;
  user: { uid: number; gid: number } | null;
  cgroups: boolean;
}

export const MIB = 2 ** 20;
const NOBODY = { uid: 65_534, gid: 65_534 };
const isRoot = process.getuid?.() === 0;
const canSwitch = isRoot && spawnSync('setpriv', ['--version']).status === 0;

/** Root with control groups, root without, and an ordinary user: what this process may become. The rest is named, so that a skip is seen. */
export const MODES: Mode[] = isRoot
  ? [
      { name: 'root, control groups', user: null, cgroups: true },
      { name: 'root, no control groups', user: null, cgroups: false },
      ...(canSwitch ? [{ name: 'ordinary user', user: NOBODY, cgroups: true }] : []),
    ]
  : [{ name: 'ordinary user (root not available here)', user: null, cgroups: true }];

/** Each account once: for what does not depend on how limits are held. */
export const ACCOUNTS: Mode[] = MODES.filter(({ user, cgroups }) => user !== null || cgroups);

const LIMITS = {
  timeoutMs: 20_000,
  memoryBytes: 512 * MIB,
  processes: 64,
  fileBytes: 256 * MIB,
  diskBytes: 256 * MIB,
  outputBytes: MIB,
};

export type CommandParts = Omit<Partial<Command>, 'limits'> & { limits?: Partial<Command['limits']> };

/** A command with harmless defaults. */
export function command(argv: string[], parts: CommandParts = {}): Command {
  const { limits, ...rest } = parts;
  return { argv, cwd: '/', mounts: [], env: {}, tools: [], network: [], ...rest, limits: { ...LIMITS, ...limits } };
}

export const sh = (script: string, parts?: CommandParts): Command => command(['sh', '-c', script], parts);
export const node = (script: string, parts?: CommandParts): Command => command(['node', '-e', script], parts);

/** A place to run the driver from: its bundle, a Node and folders that an ordinary user can reach, wherever this checkout lies. */
export interface Lab {
  folder: string;
  /** A new folder, owned by the mode's user, world-readable on the way. */
  makeFolder(mode: Mode): string;
  run(
    mode: Mode,
    jobs: Job[],
    env?: Record<string, string>,
  ): Promise<{ isolation: Isolation; results: JobResult[]; pid: number; tmpdir: string }>;
  start(mode: Mode, job: Job): ReturnType<typeof spawn>;
  close(): void;
}

export function openLab(): Lab {
  const folder = mkdtempSync(join(tmpdir(), 'cs-lab-'));
  chmodSync(folder, 0o755);
  const driver = join(folder, 'driver.mjs');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'driver.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // jsonc-parser's CommonJS build cannot be bundled.
    mainFields: ['module', 'main'],
    outfile: driver,
    logLevel: 'error',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
  let reachable: string | null = null;
  /** Our own Node, or a copy of it where the user cannot reach it. */
  const nodeFor = (mode: Mode): string => {
    if (mode.user === null) return process.execPath;
    if (reachable === null) {
      const tried = spawnSync(...switched(mode, process.execPath, ['-v']));
      reachable = tried.status === 0 ? process.execPath : join(folder, 'node');
      if (!existsSync(reachable)) copyFileSync(process.execPath, reachable);
    }
    return reachable;
  };
  const environment = (extra: Record<string, string> = {}) => ({
    PATH: process.env['PATH'] ?? '',
    TMPDIR: folder,
    ...extra,
  });
  const inner = (mode: Mode) => {
    const place = mkdtempSync(join(folder, 'tmp-'));
    if (mode.user) chownSync(place, mode.user.uid, mode.user.gid);
    return place;
  };
  return {
    folder,
    makeFolder: inner,
    async run(mode, jobs, env) {
      const [file, argv] = switched(mode, nodeFor(mode), [driver]);
      const place = inner(mode);
      const child = spawn(file, argv, { env: { ...environment(env), TMPDIR: place }, stdio: ['pipe', 'pipe', 'pipe'] });
      child.stdin.end(JSON.stringify({ cgroups: mode.cgroups, jobs }));
      const [answer, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
      if (!answer.startsWith('{"isolation"'))
        throw new Error(`driver: ${answer.slice(0, 2_000)} ${errors.slice(0, 2_000)}`);
      const { isolation, results } = JSON.parse(answer) as { isolation: Isolation; results: JobResult[] };
      return { isolation, results, pid: child.pid ?? 0, tmpdir: place };
    },
    start(mode, job) {
      const [file, argv] = switched(mode, nodeFor(mode), [driver]);
      const child = spawn(file, argv, {
        env: { ...environment(), TMPDIR: inner(mode) },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      child.stdin?.end(JSON.stringify({ cgroups: mode.cgroups, jobs: [job] }));
      return child;
    },
    close: () => {
      // Folders that a command closed to everybody: root does not mind, an ordinary user does.
      spawnSync('chmod', ['-R', 'u+rwX', '--', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function switched(mode: Mode, file: string, argv: string[]): [string, string[]] {
  if (mode.user === null) return [file, argv];
  const { uid, gid } = mode.user;
  return ['setpriv', [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', file, ...argv]];
}

/** Pids of every process on the machine whose command line holds the text. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Folders that the sandbox's groups of one harness process left behind. */
export function leftGroups(pid: number): string[] {
  const found = execFileSync('find', [
    '/sys/fs/cgroup',
    '-maxdepth',
    '8',
    '-type',
    'd',
    '-name',
    `countersign-${pid}-*`,
  ]);
  return found.toString('utf8').split('\n').filter(Boolean);
}
