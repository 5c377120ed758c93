import { CORE_SCHEMA, dump } from 'js-yaml';
import type { Packet } from '../contracts/index.ts';
import { FIELD_ORDER } from './fields.ts';

/** The same value with the members of every mapping in the order of their names, so that equal packets are equal texts. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, sorted(item)]),
  );
}

const rank = (name: string): number => (FIELD_ORDER.includes(name) ? FIELD_ORDER.indexOf(name) : FIELD_ORDER.length);

/**
 * The canonical Markdown of a packet: its fields in the order of 2-contracts.md, members below by name, then the body. Reading it gives the same packet and
 * digest, and the same packet always gives the same bytes.
 */
export function toMarkdown(packet: Packet): string {
  const { body, ...front } = packet;
  const names = Object.keys(front).toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const ordered = Object.fromEntries(names.map((name) => [name, sorted((front as Record<string, unknown>)[name])]));
  const text = dump(ordered, { schema: CORE_SCHEMA, lineWidth: -1, noRefs: true, quotingType: '"' });
  return `---\n${text}---\n${body === '' ? '' : `\n${body}`}`;
}
