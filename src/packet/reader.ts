import type { DocumentError } from '../contracts/index.ts';
import { escapedIn, inText } from './characters.ts';
import { MAX_YAML_BYTES, exceeds, fileError, lineFeeds } from './limits.ts';
import { placeErrors } from './place.ts';
import { type Positions, pointerAt } from './positions.ts';
import { plainYaml } from './plain-yaml.ts';
import { thoroughYaml } from './yaml-errors.ts';
import { quickYaml } from './yaml.ts';

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
