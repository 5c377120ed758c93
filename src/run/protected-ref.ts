import { createHash } from 'node:crypto';
import type { Config, Decision, Sha } from '../contracts/index.ts';
import { asSha, UserError, usage } from '../contracts/index.ts';
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
  if (/^refs\/(?!heads\/|remotes\/)/.test(wanted))
    throw usage(
      `${JSON.stringify(wanted)} is no branch`,
      '--protected-ref',
      'Name a branch: tags can be moved by others.',
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
  const text = async (path: string): Promise<string> => {
    const blob = await baseline.readBlob(commit.tree, path, MAX_BYTES);
    if (blob === null) throw unreadable(`${ref}:${path}`, 'is no regular file', 'Commit it as a plain file.');
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(blob);
    } catch {
      throw unreadable(`${ref}:${path}`, 'is not UTF-8', 'Save the file as UTF-8.');
    }
  };
  const entries = await baseline.list(commit.tree, '.countersign');
  const instead = entries.some((e) => e.path === '.countersign');
  if (instead) throw unreadable(`${ref}:.countersign`, 'is no folder', 'Commit it as a plain folder.');
  const json = (folder: string) =>
    entries.filter((e) => e.type === 'blob' && e.path.startsWith(folder) && e.path.endsWith('.json'));

  // Anything of this name counts: a link or a folder in its place must not read as "no file", which means the defaults.
  const present = entries.some((e) => e.path === CONFIG || e.path.startsWith(`${CONFIG}/`));
  const configText = present ? await text(CONFIG) : null;
  const parsed = configText === null ? null : parseConfig(configText, `${ref}:${CONFIG}`);
  if (parsed && !parsed.ok) throw new UserError(parsed.errors);
  const config = parsed?.config ?? null;

  const admissions: Protected['admissions'] = [];
  for (const { path } of json('.countersign/admissions/')) {
    const read = await orProblem(text(path));
    admissions.push(
      'text' in read
        ? parseAdmission(path, read.text)
        : { file: path, document: null, problem: { kind: null, message: read.problem } },
    );
  }
  const stageRecords: Protected['stageRecords'] = [];
  for (const { path } of json('.countersign/stages/')) {
    const read = await orProblem(text(path));
    stageRecords.push(
      'text' in read
        ? parseStageRecord(path, read.text)
        : { file: path, document: null, problem: read.problem, recomputed: null },
    );
  }
  // Policy files count whether the configuration names them or not: the gate must know of a policy that nobody evaluates (docs/adr/0043).
  const folder = (config?.policy?.rego ?? '.countersign/policy/').replace(/\/*$/, '/');
  const elsewhere = folder.startsWith('.countersign/') ? [] : await baseline.list(commit.tree, folder.slice(0, -1));
  const isPolicy = (path: string): boolean => path.startsWith('.countersign/policy/') || path.startsWith(folder);
  const policyFiles = [...entries, ...elsewhere].map((e): string => e.path).filter(isPolicy);
  return { ref, sha: commit.sha, config, admissions, stageRecords, policyFiles };
}

/**
 * What an approval on GitHub is bound to instead of a commit of the default branch: everything in `.countersign` but the packets that were merged. Without
 * us: `git ls-tree -r -z --full-tree COMMIT .countersign | grep -zv '\t\.countersign/packets/' | sha256sum` (docs/adr/0121).
 */
export async function rulesDigest(baseline: Baseline, commit: Sha): Promise<Sha> {
  const hash = createHash('sha256');
  for (const { mode, type, sha, raw } of await baseline.list(commit, '.countersign'))
    if (!raw.startsWith('.countersign/packets/')) hash.update(`${mode} ${type} ${sha}\t${raw}\0`, 'latin1');
  return asSha(hash.digest('hex'));
}

const unreadable = (at: string, message: string, fix: string): UserError =>
  new UserError({ code: 'contract_invalid', message: `${at} ${message}`, at, rule: 'unreadable', fix });

/** A record that cannot be read is a fact for its gate, unlike the configuration. */
async function orProblem(reading: Promise<string>): Promise<{ text: string } | { problem: string }> {
  try {
    return { text: await reading };
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message };
    throw error;
  }
}
