import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

export interface Schema {
  [member: string]: unknown;
}
export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  schema: Schema;
}
interface Content {
  content?: Record<string, { schema?: Schema }>;
  $ref?: string;
}
export interface Operation {
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: Content & { required?: boolean };
  responses: Record<string, Content>;
}

interface Description {
  paths: Record<string, Record<string, Operation>>;
  'x-webhooks': Record<string, { post: { requestBody: Content } }>;
  components: Record<string, Record<string, Schema>>;
}

let loaded: Description | undefined;

/** The pruned description as it is in the file. */
export function description(): Description {
  const file = new URL('github.json.gz', import.meta.url);
  return (loaded ??= JSON.parse(gunzipSync(readFileSync(file)).toString()) as Description);
}

/** OpenAPI 3.0 → JSON Schema: `nullable` is no keyword there. */
function withNull(schema: Schema): Schema {
  if (schema['nullable'] !== true) return schema;
  const { nullable: _, ...rest } = schema;
  return { anyOf: [{ type: 'null' }, rest] };
}

/**
 * @param closed no member that the description does not name, where that can be said of one schema alone: the parts of an `allOf` describe the same object.
 */
export function asJsonSchema(value: unknown, closed: boolean): unknown {
  if (Array.isArray(value)) return value.map((entry) => asJsonSchema(entry, closed));
  if (typeof value !== 'object' || value === null) return value;
  const schema: Schema = {};
  for (const [name, entry] of Object.entries(value)) {
    if (name === '$ref' && typeof entry === 'string')
      schema[name] = entry.replace('#/components/schemas/', `${closed ? 'closed' : 'open'}#/`);
    else if (name === 'properties') {
      const members = Object.entries(entry as Schema).map(([key, of]) => [key, asJsonSchema(of, closed)]);
      schema[name] = Object.fromEntries(members);
    } else if (name === 'allOf') schema[name] = asJsonSchema(entry, false);
    else if (name !== 'discriminator')
      schema[name] = name === 'enum' || name === 'default' ? entry : asJsonSchema(entry, closed);
  }
  const isWhole = !['allOf', 'anyOf', 'oneOf', 'additionalProperties'].some((word) => word in schema);
  if (closed && 'properties' in schema && isWhole) schema['additionalProperties'] = false;
  return withNull(schema);
}

function ajvOf(closed: boolean, coerceTypes: boolean): Ajv {
  // Compiled as it is needed, in every process anew: quickly rather than well.
  const fast = { validateSchema: false, code: { optimize: false }, inlineRefs: false } as const;
  const ajv = new Ajv({ ...fast, strict: false, allErrors: true, coerceTypes, logger: false });
  formats.default(ajv);
  // Bots' addresses hold brackets, which RFC 5321 does not know.
  ajv.addFormat('email', /^[^\s@]+@[^\s@]+$/);
  ajv.addFormat('repo.nwo', /^[^/\s]+\/[^/\s]+$/);
  // Both, since what lies below an allOf is open.
  for (const name of ['closed', 'open']) {
    const schemas = Object.entries(description().components['schemas'] ?? {});
    ajv.addSchema({
      $id: name,
      ...Object.fromEntries(schemas.map(([key, schema]) => [key, asJsonSchema(schema, name === 'closed' && closed)])),
    });
  }
  return ajv;
}

const ajvs = new Map<string, Ajv>();

/** A validator of one schema of the description. `coerce`: texts of a query are read as the numbers they are meant to be. */
export function validator(schema: Schema, { closed = false, coerce = false } = {}): ValidateFunction {
  const key = `${closed} ${coerce}`;
  const ajv = ajvs.get(key) ?? ajvOf(closed, coerce);
  ajvs.set(key, ajv);
  return ajv.compile(asJsonSchema(schema, closed) as Schema);
}

/** A schema, response, … that stands behind a `$ref`, or itself. */
export function resolved<T extends object>(value: T | { $ref: string }): T {
  if (!('$ref' in value) || typeof value.$ref !== 'string') return value as T;
  const [, , kind = '', name = ''] = value.$ref.split('/');
  return description().components[kind]?.[name] as T;
}

/** One line each, without the noise that every branch of a union adds. */
export const linesOf = (errors: readonly ErrorObject[] | null | undefined): string[] =>
  (errors ?? [])
    .slice(0, 40)
    .map(({ instancePath, message, params }) => `${instancePath || '/'} ${message ?? ''} ${JSON.stringify(params)}`);
