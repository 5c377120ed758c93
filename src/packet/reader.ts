import type { DocumentError } from '../contracts/index.ts';
import { escapedIn, inText } from './characters.ts';
import { placeErrors } from './place.ts';
import { type Positions, pointerAt } from './positions.ts';
import { plainYaml } from './plain-yaml.ts';
import { thoroughYaml } from './yaml-errors.ts';
import { quickYaml } from './yaml.ts';

/** Largest YAML document and largest file, in bytes (2-contracts.md). */
export const MAX_YAML_BYTES = 256 * 1024;
export const MAX_FILE_BYTES = 1024 * 1024;

/** An error that concerns a whole file or the first line of something. */
export const fileError = (rule: string, message: string, fix: string, line = 1, at = ''): DocumentError => ({
  code: 'contract_invalid',
  message,
  at,
  rule,
  fix,
  line,
  column: 1,
});

/** UTF-8 bytes that a text takes, counted only where the length leaves a doubt. */
const exceeds = (text: string, bytes: number): boolean =>
  text.length > bytes || (text.length * 3 > bytes && Buffer.byteLength(text) > bytes);

/** LF for CR and CRLF. */
export const lineFeeds = (text: string): string => (text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text);

/** What is wrong with a file before anybody reads it: too large, or not text. */
export function sizeErrors(text: string): DocumentError[] {
  if (exceeds(text, MAX_FILE_BYTES))
    return [fileError('file_too_large', 'the file is larger than 1 MiB', 'Shorten it; refer to long texts by path.')];
  return [];
}

/** Errors of a larger text of which this YAML document is a part: `offset` is where it starts in `file`. */
export interface Part {
  file: string;
  offset: number;
}

export type YamlReading =
  | { ok: true; value: unknown }
  | { ok: false; errors: DocumentError[]; value?: unknown; positions: Positions };

/**
 * Reads one YAML 1.2 document as strictly as 2-contracts.md says: core schema; no duplicate keys, anchors, aliases, merge keys, tags, directives, second
 * document or byte order mark; depth 32; 256 KiB; exact numbers; no character that a reader cannot see. All errors at once, each with line and column.
 * The value is given beside the errors where it is safe to check further.
 */
export function readYaml(text: string, part?: Part): YamlReading {
  const body = lineFeeds(text);
  const file = part?.file ?? body;
  const offset = part?.offset ?? 0;
  if (exceeds(body, MAX_YAML_BYTES)) {
    const error = fileError(
      'yaml_too_large',
      'the YAML is larger than 256 KiB',
      'Shorten it; move prose into the body.',
    );
    return { ok: false, errors: [error], positions: new Map() };
  }
  const quick = plainYaml(body) ?? quickYaml(body);
  // A part's characters are looked at with the whole.
  const raw = part ? [] : inText(body, () => '');
  if (quick && raw.length === 0 && escapedIn(quick.value, body).length === 0) return { ok: true, value: quick.value };
  const thorough = thoroughYaml(body, file, offset);
  const { positions } = thorough;
  const characters = part ? [] : inText(body, (at) => pointerAt(positions, at));
  const escaped = 'value' in thorough ? placeErrors(escapedIn(thorough.value, body), positions, file) : [];
  // The loader stops at characters that are reported better already.
  const own =
    characters.length === 0 ? thorough.errors : thorough.errors.filter((e) => !/printable|null byte/.test(e.message));
  const errors = [...own, ...characters, ...escaped];
  if (errors.length === 0) return { ok: true, value: thorough.value };
  return { ok: false, errors, positions, ...('value' in thorough ? { value: thorough.value } : {}) };
}

/** Where every value of a YAML text stands, by JSON pointer. */
export const yamlPositions = (text: string): Positions => thoroughYaml(lineFeeds(text)).positions;
