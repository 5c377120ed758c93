import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { load } from 'js-yaml';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../../src/contracts/index.ts';
import { issueFormDefinition, parsePacket } from '../../src/packet/index.ts';
import { errorsOf, fixture, packets, rules } from './packets.ts';
import { type Element, renderForm } from './rendered-form.ts';

const FILE = join(import.meta.dirname, '../../.github/ISSUE_TEMPLATE/packet.yml');
const SCHEMA = join(import.meta.dirname, '../../schemas/packet.v1.schema.json');
const form = load(readFileSync(FILE, 'utf8')) as {
  name: string;
  description: string;
  labels: string[];
  body: Element[];
};
const fields = form.body.filter(({ type }) => type !== 'markdown');
const labelOf = (id: string): string => fields.find((f) => f.id === id)?.attributes.label ?? '';
const heading = (id: string): string => `### ${labelOf(id)}`;
/** A form that was filled in with the least, and what a case adds. */
const filled = (answers: Record<string, unknown>): string =>
  renderForm(form.body, { packet_id: 'minimal', title: 'A title', ...answers });

describe('.github/ISSUE_TEMPLATE/packet.yml', () => {
  it('is what the table of fields makes', () => {
    expect(readFileSync(FILE, 'utf8')).toBe(issueFormDefinition());
  });

  it('has every field of a packet, the body last', () => {
    const { properties } = JSON.parse(readFileSync(SCHEMA, 'utf8')) as { properties: Record<string, unknown> };
    const ids = fields.map(({ id = '' }) => id);
    expect([...ids].sort()).toEqual(
      Object.keys(properties)
        .filter((name) => name !== 'schema')
        .sort(),
    );
    expect(ids.at(-1)).toBe('body');
    expect(form.labels).toEqual(['packet']);
  });

  it("keeps the rules of GitHub's form schema", () => {
    const labels = fields.map((f) => f.attributes.label);
    expect(new Set(labels).size).toBe(labels.length);
    for (const { type, id, attributes } of fields) {
      expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(attributes.label).toMatch(/\S/);
      expect(['input', 'textarea', 'dropdown']).toContain(type);
      const options = attributes.options ?? [];
      expect(options.length > 0).toBe(type === 'dropdown');
      expect(options.every((o) => typeof o === 'string' && o.toLowerCase() !== 'none')).toBe(true);
      expect(new Set(options).size).toBe(options.length);
    }
  });
});

describe('what GitHub renders from it', () => {
  it('gives the packet of the sample, digest and all', () => {
    const reference = parsePacket(fixture('packet-example.md'));
    if (!reference.ok) throw new Error('the sample is invalid');
    expect(parsePacket(renderForm(form.body, { ...reference.packet }).replaceAll('\n', '\r\n'))).toEqual(reference);
  });

  it('gives the same packet as front matter does', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        expect(parsePacket(renderForm(form.body, packet))).toMatchObject({ ok: true, digest: digestOf(packet) });
      }),
      { numRuns: 200 },
    );
  });

  it('_No response_, an empty fence and None are absent', () => {
    const text = filled({})
      .replace(`${heading('labels')}\n\n_No response_`, `${heading('labels')}\n\n\`\`\`yaml\n\n\`\`\``)
      .replace(`${heading('priority')}\n\n_No response_`, `${heading('priority')}\n\nNone`);
    expect(parsePacket(text)).toMatchObject({ ok: true, packet: { packet_id: 'minimal', title: 'A title', body: '' } });
    expect(Object.keys((parsePacket(text) as { packet: object }).packet).toSorted()).toEqual([
      'body',
      'packet_id',
      'title',
    ]);
  });

  it('headings in the body are the body', () => {
    const body = '### Goal\n\ntext\n\n### Risk class\n\ncritical\n';
    expect(parsePacket(filled({ body, risk_class: 'low' }))).toMatchObject({
      ok: true,
      packet: { risk_class: 'low', body },
    });
  });

  it('names the true line of what is wrong', () => {
    const text = filled({ allowed_paths: ['src/', '../x'] });
    const line = text.split('\n').findIndex((l) => l.includes('../x')) + 1;
    expect(errorsOf(text)).toMatchObject([{ rule: 'path_parent', at: '/allowed_paths/1', line, column: 3 }]);
  });
});

