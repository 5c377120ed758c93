import { CODES, type Code, type Finding, finding } from '../contracts/index.ts';
import { compilePathRules } from '../packet/index.ts';
import { pathRules } from './rules.ts';
import { shown } from './shown.ts';
import type { ChangedFile, InspectionInput, InspectionResult, RawChange, SecretHit } from './types.ts';
import { unsafePaths } from './unsafe.ts';

/** Findings of one code that are listed one by one; the rest is counted, so that a report stays readable and bounded. */
const LISTED = 200;

/**
 * Judges a finished diff. Pure: the same input gives the same findings, in the order of the table of codes and, within a code, of the paths
 * (UTF-16 order). Every rule that is broken is reported, not the first.
 */
export function inspect(input: InspectionInput): InspectionResult {
  const all = [
    ...input.walkFindings,
    ...changeCount(input),
    ...pathRules(input),
    ...unsafePaths(input),
    ...patchSize(input),
    ...input.secrets.map(secretFinding),
    ...leftovers(input),
  ];
  return {
    findings: bounded(all),
    changedFiles: input.changes.map(changedFile),
    allowedWritesPassed: all.every(({ code }) => code !== 'disallowed_file_change'),
    forbiddenPathsPassed: all.every(({ code }) => code !== 'forbidden_path_change'),
  };
}

function changeCount({ changes, expectsChanges, limits }: InspectionInput): Finding[] {
  if (changes.length === 0) {
    return expectsChanges ? [finding('no_diff', 'the engine changed nothing', 'patch.diff')] : [];
  }
  if (changes.length <= limits.changed_files) return [];
  const message = `${changes.length} files were changed, the limit is ${limits.changed_files}`;
  return [finding('too_many_files', message, 'patch.diff')];
}

function patchSize({ patchBytes, limits }: InspectionInput): Finding[] {
  if (patchBytes <= limits.patch_bytes) return [];
  const message = `the patch has ${patchBytes} bytes or more, the limit is ${limits.patch_bytes}`;
  return [finding('patch_too_large', message, 'patch.diff')];
}

/** The secret itself is nowhere in it. */
function secretFinding({ path, line, rule, form }: SecretHit): Finding {
  const where = line === null ? `the name of ${shown(path)}` : `${shown(path)}:${line}`;
  const how = form === 'raw' || form === 'name' ? '' : ` (${form})`;
  return finding('secret_detected', `${where} holds what looks like a secret: ${rule}${how}`, shown(path));
}

function leftovers({ leftovers: left, scratch }: InspectionInput): Finding[] {
  const rules = compilePathRules(scratch);
  return left
    .filter(({ path, kind }) => kind === 'unreadable' || (kind !== 'scratch' && rules.matches(path) === null))
    .map(({ path, kind }) =>
      finding('dirty_ending_tree', `${shown(path)} was left behind (${kind.replaceAll('_', ' ')})`, shown(path)),
    );
}

const ORDER = new Map<Code, number>((Object.keys(CODES) as Code[]).map((code, n) => [code, n]));

const rank = ({ code }: Finding): number => ORDER.get(code) ?? 0;

/** Sorted, and cut to LISTED of each code with one more that says how many were left out. */
function bounded(all: readonly Finding[]): Finding[] {
  const sorted = [...all].sort((a, b) => rank(a) - rank(b) || compare(a.at, b.at) || compare(a.message, b.message));
  const counts = new Map<Code, number>();
  const listed = sorted.filter(({ code }) => {
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    return count <= LISTED;
  });
  const more = [...counts].filter(([, count]) => count > LISTED);
  return [
    ...listed,
    ...more.map(([code, count]) => finding(code, `and ${count - LISTED} more of these`, 'patch.diff')),
  ];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const changedFile = ({ path, oldPath, mode, oldMode, kind, added, removed }: RawChange): ChangedFile => ({
  path,
  ...(oldPath === null ? {} : { old_path: oldPath }),
  mode,
  old_mode: oldMode,
  kind,
  added,
  removed,
});
