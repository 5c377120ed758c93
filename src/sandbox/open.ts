import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Accounting } from './accounting.ts';
import { chooseAccounting, heldLimits } from './accounting.ts';
import { NAMESPACES } from './arguments.ts';
import { sweepCgroups } from './cgroup.ts';
import type { MachineFacts } from './diagnose.ts';
import { diagnose, parseVersion } from './diagnose.ts';
import { writeEtc } from './etc.ts';
import { readHostLayout } from './host.ts';
import { bubblewrapVersion, locateBubblewrap, readMachine } from './machine.ts';
import { pinnedResolver, systemLookup } from './relay/index.ts';
import type { Ground } from './run.ts';
import { runCommand } from './run.ts';
import { seccompFilter } from './seccomp.ts';
import type { Arch } from './syscalls.ts';
import type { Command, Opened } from './types.ts';

export interface OpenOptions {
  /** The harness's own environment: only COUNTERSIGN_BWRAP and PATH are read. */
  env: Readonly<Record<string, string | undefined>>;
  /** False leaves control groups alone, as on a machine that has none to give. Default true. */
  cgroups?: boolean;
}

/**
 * Sets up the sandbox of one run and proves it by starting it once around `true`. Where it does not hold: one `sandbox_unavailable` finding with the
 * line that fixes it, and nothing is ever run bare. Close it when the run is over.
 */
export async function openSandbox(options: OpenOptions): Promise<Opened> {
  const facts: MachineFacts = { ...readMachine(), ...locateBubblewrap(options.env), version: null, probe: null };
  const early = facts.bwrap === null || !isArch(facts.arch) || facts.platform !== 'linux';
  if (early || facts.bwrap === null || !isArch(facts.arch)) return unavailable(facts);
  const { path } = facts.bwrap;
  const folder = await mkdtemp(join(shortTmpdir(), 'countersign-sandbox-'));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const host = readHostLayout();
    const etc = await writeEtc(folder, host);
    const resolve = pinnedResolver(systemLookup);
    let given = 0;
    const next = () => ++given;
    const groundWith = (accounting: Accounting): Ground => {
      const filter = seccompFilter(facts.arch as Arch, { uncounted: accounting.places.memory === null });
      return { bwrap: path, host, filter, accounting, etc, folder, resolve, next };
    };
    let ground = groundWith(chooseAccounting(options.cgroups ?? true));
    sweepCgroups(ground.accounting.places);
    const version = bubblewrapVersion(path);
    facts.probe = await probe(ground);
    if (!facts.probe.ok && (ground.accounting.places.memory ?? ground.accounting.places.pids)) {
      // Groups that are there but not ours to make or enter: hold the limits without them.
      ground = groundWith(chooseAccounting(false));
      facts.probe = await probe(ground);
    }
    facts.version = await version;
    const problem = diagnose(facts);
    if (problem !== null) {
      await close();
      return { ok: false, finding: problem };
    }
    return {
      ok: true,
      sandbox: {
        isolation: {
          tool: 'bubblewrap',
          version: parseVersion(facts.version) ?? '',
          namespaces: [...NAMESPACES],
          seccomp: true,
          limits: heldLimits(ground.accounting),
        },
        run: (command, hooks) => runCommand(ground, command, hooks),
        close,
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const isArch = (arch: string): arch is Arch => arch === 'x64' || arch === 'arm64';

function unavailable(facts: MachineFacts): Opened {
  const problem = diagnose(facts);
  if (problem === null) throw new Error('a sandbox that was not probed cannot hold');
  return { ok: false, finding: problem };
}

/** Unix socket paths end at 107 bytes: a long TMPDIR gives way to /tmp. */
const shortTmpdir = (): string => (tmpdir().length <= 50 ? tmpdir() : '/tmp');

const MIB = 2 ** 20;
const PROBE: Command = {
  argv: ['true'],
  cwd: '/',
  mounts: [],
  env: {},
  tools: [],
  network: [],
  limits: {
    timeoutMs: 30_000,
    memoryBytes: 256 * MIB,
    processes: 64,
    fileBytes: MIB,
    diskBytes: 16 * MIB,
    outputBytes: 64 * 1024,
  },
};

/** The whole sandbox around `true`: whether it starts, and bubblewrap's words when it does not. */
async function probe(ground: Ground): Promise<{ ok: boolean; stderr: string }> {
  let stderr = '';
  try {
    const outcome = await runCommand(ground, PROBE, {
      output: (stream, chunk) => {
        if (stream === 'stderr') stderr += chunk.toString('utf8');
      },
    });
    return { ok: outcome.started && outcome.exitCode === 0, stderr };
  } catch (error) {
    return { ok: false, stderr: error instanceof Error ? error.message : String(error) };
  }
}
