import type { DocumentError } from './finding.ts';

/** What ajv's standalone code leaves behind. Only the members that are read here. */
export interface AjvError {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
}
export interface AjvResult {
  (value: unknown): boolean;
  errors?: AjvError[] | null;
}

export type Validation<T> = { ok: true; value: T } | { ok: false; errors: DocumentError[] };
/** Validates a value against one contract: all errors at once, each with pointer, rule and fix. */
export type Validator<T> = (value: unknown) => Validation<T>;

const list = (value: unknown): string =>
  Array.isArray(value) ? value.map((v) => JSON.stringify(v)).join(', ') : String(value);

/** What to write for a value of a type, in YAML. */
const HOW_TO_WRITE: Readonly<Record<string, string>> = {
  array: 'Write a list: in YAML a line `- item` for each, in JSON `[…]`.',
  object: 'Write names and values: in YAML a line `name: value` for each, in JSON `{…}`.',
  string: 'Write a text; in quotes where it looks like a number, true, false or null.',
  boolean: 'Write true or false, without quotes.',
  integer: 'Write a whole number, without quotes.',
  number: 'Write a number, without quotes.',
};

/** keyword → [what is wrong, what to do], from ajv's own parameters. */
function explain(error: AjvError): [message: string, fix: string] {
  const { params } = error;
  switch (error.keyword) {
    case 'required':
      return [`${list([params.missingProperty])} is missing`, `Add ${String(params.missingProperty)}.`];
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const name = String(params.additionalProperty ?? params.unevaluatedProperty);
      return [`${JSON.stringify(name)} is not a member of this contract`, 'Remove it, or rename it to x-….'];
    }
    case 'enum':
      return [`must be one of ${list(params.allowedValues)}`, `Use one of ${list(params.allowedValues)}.`];
    case 'const':
      return [`must be ${JSON.stringify(params.allowedValue)}`, `Write ${JSON.stringify(params.allowedValue)}.`];
    case 'type':
      return [
        `must be of type ${list(params.type).replaceAll('"', '')}`,
        HOW_TO_WRITE[String(params.type)] ?? 'Correct the type of the value.',
      ];
    case 'pattern':
      return [`must match ${String(params.pattern)}`, 'Correct the value; docs/reference has the form.'];
    case 'propertyNames':
      return [`the name ${JSON.stringify(params.propertyName)} is not allowed`, 'Rename it.'];
    case 'oneOf':
    case 'anyOf':
      return ['has none of the allowed forms', 'Use one of the forms in docs/reference.'];
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return [
        Number(params.limit) === 1 ? 'must not be empty' : `must have at least ${String(params.limit)}`,
        'Add what is missing.',
      ];
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
      return [`must have at most ${String(params.limit)}`, 'Shorten it.'];
    case 'minimum':
    case 'exclusiveMinimum':
    case 'maximum':
    case 'exclusiveMaximum':
      return [`must be ${String(params.comparison)} ${String(params.limit)}`, 'Use a number in the allowed range.'];
    case 'uniqueItems':
      return [`items ${String(params.j)} and ${String(params.i)} are the same`, 'Remove one of them.'];
    default:
      return [`breaks the rule ${error.keyword}`, 'Correct the value; docs/reference has the rule.'];
  }
}

/** Where an error belongs: the missing or superfluous member itself, not the object around it. */
function pointer(error: AjvError): string {
  const name = error.params.missingProperty ?? error.params.additionalProperty ?? error.params.unevaluatedProperty;
  const token = typeof name === 'string' ? `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` : '';
  return error.instancePath + token;
}

/** "All errors at once" ends where nobody reads them any more: a document of megabytes may break its contract in every place (docs/adr/0086). */
const MOST_ERRORS = 1000;

const tooMany = (rest: number): DocumentError => ({
  code: 'contract_invalid',
  message: `and ${rest} more errors`,
  at: '',
  rule: 'too_many_errors',
  fix: 'Correct those above first.',
});

const ALTERNATIVES = new Set(['oneOf', 'anyOf']);
const FORM = new Set(['type', 'const', 'enum']);

/**
 * Of alternatives that all failed, ajv lists every branch's errors and then the `oneOf` itself. A branch of the right form that fails further
 * inside says what is wrong; where no branch has the right form, the alternative as a whole does. Those errors are the last ones so far, so that each is
 * looked at once for every alternative around it, however many there are.
 */
function withoutNoise(errors: readonly AjvError[]): AjvError[] {
  const kept: AjvError[] = [];
  for (const error of errors) {
    if (error.keyword === 'if') continue; // what a failed condition led to is listed beside it
    if (ALTERNATIVES.has(error.keyword)) {
      const inside = (e: AjvError) =>
        e.instancePath === error.instancePath || e.instancePath.startsWith(`${error.instancePath}/`);
      const branches = kept.splice(kept.findLastIndex((e) => !inside(e)) + 1);
      const telling = branches.filter((e) => !(e.instancePath === error.instancePath && FORM.has(e.keyword)));
      for (const said of telling.length > 0 ? telling : [error]) kept.push(said);
    } else kept.push(error);
  }
  return kept;
}

/** Turns precompiled ajv code into a validator that speaks the contracts' own errors. */
export function documentValidator<T>(compiled: AjvResult): Validator<T> {
  return (value) => {
    if (compiled(value)) return { ok: true, value: value as T };
    const errors = withoutNoise(compiled.errors ?? []);
    const told = errors.slice(0, MOST_ERRORS).map((error): DocumentError => {
      const [message, fix] = explain(error);
      return { code: 'contract_invalid', message, at: pointer(error), rule: error.keyword, fix };
    });
    const rest = errors.length - told.length;
    return { ok: false, errors: rest > 0 ? [...told, tooMany(rest)] : told };
  };
}
