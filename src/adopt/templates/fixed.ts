import type { Adoption, Template } from '../types.ts';

/** A template that depends on nothing: a text is its own or it is not. */
export const fixed = (path: string, text: () => string): Template => ({
  path,
  render: text,
  recognise: () => ({}),
});

/** A template that names the adopter's repository and branch, in an example: any text of the same form is its own. */
export const example = (
  path: string,
  render: (about: { repository: string; baseRef: string }) => string,
  about: RegExp,
): Template => ({
  path,
  render: ({ repository, baseRef }: Adoption) => render({ repository: repository ?? 'OWNER/NAME', baseRef }),
  recognise: (text) => {
    const { repository, baseRef } = about.exec(text)?.groups ?? {};
    if (repository === undefined) return null;
    return { repository, ...(baseRef === undefined ? {} : { baseRef }) };
  },
});

export const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
