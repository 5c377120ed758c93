import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import type { Accounting } from './accounting.ts';
import { openAccount } from './accounting.ts';
import { bubblewrapOptions, commandProblems, RELAY_SOCKET } from './arguments.ts';
import { watchDisk } from './disk.ts';
import type { HostLayout } from './host.ts';
import { launch } from './launch.ts';
import { InternalError } from '../contracts/index.ts';
import type { Resolver } from './relay/index.ts';
import { bridged, openRelay, proxyEnvironment } from './relay/index.ts';
import { supervise } from './supervise.ts';
import type { Command, Hooks, Outcome } from './types.ts';

/** What every command of a sandbox shares. */
export interface Ground {
  bwrap: string;
  host: HostLayout;
  filter: Buffer;
  accounting: Accounting;
  /** The folder on the host that becomes /etc. */
  etc: string;
  /** The sandbox's private folder on the host, for sockets. */
  folder: string;
  resolve: Resolver;
  /** A number not given before, for names in the folder. */
  next(): number;
}

/** Runs one command on prepared ground, and takes everything down that was set up for it. */
export async function runCommand(ground: Ground, command: Command, hooks: Hooks): Promise<Outcome> {
  const problems = commandProblems(command);
  if (problems.length > 0) throw new InternalError(`malformed sandbox command: ${problems.join('; ')}`);
  const startedAt = Date.now();
  const networked = command.network.length > 0;
  const writable = command.mounts.filter(({ access }) => access === 'rw').map(({ source }) => source);
  const relaySocket = networked ? join(ground.folder, `relay-${ground.next()}.sock`) : null;
  const disk = await watchDisk(writable, command.limits.diskBytes, startedAt);
  const relay =
    relaySocket && (await openRelay({ allow: command.network, socketPath: relaySocket, resolve: ground.resolve }));
  const account = openAccount(ground.accounting, command.limits, networked);
  try {
    const launched = launch({
      bwrap: ground.bwrap,
      options: bubblewrapOptions(command, ground.host, { etc: ground.etc, relaySocket }),
      argv: networked
        ? bridged(
            ground.host.node.file,
            RELAY_SOCKET,
            proxyEnvironment(command.network, ground.host.caBundle),
            command.argv,
          )
        : command.argv,
      filter: ground.filter,
      fileBytes: command.limits.fileBytes,
      processes: account.processes,
      cgroupProcs: account.cgroup?.procs ?? [],
    });
    if (account.yielding) void launched.begun.then(lowerPriority);
    const watchSpace = async (root: number | null) => ((await disk.exceeded(root)) ? ('disk' as const) : null);
    const outcome = await supervise(launched, command.limits, hooks, [account.check, watchSpace]);
    return { ...outcome, denied: relay ? relay.denied() : [] };
  } finally {
    await Promise.all([account.cgroup?.remove(), relay ? relay.close() : undefined]);
  }
}

/** Children inherit it. Not the lowest, because a killed tree needs the processor to die. A tree that is gone already needs none. */
function lowerPriority(pid: number | null): void {
  try {
    if (pid !== null) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Gone.
  }
}
