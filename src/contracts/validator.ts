import type { DocumentError } from './finding.ts';

/** What ajv's standalone code leaves behind. Only the members that are read here. */
export interface AjvError {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
  message?: string;
}
export interface AjvResult {
  (value: unknown): boolean;
  errors?: AjvError[] | null;
}

export type Validation<T> = { ok: true; value: T } | { ok: false; errors: DocumentError[] };
/** Validates a value against one contract: all errors at once, each with pointer, rule and fix. */
export type Validator<T> = (value: unknown) => Validation<T>;

const list = (value: unknown): string => (Array.isArray(value) ? value.map((v) => JSON.stringify(v)).join(', ') : String(value));

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
      return [`must be of type ${list(params.type).replaceAll('"', '')}`, 'Correct the type of the value.'];
    case 'pattern':
      return [`must match ${String(params.pattern)}`, 'Correct the value; docs/reference has the form.'];
    case 'propertyNames':
      return [`the name ${JSON.stringify(params.propertyName)} is not allowed`, 'Rename it.'];
    case 'oneOf':
    case 'anyOf':
      return ['has none of the allowed forms', 'Use one of the forms in docs/reference.'];
    default:
      return [error.message ?? `breaks the rule ${error.keyword}`, 'Correct the value; docs/reference has the rule.'];
  }
}

/** Where an error belongs: the missing or superfluous member itself, not the object around it. */
function pointer(error: AjvError): string {
  const name = error.params.missingProperty ?? error.params.additionalProperty ?? error.params.unevaluatedProperty;
  const token = typeof name === 'string' ? `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` : '';
  return error.instancePath + token;
}

/** Turns precompiled ajv code into a validator that speaks the contracts' own errors. */
export function documentValidator<T>(compiled: AjvResult): Validator<T> {
  return (value) => {
    if (compiled(value)) return { ok: true, value: value as T };
    // A failed `if` names no error of its own: what it led to is listed beside it.
    const errors = (compiled.errors ?? []).filter((e) => e.keyword !== 'if');
    return {
      ok: false,
      errors: errors.map((error) => {
        const [message, fix] = explain(error);
        return { code: 'contract_invalid', message, at: pointer(error), rule: error.keyword, fix };
      }),
    };
  };
}
