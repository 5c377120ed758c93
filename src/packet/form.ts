import type { DocumentError } from '../contracts/index.ts';
import { FIELDS, type Field, labelOf } from './fields.ts';
import { canonicalBody } from './front-matter.ts';
import { exactNumber } from './numbers.ts';
import type { Positions } from './positions.ts';
import { fileError } from './limits.ts';
import { readYaml } from './reader.ts';
import { thoroughYaml } from './yaml-errors.ts';

/** What GitHub renders for an element that was left empty; a dropdown without a choice may be `None`. */
const NO_RESPONSE = '_No response_';

/** Whether a text (LF line ends) is what GitHub renders from a form: its first line that is not blank is a heading of level 3. */
export const looksLikeForm = (text: string): boolean => /^\s*### /.test(text);

/** One field's part of the text: where its heading and what stands below it are (UTF-16 offsets). */
interface Section {
  field: Field;
  heading: number;
  start: number;
  end: number;
}

const BY_LABEL: ReadonlyMap<string, Field> = new Map(FIELDS.map((field) => [labelOf(field), field]));
/** Lines that a reader would take for one of our headings, though GitHub did not write them so. */
const HEADING = /^ {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#*)?[ \t]*$/;

/**
 * Cuts a rendered form at the headings of its fields. Free text may hold headings too, and whoever fills in one field must not be able to write another:
 * each of our headings stands at most once in the whole text, body and code blocks included, in the order of the form. GitHub
 * always writes the true one, so one that was smuggled in is always the second.
 */
function sections(text: string): { found: Section[]; errors: DocumentError[] } {
  const found: Section[] = [];
  const errors: DocumentError[] = [];
  let offset = 0;
  let last = -1;
  for (const [index, line] of text.split('\n').entries()) {
    const start = offset;
    offset += line.length + 1;
    const label = HEADING.exec(line)?.[1];
    const field = label === undefined ? undefined : (BY_LABEL.get(label) ?? byFoldedLabel(label));
    if (!field) continue;
    const rank = FIELDS.indexOf(field);
    const name = labelOf(field);
    if (found.some((s) => s.field === field))
      errors.push(
        fileError(
          'form_heading_twice',
          `the heading "${name}" stands twice`,
          'Keep the one that the form wrote; word other headings differently.',
          index + 1,
          `/${field.id}`,
        ),
      );
    else if (line.trimEnd() !== `### ${name}`)
      errors.push(
        fileError(
          'form_heading_form',
          `looks like the heading "${name}" and is not`,
          `Write exactly: ### ${name}`,
          index + 1,
          `/${field.id}`,
        ),
      );
    else if (rank < last)
      errors.push(
        fileError(
          'form_heading_order',
          `the heading "${name}" is out of order`,
          'Keep the order of the form.',
          index + 1,
          `/${field.id}`,
        ),
      );
    else {
      const before = found.at(-1);
      if (before) before.end = start;
      found.push({ field, heading: start, start: Math.min(offset, text.length), end: text.length });
      last = rank;
    }
  }
  const first = found[0];
  if (text.slice(0, first?.heading ?? text.length).trim() !== '')
    errors.push(
      fileError(
        'form_preamble',
        'something stands before the first heading of the form',
        'Use the packet form, or front matter between lines of ---.',
      ),
    );
  return { found, errors };
}

const byFoldedLabel = (label: string): Field | undefined =>
  FIELDS.find((field) => labelOf(field).toLowerCase() === label.toLowerCase());

/** A value of a field, or errors; `positions` only where somebody asked for them. */
interface FieldReading {
  value?: unknown;
  errors: DocumentError[];
  positions?: Positions;
}

/** A form as the object that front matter would have given, with positions for errors. */
export interface FormReading {
  value: Record<string, unknown>;
  errors: DocumentError[];
  positions: Positions;
}

/**
 * Reads what GitHub renders from `.github/ISSUE_TEMPLATE/packet.yml` (LF line ends). `thorough` also finds positions.
 */
export function readForm(text: string, thorough: boolean): FormReading {
  const { found, errors } = sections(text);
  const value: Record<string, unknown> = {};
  const positions: Positions = new Map([['', { start: 0, end: text.length + 1 }]]);
  for (const section of found) {
    const reading = readField(text, section, thorough);
    errors.push(...reading.errors);
    if (reading.value !== undefined) value[section.field.id] = reading.value;
    const pointer = `/${section.field.id}`;
    positions.set(pointer, { start: section.start, end: section.end, key: section.heading });
    for (const [inner, span] of reading.positions ?? []) positions.set(`${pointer}${inner}`, span);
  }
  if (value.body === undefined) value.body = '';
  return { value, errors, positions };
}

function readField(text: string, { field, start, end }: Section, thorough: boolean): FieldReading {
  const canonical = canonicalBody(text.slice(start, end));
  const content = canonical.slice(0, -1);
  if (field.id === 'body') return { value: content === NO_RESPONSE ? '' : canonical, errors: [] };
  const empty = content === '' || content === NO_RESPONSE;
  if (empty || (field.kind === 'choice' && content === 'None')) return { errors: [] };
  switch (field.kind) {
    case 'yaml':
      return readBlock(text, field, start, end, thorough);
    case 'flag':
      return { value: content === 'true' ? true : content === 'false' ? false : content, errors: [] };
    case 'number': {
      const number = exactNumber(content);
      return { value: number.ok && /\d/.test(content) ? number.value : content, errors: [] };
    }
    default:
      return { value: field.kind === 'text' ? content : content.trim(), errors: [] };
  }
}

/** Reads the fenced block that GitHub makes of a textarea with `render: yaml`: nothing but it may stand in the field. */
function readBlock(text: string, field: Field, start: number, end: number, thorough: boolean): FieldReading {
  const block = /^\s*(`{3,})yaml[ \t]*\n([\s\S]*)\n?\1[ \t]*\s*$/.exec(text.slice(start, end));
  const yaml = block?.[2];
  const at = `/${field.id}`;
  const line = text.slice(0, start).split('\n').length;
  if (yaml === undefined || /^ {0,3}```/m.test(yaml))
    return {
      errors: [
        fileError(
          'form_block',
          `the field "${labelOf(field)}" is no single block of YAML`,
          'Put the value between a line ```yaml and a line ```, and nothing else.',
          line,
          at,
        ),
      ],
    };
  const offset = start + (block?.[0].indexOf('\n', block[0].indexOf('```')) ?? 0) + 1;
  if (yaml.trim() === '') return { errors: [] };
  const reading = readYaml(yaml, { file: text, offset });
  const under = (errors: readonly DocumentError[]) => errors.map((e) => ({ ...e, at: `${at}${e.at}` }));
  if (reading.ok) {
    const positions = thorough ? { positions: thoroughYaml(yaml, text, offset).positions } : {};
    return { value: reading.value, errors: [], ...positions };
  }
  return {
    errors: under(reading.errors),
    positions: reading.positions,
    ...('value' in reading ? { value: reading.value } : {}),
  };
}
