import { type Digest, type Packet, digestOf, unsafeCharacters } from '../contracts/index.ts';
import { checkPacket } from './check.ts';
import { type Eligibility, eligibility } from './eligibility.ts';
import { splitFrontMatter } from './front-matter.ts';
import { MAX_FILE_BYTES, MAX_YAML_BYTES, exceeds, lineFeeds } from './limits.ts';
import { plainYaml } from './plain-yaml.ts';

export type ParsedPacket = { ok: true; packet: Packet; digest: Digest } & Eligibility;

/** A checked packet with its digest and what it lacks. */
export const accepted = (packet: Packet): ParsedPacket => ({
  ok: true,
  packet,
  digest: digestOf(packet),
  ...eligibility(packet),
});

/** Front matter and body as one object, or null if the front matter is no mapping or has a body of its own. */
export function assemble(front: unknown, body: string): Record<string, unknown> | null {
  if (typeof front !== 'object' || front === null || Array.isArray(front) || Object.hasOwn(front, 'body')) return null;
  return { ...front, body };
}

/**
 * A valid packet in plain YAML, or undefined: it is wrong, or it needs the whole of YAML, or it is a form. `parsePacket` then says. Most packets go this way, and
 * it needs neither the YAML library nor anything that explains errors.
 */
export function parsePlainPacket(text: string): ParsedPacket | undefined {
  if (exceeds(text, MAX_FILE_BYTES)) return undefined;
  const file = lineFeeds(text);
  const split = splitFrontMatter(file);
  if ('code' in split || exceeds(split.yaml, MAX_YAML_BYTES)) return undefined;
  const front = plainYaml(split.yaml);
  const whole = front && assemble(front.value, split.body);
  // Plain YAML has no escapes: what its values hold, the text shows.
  if (!whole || unsafeCharacters(file, 'prose').length > 0) return undefined;
  const checked = checkPacket(whole);
  return checked.ok ? accepted(checked.value) : undefined;
}
