import { join } from 'node:path';
import type { EvidenceFacts, RunRecord } from '../checks/index.ts';
import { type Problem, type Report, UserError } from '../contracts/index.ts';
import type { Examined } from '../evidence/index.ts';
import { failedWith, type GitHub } from '../github/index.ts';
import type { Store } from './store.ts';

/** A pack that was downloaded: what the checks want to know of it, and what publishing needs. */
export interface Downloaded {
  facts: EvidenceFacts;
  /** The archive; null where it could not be had. */
  file: string | null;
  commit: { text: string; id: string } | null;
  patchSha256: string | null;
}

const without = (record: RunRecord, artifactName: string, errors: readonly Problem[]): Downloaded => ({
  facts: { record, artifactName, errors, pack: null },
  file: null,
  commit: null,
  patchSha256: null,
});

/**
 * Downloads the pack of a run and verifies it against the repository. What it says is looked at only when all of it holds, and none of it is ever executed.
 */
export async function readEvidence(
  record: RunRecord,
  artifactName: string,
  { github, store, folder }: { github: GitHub; store: Store; folder: string },
): Promise<Downloaded> {
  const { examinePack, resultCommit } = await import('../evidence/index.ts');
  const file = join(folder, `${record.artifactId}.zip`);
  try {
    await github.downloadArtifact(record.artifactId, file);
    const examined = await examinePack(file, { expect: record.packDigest, repo: store.dir });
    const { report, decision, inputs, verification, sha256 } = examined;
    if (!verification.ok || !report || !decision || !inputs) return without(record, artifactName, errorsOf(examined));
    const commit = sha256.report === null ? null : resultCommit(report, sha256.report);
    const frozen = inputs.identity.nonce === '';
    const pack = { report, facts: decision.facts, frozen, resultCommit: commit?.id ?? null };
    const facts = { record, artifactName, errors: fromThisRun(record, report, inputs.identity.ci_run), pack };
    return { facts, file, commit, patchSha256: sha256.patch };
  } catch (error) {
    if (error instanceof UserError && !failedWith(error, 401, 403)) return without(record, artifactName, error.errors);
    throw error;
  }
}

const errorsOf = ({ verification: { errors } }: Examined): Problem[] =>
  errors.length > 0
    ? errors
    : [{ code: 'evidence_invalid', message: 'the pack cannot be read', at: '.', fix: 'Run again.' }];

/** The pack says which workflow run made it: it must be the one that states its digest. */
const fromThisRun = ({ runId }: RunRecord, { run_id: id }: Report, ciRun: string | null): Problem[] =>
  ciRun === String(runId)
    ? []
    : [
        {
          code: 'evidence_invalid',
          message: `${id} was made by workflow run ${ciRun ?? 'none'}, not ${runId}`,
          at: 'inputs.json#/identity/ci_run',
          fix: 'Run again.',
        },
      ];
