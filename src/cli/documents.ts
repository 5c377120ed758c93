import { type DocumentError, REGISTRY, readJson } from '../contracts/index.ts';
import {
  type Positions,
  accepted,
  checkPacket,
  placeErrors,
  readYaml,
  unseenCharacters,
  yamlPositions,
} from '../packet/index.ts';
import { type Validated, documentResult, invalidPacket, packetResult } from './results.ts';

/** Validates a JSON or YAML document by the schema id that it carries; JSON without one may be the canonical packet of a pack. */
export async function validateDocument(file: string, text: string, format: 'json' | 'yaml'): Promise<Validated> {
  if (format === 'yaml') {
    const yaml = readYaml(text);
    if (!yaml.ok) return documentResult(file, schemaOf(yaml.value), yaml.errors);
    return againstSchema(file, text, yaml.value, () => Promise.resolve(yamlPositions(text)));
  }
  const json = readJson(text);
  if (!json.ok) return documentResult(file, null, json.errors);
  const locate = async () => (await import('./json-positions.ts')).jsonPositions(text);
  return isPacket(json.value)
    ? canonicalPacket(file, text, json.value, locate)
    : againstSchema(file, text, json.value, locate);
}

type Locate = () => Promise<Positions>;

/** The canonical packet as JSON (`packet.json` of a pack): it may leave its schema id out. */
const isPacket = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !('schema' in value) && 'packet_id' in value && 'body' in value;

async function canonicalPacket(file: string, text: string, value: unknown, locate: Locate): Promise<Validated> {
  const checked = checkPacket(value);
  const unseen = unseenCharacters(value);
  if (checked.ok && unseen.length === 0) return packetResult(file, accepted(checked.value));
  return invalidPacket(file, placeErrors([...(checked.ok ? [] : checked.errors), ...unseen], await locate(), text));
}

const schemaOf = (value: unknown): string | null => {
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  return typeof schema === 'string' ? schema : null;
};

async function againstSchema(file: string, text: string, value: unknown, locate: Locate): Promise<Validated> {
  const schema = schemaOf(value);
  if (schema === 'countersign/packet/v1') return canonicalPacket(file, text, value, locate);
  const validator = schema !== null && Object.hasOwn(REGISTRY, schema) ? await REGISTRY[schema]?.() : undefined;
  if (!validator) return documentResult(file, schema, placeErrors([unknownSchema(schema)], await locate(), text));
  const checked = validator(value);
  const errors = checked.ok ? await beyondSchema(schema, text) : checked.errors;
  return documentResult(file, schema, errors.length === 0 ? [] : placeErrors(errors, await locate(), text), value);
}

/** What a schema cannot say of a document, where another room knows it. */
async function beyondSchema(schema: string | null, text: string): Promise<DocumentError[]> {
  if (schema !== 'countersign/config/v1') return [];
  const { parseConfig } = await import('../policy/index.ts');
  const config = parseConfig(text, '');
  return config.ok ? [] : config.errors;
}

const unknownSchema = (schema: string | null): DocumentError => ({
  code: 'contract_invalid',
  message: schema === null ? 'the document does not say which contract it keeps' : `no contract is called ${schema}`,
  at: '/schema',
  rule: 'schema_unknown',
  fix: `Write schema: and one of ${Object.keys(REGISTRY).join(', ')}.`,
});
