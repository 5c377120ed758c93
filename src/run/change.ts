import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionRequest, ResolvedInput } from '../contracts/index.ts';
import { INSIDE } from '../engines/index.ts';
import {
  checkoutWorkspace,
  keepPristine,
  type Pristine,
  type ResultTree,
  resultTree,
  type Walk,
  type Workspace,
  walk,
} from '../git/index.ts';
import { compilePathRules } from '../packet/index.ts';
import type { Limits } from '../sandbox/index.ts';
import { type Execution, execute } from './execution.ts';
import { resolveInputs } from './inputs.ts';
import type { Log } from './log.ts';
import { type Outputs, outputMounts } from './outputs.ts';
import type { Admitted } from './types.ts';

/** More entries than this and a workspace is not hashed: nothing can be said of it in reasonable time. */
const MAX_ENTRIES = 2_000_000;
/** A patch above so many times `patch_bytes` is not hashed (2-contracts.md, Failure matrix). */
const PATCH_FACTOR = 8;

const MIB = 1 << 20;

/** The packet's limits in the sandbox's units: bytes and milliseconds. */
export const sandboxLimits = ({ limits }: Pick<Admitted, 'limits'>): Limits => ({
  timeoutMs: limits.timeout_seconds * 1000,
  memoryBytes: limits.memory_mib * MIB,
  processes: limits.processes,
  fileBytes: limits.disk_mib * MIB,
  diskBytes: limits.disk_mib * MIB,
  outputBytes: limits.output_bytes,
});

/** A fresh copy of the base for one engine execution, and the manifest of what the engine is handed. */
export interface Copy {
  workspace: Workspace;
  inputs: ResolvedInput[];
  /** The same files once more, out of the engine's reach, for verification; null where there is none, or no room for it. */
  pristine: Pristine | null;
}

/** With `keep` the files are copied once more before the engine starts: verification then need not check everything out again. */
export async function copyBase(admitted: Admitted, name: string, keep: boolean): Promise<Copy> {
  const { base, baseline, scope, packet, places } = admitted;
  const [workspace, entries] = await Promise.all([
    checkoutWorkspace(baseline, base.commit, join(places.work, name, 'workspace')),
    baseline.list(base.tree, ''),
  ]);
  const pristine = keep ? keepPristine(workspace, join(places.work, name, 'pristine')).catch(() => null) : null;
  const inputs = resolveInputs(entries, scope, packet.engine?.script ?? null, workspace.dir);
  return { workspace, inputs, pristine: await pristine };
}

/** The admission context, the resolved inputs and the phase, as the engine contract names them (docs/reference/engine-contract.md). */
function requestOf(admitted: Admitted, inputs: ResolvedInput[]): ExecutionRequest {
  const { facts: _facts, ...decision } = admitted.decision;
  const { packet, packetDigest, base, limits } = admitted;
  return {
    schema: 'countersign/execution-request/v1',
    admission: {
      packet: { ...packet },
      decision,
      approvals: admitted.approvalDigests,
      digests: { packet: packetDigest, decision: decision.decision_id, base_commit: base.commit, base_tree: base.tree },
    },
    inputs,
    phase: {
      name: 'execute',
      limits: { ...limits },
      writable_roots: [INSIDE.workspace, INSIDE.out],
      report_path: INSIDE.report,
      outputs: (packet.evidence_expectations ?? []).map((e) => e.path),
    },
  };
}

export interface Change {
  execution: Execution;
  walk: Walk;
  result: ResultTree;
  workspace: Workspace;
}

/** One execution of the engine on its own copy, and what it left there: seen by our own walk before any git sees it. */
export async function change(
  admitted: Admitted,
  copy: Copy,
  outputs: Outputs,
  name: string,
  logs: { stdout: Log; stderr: Log },
): Promise<Change> {
  const { engine, packet, settings, limits, places } = admitted;
  const { workspace } = copy;
  const folder = join(places.work, name, 'engine');
  await mkdir(folder, { recursive: true });
  const network = packet.permissions?.network;
  const execution = await execute({
    sandbox: admitted.sandbox,
    engine,
    argv: admitted.argv,
    script: admitted.script,
    workspace,
    request: requestOf(admitted, copy.inputs),
    outputs: outputMounts(outputs, workspace.dir, INSIDE.workspace),
    network: Array.isArray(network) ? network : [],
    tools: settings.tools,
    limits: sandboxLimits(admitted),
    folder,
    ...logs,
    signal: admitted.signal,
  });
  const seen = walk(workspace, { maxEntries: MAX_ENTRIES });
  const scratch = compilePathRules(packet.scratch_paths ?? []);
  const result = await resultTree(admitted.baseline, workspace, seen, {
    isScratch: (path) => scratch.matches(path) !== null,
    maxGrowth: PATCH_FACTOR * limits.patch_bytes,
  });
  return { execution, walk: seen, result, workspace };
}
