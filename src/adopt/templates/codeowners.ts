import type { Adoption } from '../types.ts';

/** Where GitHub looks, in this order; the first that is there counts. Source: docs.github.com, About code owners. */
export const CODEOWNERS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

const BEGIN = '# countersign: begin. Who decides about the rules, and about workflows, which hold tokens.';
const END = '# countersign: end';

/** The lines between the markers; null where they are not there, or not once. */
export function ownedBlock(text: string): string | null {
  const parts = text.split(`${BEGIN}\n`);
  const end = parts[1]?.indexOf(`${END}\n`) ?? -1;
  return parts.length === 2 && end >= 0 ? (parts[1] ?? '').slice(0, end) : null;
}

/** One line for each place. The last pattern that fits counts, so they stand last. */
export function ownerLines(path: string, approvers: Adoption['approvers']): string {
  const owners = approvers.map((login) => `@${login}`).join(' ');
  const places = ['/.countersign/', '/.github/', ...(path.startsWith('.github/') ? [] : [`/${path}`])];
  return places.map((place) => `${place} ${owners}\n`).join('');
}

/** The text with the block appended, or in the place of the one that is there. */
export function withBlock(text: string, lines: string): string {
  const block = `${BEGIN}\n${lines}${END}\n`;
  const old = ownedBlock(text);
  if (old !== null) return text.replace(`${BEGIN}\n${old}${END}\n`, () => block);
  return text === '' ? block : `${text.replace(/\n*$/, '\n')}\n${block}`;
}
