import {
  type Decision,
  type Digest,
  digestOfBytes,
  type Event,
  type Finding,
  type Inputs,
  type Report,
} from '../../contracts/index.ts';
import { byteOrder, invalid, SUMS } from '../layout.ts';
import { openReading } from '../read/index.ts';
import { checkSignatures, type Signable, type SignedBy, type Signers } from '../signatures/index.ts';
import type { Loaded } from './load.ts';
import { replayErrors } from './replay.ts';
import { presenceErrors, sumsErrors } from './structure.ts';

export interface VerifyOptions {
  /** The digest that the pack must have. */
  expect?: string;
  /** A repository that has the base: the patch is applied to it again and the tree compared. */
  repo?: string;
  /** `owner/name`: the pack must be of a run there. */
  repository?: string;
  /** Whose signatures the pack must have. */
  signers?: Signers;
}

/** `signatures` are those that were asked for and hold. `pack_digest` is null where there is no SHA256SUMS to take it of. */
export interface Verification {
  ok: boolean;
  pack_digest: Digest | null;
  errors: Finding[];
  signatures: SignedBy[];
}

/** What a signer's certificate must agree with: on GitHub the repository, the default branch and the workflow run of the pack. */
function signedOf({ members, report }: Loaded): Pick<Signable, 'runId' | 'origin'> {
  const { facts } = members.decision;
  const hosted = facts.surface === 'github';
  return {
    runId: report.run_id,
    origin: {
      repository: hosted ? facts.repository_name : null,
      ref: hosted ? (facts.protected?.ref ?? null) : null,
      run: hosted ? members.inputs.identity.ci_run : null,
    },
  };
}

/** A pack as it was verified; all but the verification is null where its documents cannot be read. */
export interface Examined {
  verification: Verification;
  report: Report | null;
  events: readonly Event[] | null;
  decision: Decision | null;
  inputs: Inputs | null;
  /** SHA-256 (bare hex) of these members as they are in the pack; null where one is missing. */
  sha256: { report: string | null; patch: string | null };
}

/**
 * Verifies a pack (2-contracts.md): a folder, tar, compressed tar or zip. Offline, from the pack alone; with `repo`, the patch is applied to its base too.
 *
 * @throws UserError where there is no such pack or repository. Anything malformed is an error of the result, never an exception.
 */
export async function examinePack(path: string, options: VerifyOptions = {}): Promise<Examined> {
  const reading = await openReading(path);
  // What knows the documents is large: it is loaded, and they are read, while other threads still hash the rest of a large pack.
  const { complete, documentErrors, fileErrors, load } = await import('./documents.ts');
  const loading = load(reading.whole);
  const discrepancies = loading.documents ? documentErrors(loading.documents) : [];
  const contents = await reading.contents();
  const { loaded, errors: unreadable } = complete(loading, contents);
  // Spread into a list and never into an argument list: a pack may hold more discrepancies than a call takes arguments.
  const errors = [
    ...contents.errors,
    ...presenceErrors(contents),
    ...sumsErrors(contents),
    ...loading.errors,
    ...unreadable,
    ...(loaded ? [...discrepancies, ...fileErrors(loaded)] : []),
  ];
  const sums = contents.whole.get(SUMS);
  const digest = sums ? digestOfBytes(sums) : null;
  if (options.expect !== undefined && options.expect !== digest)
    errors.push(invalid(SUMS, `the digest of the pack is ${digest ?? 'none'}, not ${options.expect}`));
  const made = loaded?.members.decision.facts.repository_name;
  if (options.repository !== undefined && made !== options.repository)
    errors.push(
      invalid(
        'decision.json#/facts/repository_name',
        `the pack is of ${made ?? 'nowhere'}, not of ${options.repository}`,
      ),
    );
  let signatures: SignedBy[] = [];
  if (loaded && digest !== null && options.signers) {
    const checked = await checkSignatures({ path, digest, ...signedOf(loaded) }, options.signers);
    errors.push(...checked.errors);
    ({ signatures } = checked);
  }
  if (loaded && options.repo !== undefined) errors.push(...(await replayErrors(path, loaded, options.repo)));
  const distinct = new Map(errors.map((error) => [`${error.code} ${error.at} ${error.message}`, error]));
  const sorted = [...distinct.values()].toSorted((a, b) => byteOrder(a.at, b.at));
  const verification = { ok: sorted.length === 0, pack_digest: digest, errors: sorted, signatures };
  const sha256 = (member: string): string | null => contents.files.get(member)?.sha256 ?? null;
  return {
    verification,
    report: loaded?.report ?? null,
    events: loaded?.members.events ?? null,
    decision: loaded?.members.decision ?? null,
    inputs: loaded?.members.inputs ?? null,
    sha256: { report: sha256('report.json'), patch: sha256('patch.diff') },
  };
}

/** `examinePack` for those who want the verdict alone. */
export const verifyPack = async (path: string, options: VerifyOptions = {}): Promise<Verification> =>
  (await examinePack(path, options)).verification;
