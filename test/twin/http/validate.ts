import type { ValidateFunction } from 'ajv';
import {
  description,
  linesOf,
  type Operation,
  type Parameter,
  resolved,
  type Schema,
  validator,
} from '../openapi/describe.ts';

const compiled = new Map<string, ValidateFunction>();

function once(key: string, make: () => ValidateFunction): ValidateFunction {
  const found = compiled.get(key) ?? make();
  compiled.set(key, found);
  return found;
}

function described(operation: string): Operation {
  const [method = '', path = ''] = operation.split(' ');
  const found = description().paths[path]?.[method.toLowerCase()];
  if (!found) throw new Error(`github.json.gz does not describe ${operation}`);
  return found;
}

const jsonOf = (content: Record<string, { schema?: Schema }> | undefined): Schema | undefined =>
  content?.['application/json']?.schema;

export interface Asking {
  params: Record<string, unknown>;
  query: Record<string, unknown>;
  body: unknown;
}

/** What is wrong with a request. Texts in `params` and `query` become what they stand for. A parameter or member that GitHub does not describe is wrong: it would be passed over in silence. */
export function requestErrors(operation: string, asking: Asking): string[] {
  const of = described(operation);
  const errors: string[] = [];
  for (const place of ['path', 'query'] as const) {
    const check = once(`${operation} ${place}`, () => {
      const known = (of.parameters ?? []).map((entry) => resolved<Parameter>(entry)).filter((p) => p.in === place);
      return validator(
        {
          type: 'object',
          properties: Object.fromEntries(known.map(({ name, schema }) => [name, schema])),
          required: known.filter(({ required }) => required).map(({ name }) => name),
          additionalProperties: false,
        },
        { coerce: true },
      );
    });
    if (!check(place === 'path' ? asking.params : asking.query)) {
      errors.push(...linesOf(check.errors).map((line) => `${place} ${line}`));
    }
  }
  const schema = of.requestBody && jsonOf(resolved(of.requestBody).content);
  if (schema === undefined) {
    if (asking.body !== undefined) errors.push('body is described by nothing');
  } else if (asking.body !== undefined || of.requestBody?.required === true) {
    const check = once(`${operation} body`, () => validator(schema, { closed: true }));
    if (!check(asking.body)) errors.push(...linesOf(check.errors).map((line) => `body ${line}`));
  }
  return errors;
}

const ERROR = { $ref: '#/components/schemas/basic-error' };

/** What is wrong with an answer. Nothing may be in it that GitHub does not describe: tests would come to depend on it. */
export function answerErrors(
  operation: string,
  answer: { status: number; body?: unknown; headers?: Record<string, string> },
): string[] {
  const { status, body, headers } = answer;
  const responses = described(operation).responses;
  const known = responses[String(status)];
  if (status >= 400) {
    // Most refusals (401, 403, 429, 5xx) are described for no operation by name.
    const schema = jsonOf(known && resolved(known).content) ?? ERROR;
    const check = once(`${operation} ${status}`, () => validator(schema));
    const isPlain = once('basic-error', () => validator(ERROR));
    return check(body) || isPlain(body) ? [] : linesOf(check.errors);
  }
  if (known === undefined) return [`GitHub never answers ${status}`];
  const schema = jsonOf(resolved(known).content);
  if (status === 302) return headers?.['location'] === undefined ? ['no location'] : [];
  if (schema === undefined) return body === undefined ? [] : [`${status} has no body`];
  const check = once(`${operation} ${status}`, () => validator(schema, { closed: true }));
  // As a client will read it: what JSON leaves out is not there.
  return check(JSON.parse(JSON.stringify(body ?? null))) ? [] : linesOf(check.errors);
}

/** @param event `issues-opened`. Payloads may hold more than is described: GitHub's own do. */
export function eventErrors(event: string, payload: unknown): string[] {
  const known = description()['x-webhooks'][event];
  const schema = jsonOf(known?.post.requestBody.content);
  if (schema === undefined) return ['GitHub describes no such event'];
  const check = once(`event ${event}`, () => validator(schema));
  return check(JSON.parse(JSON.stringify(payload))) ? [] : linesOf(check.errors);
}
