import { type DocumentError, type Packet, type Validation, validatePacket } from '../contracts/index.ts';
import { type Draft, brokenRules } from './rules.ts';

/** The value that a JSON pointer names, if there is one. */
function parentOf(
  root: unknown,
  pointer: string,
): { parent: Record<string, unknown> | unknown[]; name: string } | null {
  const names = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const name = names.pop();
  let parent = root;
  for (const step of names) {
    if (typeof parent !== 'object' || parent === null) return null;
    parent = Object.hasOwn(parent, step) ? (parent as Record<string, unknown>)[step] : undefined;
  }
  if (name === undefined || typeof parent !== 'object' || parent === null) return null;
  return { parent: parent as Record<string, unknown> | unknown[], name };
}

/** What is left of a document when everything that breaks the schema is taken out, so that the other rules can look at the rest. */
function withoutBroken(value: unknown, errors: readonly DocumentError[]): Draft {
  const draft: unknown = structuredClone(value);
  for (const { at } of errors) {
    const hit = parentOf(draft, at);
    if (!hit) continue;
    if (Array.isArray(hit.parent)) hit.parent[Number(hit.name)] = undefined;
    else delete hit.parent[hit.name];
  }
  return typeof draft === 'object' && draft !== null && !Array.isArray(draft) ? draft : {};
}

/**
 * Checks a canonical packet (front matter plus `body`): its schema and every rule beyond it. All errors at once, without lines.
 */
export function checkPacket(value: unknown): Validation<Packet> {
  const schema = validatePacket(value);
  const broken = brokenRules(schema.ok ? (schema.value as Draft) : withoutBroken(value, schema.errors));
  const errors = [...(schema.ok ? [] : schema.errors), ...broken];
  return schema.ok && errors.length === 0 ? schema : { ok: false, errors };
}
