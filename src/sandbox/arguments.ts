import { isAbsolute, normalize } from 'node:path';
import { InternalError } from '../contracts/index.ts';
import { ACCOUNT, innerEnvironment } from './environment.ts';
import type { HostLayout } from './host.ts';
import type { Command, Limits } from './types.ts';

export const NAMESPACES = ['user', 'pid', 'net', 'ipc', 'uts', 'cgroup', 'mount'] as const;

/** Where the relay's socket appears inside. */
export const RELAY_SOCKET = '/run/countersign/relay.sock';

/** Descriptors that bubblewrap inherits: its arguments (out of sight of `ps`), the filter, and its status documents. */
export const DESCRIPTORS = { status: 3, filter: 4, arguments: 5 } as const;

/** Places that belong to the sandbox: no mount or tool folder of a caller may hide or replace them. */
const RESERVED =
  /^\/(?:$|(?:proc|sys|dev|etc|run|usr|boot|bin|sbin|lib|lib32|lib64|libx32)(?:\/|$)|tmp$|home$|home\/sandbox$)/;

const plain = (path: string): boolean =>
  isAbsolute(path) && normalize(path) === path && !path.includes('\0') && (path === '/' || !path.endsWith('/'));

/**
 * The sizes of the three temporary file systems. They are memory: together they never hold more than the memory or disk limit, whichever
 * is smaller, even where no cgroup counts them.
 */
export function temporarySizes(limits: Limits): { tmp: number; home: number; shm: number } {
  const budget = Math.min(limits.memoryBytes, limits.diskBytes);
  const part = (of: number): number => Math.max(1, Math.floor(budget / of)); // bubblewrap reads 0 as "no end"
  return { tmp: part(2), home: part(4), shm: part(4) };
}

/** Every reason why a command cannot be run as it was given; empty when it can. */
export function commandProblems(command: Command): string[] {
  const problems: string[] = [];
  const [program] = command.argv;
  // The init shell hands the program to `exec`, which would take a leading dash as its own option.
  if (program === undefined || program === '' || program.startsWith('-')) problems.push('no program given');
  if (command.argv.some((text) => text.includes('\0'))) problems.push('NUL in an argument');
  if (!plain(command.cwd)) problems.push(`cwd is not a plain absolute path: ${command.cwd}`);
  for (const { source, target } of command.mounts) {
    if (!plain(source)) problems.push(`mount source is not a plain absolute path: ${source}`);
    if (!plain(target) || RESERVED.test(target)) problems.push(`mount target is reserved or not plain: ${target}`);
  }
  for (const tool of command.tools) {
    const inUsr = tool.startsWith('/usr/');
    if (!plain(tool) || tool.includes(':') || (RESERVED.test(tool) && !inUsr)) {
      problems.push(`tool folder is reserved or not plain: ${tool}`);
    }
  }
  for (const [name, value] of Object.entries(command.limits)) {
    if (!Number.isSafeInteger(value) || value <= 0) problems.push(`limit ${name} must be a positive integer`);
  }
  return problems;
}

/** Private files of the sandbox on the host: the folder that becomes /etc, and the relay's socket where there is a network. */
export interface PrivateFiles {
  etc: string;
  relaySocket: string | null;
}

/**
 * bubblewrap's options for a command (4-facts.md): new namespaces, no capability, nothing of the host but /usr and a few files of /etc, all
 * read-only; sized temporary file systems; `/` and `/dev` made read-only last. Throws an InternalError for a malformed command.
 */
export function bubblewrapOptions(command: Command, host: HostLayout, files: PrivateFiles): string[] {
  const problems = commandProblems(command);
  if (problems.length > 0) throw new InternalError(`malformed sandbox command: ${problems.join('; ')}`);
  const size = temporarySizes(command.limits);
  const options: string[] = [
    '--as-pid-1',
    '--die-with-parent',
    '--new-session',
    '--unshare-user',
    '--unshare-pid',
    '--unshare-net',
    '--unshare-ipc',
    '--unshare-uts',
    '--unshare-cgroup-try',
    '--disable-userns',
    '--clearenv',
  ];
  options.push(
    '--cap-drop',
    'ALL',
    '--uid',
    String(ACCOUNT.uid),
    '--gid',
    String(ACCOUNT.gid),
    '--hostname',
    'sandbox',
  );
  options.push('--seccomp', String(DESCRIPTORS.filter), '--json-status-fd', String(DESCRIPTORS.status));
  options.push('--ro-bind', '/usr', '/usr');
  for (const { target, path } of host.links) options.push('--symlink', target, path);
  for (const folder of host.folders) options.push('--ro-bind', folder, folder);
  options.push('--ro-bind', files.etc, '/etc');
  for (const name of host.etc.folders) options.push('--ro-bind', `/etc/${name}`, `/etc/${name}`);
  options.push('--proc', '/proc', '--ro-bind', '/proc/sys', '/proc/sys');
  for (const path of host.masked) options.push('--ro-bind', '/dev/null', path);
  options.push('--dev', '/dev', '--size', String(size.shm), '--perms', '1777', '--tmpfs', '/dev/shm');
  options.push('--size', String(size.tmp), '--perms', '1777', '--tmpfs', '/tmp');
  options.push('--size', String(size.home), '--perms', '0700', '--tmpfs', ACCOUNT.home);
  const tools = [...host.node.folders, ...command.tools.filter((tool) => !tool.startsWith('/usr/'))];
  for (const folder of tools) options.push('--ro-bind', folder, folder);
  if (files.relaySocket !== null) options.push('--ro-bind', files.relaySocket, RELAY_SOCKET);
  for (const { source, target, access } of command.mounts) {
    options.push(access === 'rw' ? '--bind' : '--ro-bind', source, target);
  }
  for (const [name, value] of innerEnvironment(command.env, [...command.tools, host.node.bin])) {
    options.push('--setenv', name, value);
  }
  options.push('--chdir', command.cwd, '--remount-ro', '/dev', '--remount-ro', '/');
  return options;
}
