import { canonicalText, type Finding, type RepoPath, type ReportChangedFile } from '../../contracts/index.ts';
import { inspect, type RawChange } from '../../inspect/index.ts';
import { effectiveLimits, scopeOf } from '../../policy/index.ts';
import { eventOf } from '../events.ts';
import { byteOrder, invalid } from '../layout.ts';
import { findingsOf } from '../members.ts';
import type { PatchedFile } from '../patched-file.ts';
import type { Loaded } from './load.ts';

const PATCH = 'patch.diff';
/** What can be said of a change by paths, modes, counts and size alone: these findings are derived again, in both directions. */
const DERIVED = new Set([
  'no_diff',
  'disallowed_file_change',
  'forbidden_path_change',
  'too_many_files',
  'patch_too_large',
]);

/** The patch against `changed_files`, `git.diff.checked` and the findings of inspection. */
export function changeErrors(loaded: Loaded): Finding[] {
  const { contents, members, report } = loaded;
  const checked = eventOf(members.events, 'git.diff.checked')?.data;
  const patch = contents.files.get(PATCH);
  const summary = contents.patch;
  if (!patch || !summary) return [];
  const errors = summary.errors.map(({ line, message }) => invalid(`${PATCH}:${line}`, message));
  const event = 'events.normalized.jsonl (git.diff.checked)';
  if (!checked || checked.result === 'not_run') {
    if (patch.size > 0) errors.push(invalid(PATCH, 'there is a patch of a run that inspected none'));
    if (report.changed_files !== null) errors.push(invalid('report.json#/changed_files', 'nothing was inspected'));
    return errors;
  }
  if (report.changed_files === null)
    return [...errors, invalid('report.json#/changed_files', 'is null, and the change was inspected')];
  if (checked.patch_sha256 !== patch.sha256)
    errors.push(invalid(event, 'patch_sha256 is not the digest of patch.diff'));
  if (checked.patch_bytes !== patch.size) errors.push(invalid(event, 'patch_bytes is not the size of patch.diff'));
  if (checked.changed_files !== report.changed_files.length)
    errors.push(invalid(event, 'changed_files is not their number in the report'));
  const tooLarge = findingsOf(members.trace).some(({ code }) => code === 'patch_too_large');
  const left = patch.size === 0 && report.changed_files.length > 0;
  if (left && !tooLarge) errors.push(invalid(PATCH, 'is empty, and files were changed'));
  if (patch.size === 0 && report.changed_files.length === 0 && checked.result_tree !== members.inputs.base_tree)
    errors.push(invalid(event, 'nothing was changed, and the result tree is not the tree of the base'));
  return [
    ...errors,
    ...(left ? [] : compared(report.changed_files, summary.files)),
    ...inspectionErrors(loaded, report.changed_files, left),
  ];
}

interface Side {
  mode: string;
  oldMode: string;
  /** Lines; undefined where the other source counts them in another way. */
  lines: string | undefined;
}

/** A change of type stands as two files of the same path in a patch; a rename as a deletion and an addition. */
function sidesOfPatch(files: readonly PatchedFile[]): Map<string, Side> {
  const sides = new Map<string, Side>();
  for (const { path, kind, mode, oldMode, added, removed } of files) {
    const before = sides.get(path);
    if (before && kind === 'added') sides.set(path, { mode, oldMode: before.oldMode, lines: undefined });
    else sides.set(path, { mode, oldMode, lines: canonicalText([added, removed]) });
  }
  return sides;
}

function sidesOfReport(files: readonly ReportChangedFile[]): Map<string, Side> {
  const sides = new Map<string, Side>();
  for (const { path, old_path, kind, mode, old_mode, added, removed } of files) {
    if (kind === 'renamed') {
      sides.set(old_path ?? '', { mode: '000000', oldMode: old_mode, lines: undefined });
      sides.set(path, { mode, oldMode: '000000', lines: undefined });
    } else {
      const lines = kind === 'type_changed' ? undefined : canonicalText([added, removed]);
      sides.set(path, { mode, oldMode: old_mode, lines });
    }
  }
  return sides;
}

const KINDS: Readonly<Record<ReportChangedFile['kind'], (file: ReportChangedFile) => boolean>> = {
  added: ({ mode, old_mode }) => old_mode === '000000' && mode !== '000000',
  deleted: ({ mode, old_mode }) => mode === '000000' && old_mode !== '000000',
  modified: ({ mode, old_mode }) => mode !== '000000' && old_mode !== '000000',
  renamed: ({ mode, old_mode }) => mode !== '000000' && old_mode !== '000000',
  type_changed: ({ mode, old_mode }) => mode.slice(0, 3) !== old_mode.slice(0, 3) && mode !== '000000',
};

