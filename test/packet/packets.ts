import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PacketReading, parsePacket } from '../../src/packet/index.ts';

/** A sample of ../shared/samples, copied. */
export const fixture = (name: string): string => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');

export const MINIMAL = 'packet_id: minimal\ntitle: A title\n';
/** A packet's text from the lines of its front matter; the required ones first unless they are given. */
export const withFront = (front: string, body = ''): string =>
  `---\n${/^packet_id:/m.test(front) ? '' : 'packet_id: minimal\n'}${/^title:/m.test(front) ? '' : 'title: A title\n'}${front}\n---\n${body}`;

/** The errors of a text that must be refused. */
export function errorsOf(text: string) {
  const reading: PacketReading = parsePacket(text);
  if (reading.ok) throw new Error('the packet is valid');
  return reading.errors;
}
/** `line:column rule at` of each error. */
export const refusals = (text: string): string[] =>
  errorsOf(text).map((e) => `${e.line}:${e.column} ${e.rule} ${e.at}`);
export const rules = (text: string): string[] => errorsOf(text).map((e) => e.rule);

const word = fc.stringMatching(/^[a-z][a-z0-9]{2,8}$/);
/** Text that YAML would misread without quotes, next to text that it would not. */
const prose = fc.oneof(
  word,
  fc.constantFrom(
    'true',
    'no',
    '010',
    '1e3',
    '.5',
    '- x',
    '# y',
    'a: b',
    '"',
    "'",
    '| z',
    '{}',
    '[',
    '*x',
    '&a',
    '!t',
    '%d',
    '@e',
    '...',
    '---',
    '~',
    'null',
    'ß 日本語 👨‍👩‍👧',
    'two\nlines',
    'ends\n',
    '\n\nleads',
    'tab\there',
    ' blank ',
    'a\n---\nb',
    '2026-01-10',
    '<<',
    '=',
    'y',
  ),
);
/** What a one-line or free-text box of a form can hold: GitHub trims it, and blank lines around it. */
const boxed = prose.filter((text) => text.trim() === text && text !== '');
const path = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const pattern = fc.oneof(
  path,
  path.map((p) => `${p}/`),
  path.map((p) => `**/${p}*`),
);
const list = (item: fc.Arbitrary<string>) => fc.uniqueArray(item, { maxLength: 4 });
const command = fc.oneof(
  fc.record({ name: word, run: fc.array(prose, { minLength: 0, maxLength: 2 }).map((rest) => ['node', ...rest]) }),
  fc.record({ name: word, script: boxed, timeout_seconds: fc.integer({ min: 1, max: 900 }) }),
);
const body = fc
  .array(fc.oneof(boxed, fc.constantFrom('# Goal', '### Heading', '```', '    code', '')), { maxLength: 5 })
  .map((lines) =>
    lines
      .join('\n')
      .replace(/^(?:[ \t]*\n)+/, '')
      .replace(/(?:\n[ \t]*)+$/, ''),
  )
  .map((text) => (text.trim() === '' ? '' : `${text}\n`));

/** Valid canonical packets with every kind of field; all of them can be typed into the form as well. */
export const packets = fc.record(
  {
    packet_id: fc.stringMatching(/^[a-z0-9][a-z0-9-]{2,20}$/).map((id) => `p${id}`),
    title: boxed.filter((t) => !t.includes('\n')),
    priority: fc.constantFrom('P0', 'P3'),
    status: fc.constantFrom('planned', 'done'),
    packet_number: fc.integer({ min: 0, max: 2 ** 53 - 1 }),
    authoritative: fc.boolean(),
    labels: fc.array(boxed, { maxLength: 3 }),
    authority_basis: boxed,
    depends_on: list(word.map((w) => `dep-${w}`)),
    risk_class: fc.constantFrom('low', 'critical'),
    target: fc.record({ repository: fc.constant('acme/uploader'), base_ref: word }),
    allowed_paths: list(pattern),
    forbidden_paths: list(pattern),
    mutation_mode: fc.constantFrom('none', 'copied-fixture'),
    limits: fc.record({ timeout_seconds: fc.integer({ min: 1, max: 2 ** 40 }) }),
    verification_commands: fc.uniqueArray(command, { selector: (c) => c.name, maxLength: 3 }),
    success_criteria: fc.array(prose, { maxLength: 3 }),
    expects_changes: fc.boolean(),
    approval: fc.record({ required: fc.boolean(), min: fc.integer({ min: 1, max: 3 }) }),
    rollback: boxed,
    constraints: fc.dictionary(word, fc.oneof(fc.boolean(), prose), { maxKeys: 3, noNullPrototype: true }),
    body,
  },
  { requiredKeys: ['packet_id', 'title', 'body'], noNullPrototype: true },
);