describe('a field cannot write another', () => {
  const smuggled = `x\n\n### ${labelOf('risk_class')}\n\nlow`;
  it.each([
    ['from the body', { risk_class: 'critical', body: smuggled }],
    ['from a text before it', { risk_class: 'critical', authority_basis: smuggled }],
    ['from a text after it', { risk_class: 'critical', rollback: smuggled }],
    ['where the true one is empty', { rollback: smuggled }],
    ['from a code block', { risk_class: 'critical', body: `\`\`\`\n### ${labelOf('risk_class')}\n\nlow\n\`\`\`` }],
    [
      'with the rest of the form',
      { risk_class: 'critical', authority_basis: `x\n\n${filled({ risk_class: 'low', body: 'swallowed' })}` },
    ],
  ])('%s', (_where, answers) => {
    expect(new Set(rules(filled(answers)))).toContain('form_heading_twice');
  });

  it.each([
    ['another level', `# ${labelOf('risk_class')}`],
    ['a closing sequence', `### ${labelOf('risk_class')} ###`],
    ['an indent', `   ### ${labelOf('risk_class')}`],
    ['other case', `### ${labelOf('risk_class').toUpperCase()}`],
  ])('nor with %s', (_what, line) => {
    expect(rules(filled({ risk_class: 'critical', body: `${line}\n\nlow` }))).toEqual(['form_heading_twice']);
  });

  it.each([
    ['a fence that closes early', `\`\`\`yaml\n- src/\n\`\`\`\n\n- /etc\n\n\`\`\`yaml\n- x\n\`\`\``],
    ['no fence', '- src/'],
    ['another language', '```json\n["src/"]\n```'],
    ['text after the fence', '```yaml\n- src/\n```\n\n- vendor/'],
  ])('structured fields are one block of YAML: %s', (_what, shown) => {
    const text = filled({}).replace(
      `${heading('allowed_paths')}\n\n_No response_`,
      `${heading('allowed_paths')}\n\n${shown}`,
    );
    expect(errorsOf(text)).toMatchObject([{ rule: 'form_block', at: '/allowed_paths' }]);
  });

  it.each([
    ['text before the first heading', (t: string) => `### Hello\n\n${t}`, ['form_preamble']],
    [
      'headings out of order',
      (t: string) =>
        t.replace(heading('title'), '### x').replace(heading('body'), `${heading('body')}\n\n${heading('title')}\n`),
      ['form_heading_order', 'pattern', 'required'],
    ],
    ['a line too many in a one-line field', (t: string) => t.replace('minimal', 'minimal\nother'), ['pattern']],
    [
      'an option that is none',
      (t: string) => t.replace(`${heading('risk_class')}\n\n_No response_`, `${heading('risk_class')}\n\nnegligible`),
      ['enum'],
    ],
    [
      'a number that is none',
      (t: string) => t.replace(`${heading('packet_number')}\n\n_No response_`, `${heading('packet_number')}\n\n010`),
      ['type'],
    ],
    [
      'a flag that is none',
      (t: string) =>
        t.replace(`${heading('outcome_required')}\n\n_No response_`, `${heading('outcome_required')}\n\nyes`),
      ['type'],
    ],
    [
      'an alias',
      (t: string) =>
        t.replace(`${heading('labels')}\n\n_No response_`, `${heading('labels')}\n\n\`\`\`yaml\n- &a x\n- *a\n\`\`\``),
      ['yaml_anchor', 'yaml_alias'],
    ],
    ['a hidden character', (t: string) => `${t}\u{e0041}`, ['unsafe_character']],
  ])('refused: %s', (_what, change, expected) => {
    expect(rules(change(filled({}))).toSorted()).toEqual(expected.toSorted());
  });
});
