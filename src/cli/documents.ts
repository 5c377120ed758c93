import { type DocumentError, type Packet, REGISTRY, digestOf, readJson } from '../contracts/index.ts';
import {
  type Positions,
  accepted,
  checkPacket,
  parsePacket,
  placeErrors,
  readYaml,
  unseenCharacters,
  yamlPositions,
} from '../packet/index.ts';

/** What `validate` says of one packet (issue 3, "Command line"). */
export interface PacketResult {
  file: string;
  ok: boolean;
  eligible: boolean;
  missing: string[];
  unknown_constraints: string[];
  packet_id: string | null;
  digest: string | null;
  errors: DocumentError[];
}

/** What it says of any other document. */
export interface DocumentResult {
  file: string;
  ok: boolean;
  schema: string | null;
  digest: string | null;
  errors: DocumentError[];
}

export type Validated =
  | { kind: 'packet'; result: PacketResult; packet?: Packet }
  | { kind: 'document'; result: DocumentResult };

const invalidPacket = (file: string, errors: DocumentError[]): Validated => ({
  kind: 'packet',
  result: {
    file,
    ok: false,
    eligible: false,
    missing: [],
    unknown_constraints: [],
    packet_id: null,
    digest: null,
    errors,
  },
});

const packetResult = (file: string, reading: ReturnType<typeof parsePacket>): Validated => {
  if (!reading.ok) return invalidPacket(file, reading.errors);
  const { packet, digest, eligible, missing, unknownConstraints } = reading;
  const { packet_id } = packet;
  const result = {
    file,
    ok: true,
    eligible,
    missing,
    unknown_constraints: unknownConstraints,
    packet_id,
    digest,
    errors: [],
  };
  return { kind: 'packet', result, packet };
};

const documentResult = (file: string, schema: string | null, errors: DocumentError[], value?: unknown): Validated => ({
  kind: 'document',
  result: { file, ok: errors.length === 0, schema, digest: errors.length === 0 ? digestOf(value) : null, errors },
});

/** How a file is read: by its ending, and without one by its first character. */
function formatOf(file: string, text: string): 'packet' | 'json' | 'yaml' {
  if (/\.json$/i.test(file)) return 'json';
  if (/\.ya?ml$/i.test(file)) return 'yaml';
  if (/\.(?:md|markdown)$/i.test(file)) return 'packet';
  return /^\s*\{/.test(text) ? 'json' : text.startsWith('schema:') ? 'yaml' : 'packet';
}

/** Validates one file: a packet by default, any other contract by the schema id that it carries. */
export async function validateText(file: string, text: string): Promise<Validated> {
  const format = formatOf(file, text);
  if (format === 'packet') return packetResult(file, parsePacket(text));
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