/** Every file of the patch is in the report as it is there, and the other way round. */
function compared(files: readonly ReportChangedFile[], patched: readonly PatchedFile[]): Finding[] {
  const errors: Finding[] = [];
  const at = 'report.json#/changed_files';
  const said = sidesOfReport(files);
  const is = sidesOfPatch(patched);
  for (const path of [...new Set([...said.keys(), ...is.keys()])].toSorted(byteOrder)) {
    const [a, b] = [said.get(path), is.get(path)];
    if (!a) errors.push(invalid(at, `the patch changes ${JSON.stringify(path)}, the report does not list it`));
    else if (!b) errors.push(invalid(at, `${JSON.stringify(path)} is listed, the patch does not change it`));
    else if (a.mode !== b.mode || a.oldMode !== b.oldMode)
      errors.push(invalid(at, `the modes of ${JSON.stringify(path)} are not those of the patch`));
    else if (a.lines !== undefined && b.lines !== undefined && a.lines !== b.lines)
      errors.push(invalid(at, `the lines of ${JSON.stringify(path)} are not those of the patch`));
  }
  for (const [index, file] of files.entries()) {
    if (!KINDS[file.kind](file)) errors.push(invalid(`${at}/${index}/kind`, `${file.kind} does not fit its modes`));
    if ((file.kind === 'renamed') !== (file.old_path !== undefined))
      errors.push(invalid(`${at}/${index}/old_path`, 'stands exactly where a file was renamed'));
  }
  return errors;
}

const key = ({ code, at }: Finding): string => `${code} ${at}`;

/** Inspection again, as far as a pack alone allows: paths, rules, modes and counts, without the rest of the tree. */
function inspectionErrors(loaded: Loaded, files: readonly ReportChangedFile[], patchLeftOut: boolean): Finding[] {
  const { contents, members } = loaded;
  const { decision, packet, trace } = members;
  const scope = scopeOf(decision.facts);
  const limits = effectiveLimits(packet);
  const size = contents.files.get(PATCH)?.size ?? 0;
  const derived = inspect({
    changes: files.map(rawChange),
    tree: [],
    symlinks: new Map(),
    leftovers: [],
    walkFindings: [],
    allowed: scope.allowed,
    forbidden: scope.forbidden,
    allowProtected: scope.allow_protected,
    scratch: packet.scratch_paths ?? [],
    limits,
    // A patch that was left out had more than fits into any limit; how much exactly nobody can tell from the pack.
    patchBytes: patchLeftOut ? limits.patch_bytes + 1 : size,
    // docs/adr/0008: an engine that was stopped owes no diff.
    expectsChanges:
      eventOf(members.events, 'patch.applied')?.data.backend_termination === 'exited' &&
      (packet.expects_changes ?? true),
    secrets: [],
  });
  const found = new Map(findingsOf(trace).map((f) => [key(f), f]));
  const due = new Set(derived.findings.map(key));
  const errors = derived.findings
    .filter((f) => !found.has(key(f)))
    .map((f) => invalid('trace.jsonl', `${f.code} at ${f.at} is no finding of the run: ${f.message}`));
  for (const [name, f] of found)
    if (DERIVED.has(f.code) && !due.has(name))
      errors.push(invalid('trace.jsonl', `${f.code} at ${f.at} is a finding that the patch does not bear out`));
  const checked = eventOf(members.events, 'git.diff.checked')?.data;
  const event = 'events.normalized.jsonl (git.diff.checked)';
  if (checked?.allowed_writes_passed !== derived.allowedWritesPassed)
    errors.push(invalid(event, 'allowed_writes_passed is not what the patch says'));
  if (checked?.forbidden_paths_passed !== derived.forbiddenPathsPassed)
    errors.push(invalid(event, 'forbidden_paths_passed is not what the patch says'));
  if (checked?.result === 'pass' && due.size > 0) errors.push(invalid(event, 'result is pass, and there are findings'));
  return errors;
}

const rawChange = (file: ReportChangedFile): RawChange => ({
  kind: file.kind,
  path: file.path as RepoPath,
  oldPath: (file.old_path ?? null) as RepoPath | null,
  mode: file.mode,
  oldMode: file.old_mode,
  sha: null,
  oldSha: null,
  added: file.added,
  removed: file.removed,
});
