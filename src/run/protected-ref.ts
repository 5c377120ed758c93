import type { Config, Decision, Sha } from '../contracts/index.ts';
import { UserError, usage } from '../contracts/index.ts';
import type { Baseline, Source } from '../git/index.ts';
import { parseAdmission, parseConfig, parseStageRecord } from '../policy/index.ts';

const CONFIG = '.countersign/config.yml';
const MAX_BYTES = 1 << 20;

type Facts = Decision['facts'];

/** What the protected ref says: the only place that configuration, admissions, stage records and policy are ever read from. */
export interface Protected {
  ref: string;
  sha: Sha;
  config: Config | null;
  admissions: Facts['admissions'];
  stageRecords: Facts['stage_records'];
  policyFiles: string[];
}

/** A ref as people write it: full, a branch, or a remote's branch. Never a tag: anybody who may push tags would hold the configuration. */
export async function resolveProtected(source: Source, named: string | undefined): Promise<{ ref: string; sha: Sha }> {
  const wanted = named ?? (await source.defaultRef());
  if (wanted === null)
    throw usage(
      'there is no protected ref: neither origin/HEAD nor a branch that HEAD names',
      '--protected-ref',
      'Name it with --protected-ref.',
    );
  const candidates = wanted.startsWith('refs/') ? [wanted] : [`refs/heads/${wanted}`, `refs/remotes/${wanted}`];
  for (const ref of candidates) {
    const sha = await source.resolveRef(ref);
    if (sha !== null) return { ref, sha };
  }
  throw usage(
    `the protected ref ${JSON.stringify(wanted)} does not exist`,
    '--protected-ref',
    'Name an existing branch, or commit first.',
  );
}

/** Reads everything that counts from the protected commit. An invalid configuration is exit 3; an invalid record is a fact for its gate. */
export async function readProtected(baseline: Baseline, { ref, sha }: { ref: string; sha: Sha }): Promise<Protected> {
  const commit = await baseline.commit(sha);
  if (commit === null) throw usage(`${ref} names no commit`, '--protected-ref', 'Name a branch.');
  const text = async (path: string): Promise<string | null> => {
    const blob = await baseline.readBlob(commit.tree, path, MAX_BYTES);
    return blob === null ? null : new TextDecoder('utf-8', { fatal: false }).decode(blob);
  };
  const entries = await baseline.list(commit.tree, '.countersign');
  const json = (folder: string) =>
    entries.filter((e) => e.type === 'blob' && e.path.startsWith(folder) && e.path.endsWith('.json'));

  const configText = entries.some((e) => e.path === CONFIG) ? await text(CONFIG) : null;
  const parsed = configText === null ? null : parseConfig(configText, `${ref}:${CONFIG}`);
  if (parsed && !parsed.ok) throw new UserError(parsed.errors);
  const config = parsed?.config ?? null;

  const admissions: Protected['admissions'] = [];
  for (const { path } of json('.countersign/admissions/'))
    admissions.push(parseAdmission(path, (await text(path)) ?? ''));
  const stageRecords: Protected['stageRecords'] = [];
  for (const { path } of json('.countersign/stages/'))
    stageRecords.push(parseStageRecord(path, (await text(path)) ?? ''));
  // Policy files count whether the configuration names them or not: the gate must know of a policy that nobody evaluates (docs/adr/0043).
  const folder = (config?.policy?.rego ?? '.countersign/policy/').replace(/\/*$/, '/');
  const elsewhere = folder.startsWith('.countersign/') ? [] : await baseline.list(commit.tree, folder.slice(0, -1));
  const isPolicy = (path: string): boolean => path.startsWith('.countersign/policy/') || path.startsWith(folder);
  const policyFiles = [...entries, ...elsewhere].map((e): string => e.path).filter(isPolicy);
  return { ref, sha: commit.sha, config, admissions, stageRecords, policyFiles };
}
