import { type DocumentError, type UnsafeCharacter, pointerToken, unsafeCharacters } from '../contracts/index.ts';

const unsafe = (found: UnsafeCharacter, at: string): DocumentError => ({
  code: 'contract_invalid',
  message: `${found.name} ${found.reason}`,
  at,
  rule: 'unsafe_character',
  fix: 'Remove the character, or write out in words what it is for.',
});

/** The unsafe characters of a whole text as it was written: comments, names and layout included. `pointer` says which part an offset belongs to. */
export const inText = (text: string, pointer: (offset: number) => string): DocumentError[] =>
  unsafeCharacters(text, 'prose').map((found) => ({
    ...unsafe(found, pointer(found.index)),
    line: found.line,
    column: found.column,
  }));

/** Every string in a value, names of members included, with its JSON pointer. Values from our readers are trees. */
function* strings(value: unknown, at = ''): Generator<{ at: string; text: string }> {
  if (typeof value === 'string') yield { at, text: value };
  else if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* strings(item, `${at}/${i}`);
  else if (typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value)) {
      const inner = `${at}/${pointerToken(name)}`;
      yield { at: inner, text: name };
      yield* strings(item, inner);
    }
}

/** The unsafe characters of every text in a value, names of members included. */
export const unseenCharacters = (value: unknown): DocumentError[] =>
  [...strings(value)].flatMap(({ at, text }) => unsafeCharacters(text, 'prose').map((found) => unsafe(found, at)));

/**
 * Unsafe characters that came into a value by an escape (`"\u200b"`), so that the text as written does not show them. What the text does show is
 * found by `inText`, in its true place.
 */
export function escapedIn(value: unknown, text: string): DocumentError[] {
  if (!text.includes('\\')) return [];
  const shown = new Set(unsafeCharacters(text, 'prose').map((found) => found.codePoint));
  return [...strings(value)].flatMap(({ at, text: string }) =>
    unsafeCharacters(string, 'prose')
      .filter((found) => !shown.has(found.codePoint))
      .map((found) => unsafe(found, at)),
  );
}

/** What is not what it looks like in one identifier or path. */
export const inIdentifier = (identifier: string, at: string): DocumentError[] =>
  unsafeCharacters(identifier, 'identifier').map((found) => unsafe(found, at));
