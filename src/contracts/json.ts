import { visit } from 'jsonc-parser';
import type { DocumentError } from './finding.ts';
import type { Validation, Validator } from './validator.ts';

const invalid = (
  message: string,
  at: string,
  rule: string,
  fix: string,
  line?: number,
  column?: number,
): DocumentError => ({
  code: 'contract_invalid',
  message,
  at,
  rule,
  fix,
  ...(line === undefined ? {} : { line, column: column ?? 1 }),
});

/** One reference token of a JSON pointer (RFC 6901, section 3). */
export const pointerToken = (name: string | number): string => String(name).replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * Reads JSON that came from outside: plain JSON (no comments), and no key twice in an object, because the two readings of a duplicate
 * key differ between parsers (RFC 8259, section 4).
 */
export function readJson(text: string): { ok: true; value: unknown } | { ok: false; errors: DocumentError[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      ok: false,
      errors: [invalid(`not JSON: ${(error as Error).message}`, '', 'json_syntax', 'Write plain JSON.')],
    };
  }
  const errors: DocumentError[] = [];
  const seen: Set<string>[] = [];
  visit(
    text,
    {
      onObjectBegin: () => {
        seen.push(new Set());
      },
      onObjectEnd: () => {
        seen.pop();
      },
      onObjectProperty: (name, _offset, _length, line, column, path) => {
        const names = seen.at(-1);
        if (names?.has(name)) {
          const at = [...path(), name].map((p) => `/${pointerToken(p)}`).join('');
          errors.push(
            invalid(
              `the key ${JSON.stringify(name)} stands twice`,
              at,
              'duplicate_key',
              'Keep one of the two.',
              line + 1,
              column + 1,
            ),
          );
        }
        names?.add(name);
      },
    },
    { disallowComments: true },
  );
  return errors.length > 0 ? { ok: false, errors } : { ok: true, value };
}

/** Reads and validates a JSON document that came from outside. */
export function readDocument<T>(text: string, validate: Validator<T>): Validation<T> {
  const json = readJson(text);
  return json.ok ? validate(json.value) : json;
}
