import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Finding } from '../contracts/index.ts';
import type { TrueArtifact } from '../engines/index.ts';
import { type Baseline, changedContents, rawDiff, writePatch } from '../git/index.ts';
import { type InspectionResult, inspect, type RawChange, scanSecrets } from '../inspect/index.ts';
import type { Change } from './change.ts';
import type { Admitted } from './types.ts';

export interface Inspection extends InspectionResult {
  changes: readonly RawChange[];
  patchBytes: number;
  patchSha256: string;
  /** The patch is whole and can be applied; false when it was too large to write. */
  patchComplete: boolean;
  /** What was really changed, for the engine's report; null when it was not hashed. */
  truth: TrueArtifact[] | null;
}

const NOTHING = { sha256: '0'.repeat(64), bytes: 0, kind: 'deleted' } as const;

/** Every changed path with the hash of what it holds now. A rename is a deletion and an addition. */
async function trueArtifacts(baseline: Baseline, changes: readonly RawChange[]): Promise<TrueArtifact[]> {
  const truth: TrueArtifact[] = [];
  for (const { kind, path, oldPath } of changes) {
    if (kind === 'deleted') truth.push({ path, ...NOTHING });
    if (kind === 'renamed' && oldPath !== null) truth.push({ path: oldPath, ...NOTHING });
  }
  const kinds = new Map(
    changes.map((c) => [
      c.path,
      c.kind === 'added' || c.kind === 'renamed' ? ('added' as const) : ('modified' as const),
    ]),
  );
  for await (const { path, side, chunks } of changedContents(baseline, changes)) {
    if (side === 'before') continue;
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    truth.push({ path, sha256: hash.digest('hex'), bytes, kind: kinds.get(path) ?? 'modified' });
  }
  return truth.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Everything mechanical that can be said of a change; writes the patch to `patchFile`. */
export async function inspectChange(
  admitted: Admitted,
  { execution, walk, result }: Change,
  patchFile: string,
): Promise<Inspection> {
  const { baseline, base, packet, scope, limits } = admitted;
  const hashed = result.tree !== null;
  const cap = 8 * limits.patch_bytes;
  const [changes, patch] =
    result.tree === null
      ? [result.changes, { bytes: result.growth, truncated: true }]
      : await Promise.all([
          rawDiff(baseline, base.tree, result.tree),
          writePatch(baseline, base.tree, result.tree, patchFile, cap),
        ]);
  const [secrets, truth] = await Promise.all([
    hashed && !patch.truncated
      ? scanSecrets(
          changedContents(baseline, changes),
          changes.filter((c) => c.kind !== 'deleted').map((c) => c.path),
        )
      : [],
    hashed ? trueArtifacts(baseline, changes) : null,
  ]);
  const judged = inspect({
    changes,
    tree: result.entries,
    symlinks: result.symlinks,
    leftovers: result.leftovers,
    walkFindings: [...walk.findings, ...result.findings],
    allowed: scope.allowed,
    forbidden: scope.forbidden,
    allowProtected: scope.allow_protected,
    scratch: packet.scratch_paths ?? [],
    limits,
    patchBytes: patch.bytes,
    // An engine that was stopped never said that it was done (docs/adr/0008).
    expectsChanges: execution.outcome.ended === 'exited' && (packet.expects_changes ?? true),
    secrets,
  });
  const content = patch.truncated ? Buffer.alloc(0) : readFileSync(patchFile);
  return {
    ...judged,
    changes,
    patchBytes: patch.bytes,
    patchSha256: createHash('sha256').update(content).digest('hex'),
    patchComplete: hashed && !patch.truncated,
    truth,
  };
}

export const found = (inspection: Inspection, code: Finding['code']): boolean =>
  inspection.findings.some((f) => f.code === code);
