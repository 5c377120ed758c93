import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Finding, finding } from '../contracts/index.ts';
import { INSIDE } from '../engines/index.ts';
import { checkoutVerified, type Pristine } from '../git/index.ts';
import { compilePathRules } from '../packet/index.ts';
import { sandboxLimits } from './change.ts';
import type { Bench } from './commands.ts';
import type { Inspection } from './inspection.ts';
import type { Log } from './log.ts';
import { NO_OUTPUTS, occupied, type Outputs, outputMounts } from './outputs.ts';
import { prepare } from './setup.ts';
import type { Admitted } from './types.ts';
import { type CommandResult, checkAfter, checkBefore, type Verified } from './verification.ts';

export interface VerificationResult extends Verified {
  /** Null when it ran; else why not. */
  notRun: string | null;
  /** The tree that base + patch gave in the fresh checkout. */
  tree: string | null;
}

/** A step of the packet's own commands in one checkout: same place inside, same outputs, no network unless given. */
export function benchIn(
  admitted: Admitted,
  checkout: string,
  outputs: Outputs,
  log: Log,
  network: readonly string[] = [],
): Bench {
  return {
    sandbox: admitted.sandbox,
    cwd: INSIDE.workspace,
    mounts: [
      { source: checkout, target: INSIDE.workspace, access: 'rw' },
      ...outputMounts(outputs, checkout, INSIDE.workspace),
    ],
    network,
    tools: admitted.settings.tools,
    limits: sandboxLimits(admitted),
    log,
    signal: admitted.signal,
  };
}

/**
 * A fresh checkout of base + patch, with nothing of the engine's workspace in it. An empty patch gives the base. A pristine copy of the base is used up
 * where there is one.
 */
export async function freshCheckout(
  admitted: Admitted,
  name: string,
  patchFile: string | null,
  pristine: Pristine | null = null,
): Promise<{ dir: string; tree: string | null; finding: Finding | null }> {
  const dir = join(admitted.places.work, name);
  await mkdir(dirname(dir), { recursive: true });
  let patch = patchFile;
  if (patch === null) {
    patch = join(admitted.places.work, 'empty.diff');
    await writeFile(patch, '');
  }
  const { tree, finding: problem } = await checkoutVerified(
    admitted.baseline,
    admitted.base.tree,
    patch,
    dir,
    pristine,
  );
  return { dir, tree, finding: problem };
}

/** Runs setup on the base, or on base + patch when the patch touches one of its inputs. */
export async function runSetup(admitted: Admitted, name: string, patchFile: string | null, log: Log) {
  const { setup } = admitted.packet;
  if (!setup) return { ok: true as const, outputs: NO_OUTPUTS };
  const checkout = await freshCheckout(admitted, name, patchFile);
  if (checkout.finding) return { ok: false as const, findings: [checkout.finding] };
  const network = Array.isArray(setup.network) ? setup.network : [];
  const bench = benchIn(admitted, checkout.dir, NO_OUTPUTS, log, network);
  return await prepare(bench, setup, checkout.dir, admitted.baseline);
}

const touchesInputs = (admitted: Admitted, { changes }: Inspection): boolean => {
  const inputs = compilePathRules(admitted.packet.setup?.inputs ?? []);
  return changes.some(
    ({ path, oldPath }) => inputs.matches(path) !== null || (oldPath !== null && inputs.matches(oldPath) !== null),
  );
};

/** Commands with `expect_before` on the base, then all commands on base + patch in a checkout of their own (3-architecture.md, Verify). */
export async function verifyResult(
  admitted: Admitted,
  inspection: Inspection | null,
  patchFile: string,
  outputs: Outputs,
  pristine: Pristine | null,
  log: Log,
): Promise<VerificationResult> {
  const { packet } = admitted;
  const results: CommandResult[] = [];
  const findings: Finding[] = [];
  if ((packet.verification_commands ?? []).some((c) => c.expect_before !== undefined)) {
    const base = await freshCheckout(admitted, 'before', null);
    const before = await checkBefore(benchIn(admitted, base.dir, outputs, log), packet);
    results.push(...before.results);
    findings.push(...before.findings);
  }
  const after = await freshCheckout(admitted, 'after', inspection ? patchFile : null, pristine);
  if (after.finding)
    return {
      results,
      findings: [...findings, after.finding],
      notRun: 'the patch cannot be applied to the base',
      tree: null,
    };
  let used = outputs;
  if (inspection && packet.setup && touchesInputs(admitted, inspection)) {
    const again = await runSetup(admitted, 'setup-after', patchFile, log);
    if (!again.ok)
      return {
        results,
        findings: [...findings, ...again.findings],
        notRun: 'setup failed on the result',
        tree: after.tree,
      };
    used = again.outputs;
  }
  const paths = used.sources.map(({ path }) => path);
  const taken = occupied(after.dir, paths);
  if (taken !== null) {
    const reason = `the result puts something else where the output ${taken} of setup belongs`;
    findings.push(finding('setup_failed', reason, '/setup/outputs'));
    return { results, findings, notRun: reason, tree: after.tree };
  }
  const checked = await checkAfter(benchIn(admitted, after.dir, used, log), packet);
  return {
    results: [...results, ...checked.results],
    findings: [...findings, ...checked.findings],
    notRun: null,
    tree: after.tree,
  };
}

/** What the fresh checkout gave must be what was inspected (3-architecture.md: what is tested is exactly what can be merged). */
export const treeFinding = (expected: string | null, tree: string | null): Finding[] =>
  expected === null || tree === null || expected === tree
    ? []
    : [finding('evidence_invalid', `base + patch.diff gives tree ${tree}, the engine left ${expected}`, 'patch.diff')];
