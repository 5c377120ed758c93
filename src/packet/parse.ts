import { type DocumentError, InternalError } from '../contracts/index.ts';
import { escapedIn, inText } from './characters.ts';
import { checkPacket } from './check.ts';
import { splitFrontMatter } from './front-matter.ts';
import { looksLikeForm, readForm } from './form.ts';
import { placeErrors } from './place.ts';
import { pointerAt } from './positions.ts';
import { fileError, lineFeeds, sizeErrors } from './limits.ts';
import { type ParsedPacket, accepted, assemble, parsePlainPacket } from './plain-packet.ts';
import { readYaml } from './reader.ts';
import { thoroughYaml } from './yaml-errors.ts';

export type PacketReading = ParsedPacket | { ok: false; errors: DocumentError[] };

/**
 * Reads a packet from text: Markdown with front matter, or what GitHub renders from the issue form. Gives the canonical packet, its digest and
 * what it lacks to be eligible; or every error, each with line and column in the text as given. Positions are looked for only when there are errors.
 */
export function parsePacket(text: string): PacketReading {
  const plain = parsePlainPacket(text);
  if (plain) return plain;
  const tooLarge = sizeErrors(text);
  if (tooLarge.length > 0) return { ok: false, errors: tooLarge };
  const file = lineFeeds(text);
  return looksLikeForm(file) ? fromIssueForm(file) : fromFrontMatter(file);
}

function fromFrontMatter(file: string): PacketReading {
  const split = splitFrontMatter(file);
  if ('code' in split) return { ok: false, errors: [split, ...inText(file, () => '')] };
  const part = { file, offset: split.offset };
  const front = readYaml(split.yaml, part);
  const unseen = inText(file, () => '');
  if (front.ok && unseen.length === 0) {
    const whole = assemble(front.value, split.body);
    const checked = whole && checkPacket(whole);
    if (checked?.ok && escapedIn(front.value, split.yaml).length === 0) return accepted(checked.value);
  }
  return refused(explain(file, split.yaml, split.offset, split.body, split.bodyOffset));
}

/** Gives errors that were found after parsing (`packetSetErrors`) their line and column in the packet's text. */
export function placeInPacket(errors: readonly DocumentError[], text: string): DocumentError[] {
  const file = lineFeeds(text);
  if (looksLikeForm(file)) return placeErrors(errors, readForm(file, true).positions, file);
  const split = splitFrontMatter(file);
  return 'code' in split
    ? [...errors]
    : placeErrors(errors, thoroughYaml(split.yaml, file, split.offset).positions, file);
}

/**
 * Reads a packet from an issue's body as GitHub renders it from the packet form. The same packet written with front matter has the same canonical form and
 * digest.
 */
export function fromIssueForm(text: string): PacketReading {
  const tooLarge = sizeErrors(text);
  if (tooLarge.length > 0) return { ok: false, errors: tooLarge };
  const file = lineFeeds(text);
  const quick = readForm(file, false);
  const checked = checkPacket(quick.value);
  if (
    checked.ok &&
    quick.errors.length === 0 &&
    inText(file, () => '').length === 0 &&
    escapedIn(quick.value, file).length === 0
  )
    return accepted(checked.value);
  const { value, errors, positions } = readForm(file, true);
  const own = [...(checked.ok ? [] : checked.errors), ...escapedIn(value, file)];
  const unseen = inText(file, (at) => pointerAt(positions, at));
  return refused(inOrder([...errors, ...unseen, ...placeErrors(own, positions, file)]));
}

const inOrder = (errors: readonly DocumentError[]): DocumentError[] =>
  errors.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));

/** A packet is never refused without a reason: quick and thorough reading disagreeing is a defect of ours. */
function refused(errors: DocumentError[]): PacketReading {
  if (errors.length === 0) throw new InternalError('a packet was refused and nothing is wrong with it');
  return { ok: false, errors };
}

/** Reads a packet that is known to be wrong again, to say everything that is wrong and where. */
function explain(file: string, yaml: string, offset: number, body: string, bodyOffset: number): DocumentError[] {
  const limits = readYaml(yaml, { file, offset });
  if (!limits.ok && limits.errors.some((e) => e.rule === 'yaml_too_large')) return limits.errors;
  const { errors, positions, ...rest } = thoroughYaml(yaml, file, offset);
  positions.set('', { start: 0, end: bodyOffset });
  positions.set('/body', { start: bodyOffset, end: file.length + 1 });
  const unseen = inText(file, (at) => pointerAt(positions, at));
  // The loader stops at characters that are reported better already.
  const found = [
    ...(unseen.length > 0 ? errors.filter((e) => !/printable|null byte/.test(e.message)) : errors),
    ...unseen,
  ];
  if ('value' in rest) {
    const { value } = rest;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      found.push(fileError('front_matter_mapping', 'the front matter is no mapping', 'Write `name: value` lines.', 2));
    else {
      if (Object.hasOwn(value, 'body')) found.push(...placeErrors([BODY_INSIDE], positions, file));
      const checked = checkPacket({ ...value, body });
      const own = checked.ok ? [] : checked.errors;
      found.push(...placeErrors([...own, ...escapedIn(value, yaml)], positions, file));
    }
  }
  return inOrder(found);
}

const BODY_INSIDE: DocumentError = {
  code: 'contract_invalid',
  message: 'the front matter has a body of its own',
  at: '/body',
  rule: 'body_in_front_matter',
  fix: 'Write the body below the front matter.',
};
