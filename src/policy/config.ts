import { type Config, type DocumentError, pointerToken, validateConfig } from '../contracts/index.ts';
import { pathPatternError, pathProblem, readYaml } from '../packet/index.ts';
import { secretLike } from './secret-like.ts';

export type ConfigReading = { ok: true; config: Config } | { ok: false; errors: DocumentError[] };

/**
 * Reads `.countersign/config.yml`. `where` is what every error is at (`<ref>:.countersign/config.yml`); the pointer inside stands in the message. All
 * errors at once; an invalid configuration is exit 3, never a set of defaults.
 */
export function parseConfig(text: string, where: string): ConfigReading {
  const read = readYaml(text);
  if (!read.ok) return { ok: false, errors: read.errors.map((error) => placed(error, where)) };
  const checked = validateConfig(read.value);
  const errors = [...(checked.ok ? semantics(checked.value) : checked.errors), ...secretLike(read.value)];
  return checked.ok && errors.length === 0
    ? { ok: true, config: checked.value }
    : { ok: false, errors: errors.map((error) => placed(error, where)) };
}

const placed = (error: DocumentError, where: string): DocumentError => ({
  ...error,
  at: where,
  message: error.at === '' ? error.message : `${error.at}: ${error.message}`,
});

const wrong = (at: string, message: string, rule: string, fix: string): DocumentError => ({
  code: 'contract_invalid',
  message,
  at,
  rule,
  fix,
});

/** What a schema cannot say: patterns are patterns of ours, protected paths are opened one by one, only `command` takes an argv. */
function semantics(config: Config): DocumentError[] {
  const errors: DocumentError[] = [];
  const pattern = (path: string, at: string): void => {
    const problem = pathPatternError(path);
    if (problem) errors.push(wrong(at, problem.message, problem.rule, problem.fix));
  };
  config.forbidden_paths?.forEach((path, index) => pattern(path, `/forbidden_paths/${index}`));
  config.allow_protected_paths?.forEach((path, index) => {
    const at = `/allow_protected_paths/${index}`;
    pattern(path, at);
    if (/[*?]/.test(path)) errors.push(wrong(at, 'is a glob', 'path_not_exact', 'Name each protected path exactly.'));
  });
  for (const [id, engine] of Object.entries(config.engines ?? {}))
    if (engine.argv && id !== 'command')
      errors.push(
        wrong(
          `/engines/${pointerToken(id)}/argv`,
          'only the engine command takes an argv',
          'argv_not_allowed',
          'Remove argv.',
        ),
      );
  const rego = config.policy && pathProblem(config.policy.rego);
  if (rego) errors.push(wrong('/policy/rego', rego.message, rego.rule, rego.fix));
  config.sandbox?.tools?.forEach((folder, index) => {
    if (folder.split('/').includes('..'))
      errors.push(wrong(`/sandbox/tools/${index}`, 'holds `..`', 'path_parent', 'Write the path without `..`.'));
  });
  return errors;
}
