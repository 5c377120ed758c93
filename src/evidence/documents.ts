import {
  type DocumentError,
  type Event,
  isCanonical,
  type Trace,
  validateAdmissions,
  validateApprovals,
  validateDecision,
  validateEvent,
  validateInputs,
  validateManifest,
  validatePacket,
  validateReport,
  validateStatement,
  validateTrace,
  type Validation,
  type Validator,
} from '../contracts/index.ts';
import { MANIFEST, STATEMENTS } from './layout.ts';

/** Each document of a pack by its member name. */
export const DOCUMENTS: Readonly<Record<string, Validator<unknown>>> = {
  'packet.json': validatePacket,
  'decision.json': validateDecision,
  'approvals.json': validateApprovals,
  'admissions.json': validateAdmissions,
  'inputs.json': validateInputs,
  'report.json': validateReport,
  [MANIFEST]: validateManifest,
  ...Object.fromEntries(STATEMENTS.map((member) => [member, validateStatement])),
};

/** Each stream of lines by its member name. */
export const STREAMS = { 'events.normalized.jsonl': validateEvent, 'trace.jsonl': validateTrace } as const;

const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

const invalid = (message: string, rule: string, fix: string): { ok: false; errors: DocumentError[] } => ({
  ok: false,
  errors: [{ code: 'contract_invalid', message, at: '', rule, fix }],
});

/** A document as text, and what JSON makes of it. */
export interface Parsed {
  text: string;
  value: unknown;
}

/** UTF-8 as text. */
export function decodeDocument(bytes: Uint8Array): Validation<string> {
  try {
    return { ok: true, value: decode(bytes) };
  } catch (error) {
    return invalid(`not JSON: ${(error as Error).message}`, 'json_syntax', 'Do not edit packs.');
  }
}

export function parseText(text: string): Validation<Parsed> {
  try {
    return { ok: true, value: { text, value: JSON.parse(text) as unknown } };
  } catch (error) {
    return invalid(`not JSON: ${(error as Error).message}`, 'json_syntax', 'Do not edit packs.');
  }
}

/**
 * Whether a document keeps its contract and is byte for byte its own canonical form. The last says more than a search for duplicate keys would: a second reading of
 * any kind changes the bytes.
 */
function acceptDocument<T>({ text, value }: Parsed, validate: Validator<T>): Validation<T> {
  const result = validate(value);
  if (!result.ok) return result;
  let canonical = false;
  try {
    canonical = isCanonical(text, value);
  } catch {
    // What has no canonical form (a lone surrogate, endless depth) is not canonical either.
  }
  return canonical ? result : invalid('not in canonical form (RFC 8785)', 'canonical', 'Do not edit packs.');
}

/** Reads the text of a document: valid, canonical. */
export function readText<T>(text: string, validate: Validator<T>): Validation<T> {
  const parsed = parseText(text);
  return parsed.ok ? acceptDocument(parsed.value, validate) : parsed;
}

/** Reads one document of a pack: UTF-8, valid, canonical. */
export function readDocument<T>(bytes: Uint8Array, validate: Validator<T>): Validation<T> {
  const text = decodeDocument(bytes);
  return text.ok ? readText(text.value, validate) : text;
}

/** After so many lines that are none the rest is not read: nobody corrects an edited pack line by line (docs/adr/0086). */
const MOST_ERRORS = 1000;

/** The lines of a JSONL member: each canonical, each ended by a line feed. */
export function readLines<T extends Event | Trace>(
  bytes: Uint8Array,
  validate: Validator<T>,
): { lines: string[]; values: T[]; errors: { line: number; error: DocumentError }[] } {
  const values: T[] = [];
  const errors: { line: number; error: DocumentError }[] = [];
  const refuse = (line: number, message: string): void => {
    errors.push({
      line,
      error: { code: 'contract_invalid', at: '', rule: 'jsonl', message, fix: 'Do not edit packs.' },
    });
  };
  let lines: string[];
  try {
    lines = decode(bytes).split('\n');
  } catch {
    refuse(1, 'not UTF-8');
    return { lines: [], values, errors };
  }
  if (lines.pop() !== '') refuse(lines.length + 1, 'the last line does not end');
  for (const [index, line] of lines.entries()) {
    const result = readDocument(Buffer.from(line), validate);
    if (result.ok) values.push(result.value);
    else for (const error of result.errors) errors.push({ line: index + 1, error });
    if (errors.length < MOST_ERRORS) continue;
    refuse(index + 1, 'too much is wrong: the rest is not read');
    break;
  }
  return { lines, values, errors };
}
