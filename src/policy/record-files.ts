import {
  type Admission,
  type DocumentError,
  readJson,
  type StageRecord,
  unsafeCharacters,
  validateAdmission,
  validateStageRecord,
  type Validation,
} from '../contracts/index.ts';
import { pathPatternError } from '../packet/index.ts';
import { secretLike } from './secret-like.ts';
import type { Facts } from './types.ts';

const KINDS = ['source', 'model', 'target', 'provider-decision'] as const;
const text = (errors: readonly DocumentError[]): string =>
  errors.map((error) => (error.at === '' ? error.message : `${error.at}: ${error.message}`)).join('; ');

/** Reads a record of the protected ref: closed schema, no duplicate keys, nothing invisible, nothing that looks like a secret. */
function read<T>(
  source: string,
  validate: (value: unknown) => Validation<T>,
): { value: unknown; document: T | null; errors: DocumentError[] } {
  const json = readJson(source);
  if (!json.ok) return { value: null, document: null, errors: json.errors };
  const checked = validate(json.value);
  const errors = [...(checked.ok ? [] : checked.errors), ...secretLike(json.value), ...invisible(json.value)];
  return { value: json.value, document: checked.ok && errors.length === 0 ? checked.value : null, errors };
}

/** Looked at after parsing, so that an escape (`\u202e`) hides nothing. */
function invisible(value: unknown, at = ''): DocumentError[] {
  if (typeof value === 'string')
    return unsafeCharacters(value, 'prose').map(({ name, reason }) => ({
      code: 'contract_invalid',
      message: `${name} ${reason}`,
      at,
      rule: 'unsafe_character',
      fix: 'Remove the character.',
    }));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...invisible(name, `${at}/`),
    ...invisible(inner, `${at}/${name}`),
  ]);
}

/** The patterns that an admission holds. */
function patterns(admission: Admission): string[] {
  if (admission.kind === 'provider-decision') return [];
  const own = admission.kind === 'target' ? [...admission.allowed_paths, ...(admission.forbidden_paths ?? [])] : [];
  const source = admission.kind === 'source' ? (admission.protected_source ?? []) : [];
  return [...own, ...source, ...(admission.reviewed?.path ?? [])];
}

/**
 * An admission file as a fact. An invalid one stays as such, with the kind it claims to be: its gate is missing. The file is named after the id, so
 * that a reference always leads to one file.
 */
export function parseAdmission(file: string, source: string): Facts['admissions'][number] {
  const { value, document, errors } = read(source, validateAdmission);
  const claimed = (value as { kind?: unknown } | null)?.kind;
  const kind = KINDS.find((known) => known === claimed) ?? null;
  const problem = (message: string): Facts['admissions'][number] => ({
    file,
    document: null,
    problem: { kind, message },
  });
  if (!document) return problem(text(errors) || 'is no admission');
  if (!file.endsWith(`/${document.id}.json`))
    return problem(`its id is ${document.id}, so its name must be ${document.id}.json`);
  const bad = patterns(document).filter((pattern) => pathPatternError(pattern) !== null);
  if (bad.length > 0) return problem(`${bad.join(', ')} cannot be used as path patterns`);
  return { file, document, problem: null };
}

/** A stage record as a fact: `.countersign/stages/<engine>/<n>.json`. Nobody has judged its packs yet. */
export function parseStageRecord(file: string, source: string): Facts['stage_records'][number] {
  const { document, errors } = read<StageRecord>(source, validateStageRecord);
  const problem = (message: string): Facts['stage_records'][number] => ({
    file,
    document: null,
    problem: message,
    recomputed: null,
  });
  if (!document) return problem(text(errors) || 'is no stage record');
  if (!file.endsWith(`/stages/${document.engine}/${document.stage}.json`))
    return problem(`is about stage ${document.stage} of ${document.engine}`);
  return { file, document, problem: null, recomputed: null };
}
