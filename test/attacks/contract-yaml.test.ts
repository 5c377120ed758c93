import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CORE_SCHEMA, load } from 'js-yaml';
import { isDeepStrictEqual } from 'node:util';
import { parsePacket, readYaml } from '../../src/packet/index.ts';
import { errorsOf, rules, withFront } from '../packet/packets.ts';

/** 6-attacks.md, Trigger and contract: what a document may hide in its YAML. */

describe('YAML that parsers read differently', () => {
  it.each<[string, string, string[]]>([
    ['a duplicate key', 'risk_class: low\nrisk_class: critical', ['duplicate_key']],
    ['a duplicate key in other quotes', 'risk_class: low\n"risk_class": critical', ['duplicate_key']],
    ['a duplicate key by escape', 'risk_class: low\n"risk\\x5fclass": critical', ['duplicate_key']],
    ['a nested duplicate key', 'limits: {changed_files: 1, changed_files: 500}', ['duplicate_key']],
    ['an anchor', 'labels: [&a x]', ['yaml_anchor']],
    ['an alias', 'labels: [&a x, *a]', ['yaml_anchor', 'yaml_alias']],
    ['an anchor on a mapping', 'limits: &a {changed_files: 1}', ['yaml_anchor']],
    ['an anchor on a key', '&a labels: [x]', ['yaml_anchor']],
    ['a merge key', 'limits: {<<: {changed_files: 1}}', ['yaml_merge', 'additionalProperties']],
    ['a tag', 'labels: [!!str x]', ['yaml_tag']],
    ['a tag that builds something', 'rollback: !!js/function "function(){}"', ['yaml_tag']],
    ['the non-specific tag', 'packet_number: ! 12', ['yaml_tag', 'type']],
    ['a verbatim tag', 'labels: [!<tag:yaml.org,2002:str> x]', ['yaml_tag']],
    ['binary', 'rollback: !!binary aGk=', ['yaml_tag']],
    ['a key that is no text', 'constraints: {true: yes}', ['yaml_key']],
    ['a key that is a list', '? [a, b]\n: c', ['yaml_key', 'additionalProperties']],
    ['a directive', '%YAML 1.1', ['yaml_directive']],
    ['a document end', 'labels: [x]\n...\nrisk_class: low', ['yaml_documents']],
    ['a second document', 'labels: [x]\n--- \nrisk_class: low', ['yaml_documents']],
    ['a syntax error', 'labels: [x', ['yaml_syntax']],
    ['a tab as indent', 'limits:\n\tchanged_files: 1', ['yaml_syntax']],
  ])('%s', (_what, front, expected) => {
    expect(rules(withFront(front))).toEqual(expected);
  });

  it.each([
    '010',
    '-0',
    '+010',
    '9007199254740993',
    '-9007199254740993',
    '1e400',
    '0.1000000000000000055',
    '.inf',
    '-.INF',
    '.nan',
    '0x20000000000000',
    '0o777777777777777777777',
    '1.00000000000000000001',
  ])('the number %s', (number) => {
    const errors = errorsOf(withFront(`constraints: {deterministic: true}\nx-number: ${number}`));
    expect(errors).toMatchObject([{ rule: 'number_inexact', at: '/x-number', line: 5, column: 11 }]);
  });

  it.each([
    ['1_000', '1_000'],
    ['0b11', '0b11'],
    ['1:30', '1:30'],
    ['yes', 'yes'],
    ['off', 'off'],
    ['2026-01-10', '2026-01-10'],
    ['0x1F', 31],
    ['0o17', 15],
    ['1.50', 1.5],
    ['1e3', 1000],
    ['.5', 0.5],
    ['9007199254740991', 9007199254740991],
    ['~', null],
  ])('YAML 1.2 reads %s as %p', (text, value) => {
    expect(parsePacket(withFront(`x-value: ${text}`))).toMatchObject({ ok: true, packet: { 'x-value': value } });
  });
});

describe('names that every object has', () => {
  it('__proto__ is refused, wherever it stands', () => {
    for (const front of [
      '__proto__: {risk_class: low}',
      'limits: {__proto__: {changed_files: 1}}',
      'x-a: [{"__proto__": 1}]',
      '"__pr\\x6fto__": {}',
    ])
      expect(rules(withFront(front))).toContain('prototype_key');
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'])(
    '%s is a name like any other: not a member',
    (name) => {
      expect(rules(withFront(`${name}: {prototype: {polluted: true}}`))).toEqual(['additionalProperties']);
      expect(parsePacket(withFront(`constraints: {${name}: true}`))).toMatchObject({
        ok: true,
        unknownConstraints: [name],
      });
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );
});

describe('bombs', () => {
  it('aliases that multiply are refused and never walked', () => {
    const levels = Array.from(
      { length: 40 },
      (_, i) =>
        `x-l${i}: ${
          i === 0
            ? '&l0 [a]'
            : `&l${i} [${Array(10)
                .fill(`*l${i - 1}`)
                .join(', ')}]`
        }`,
    );
    const found = new Set(rules(withFront(levels.join('\n'))));
    expect(found).toEqual(new Set(['yaml_anchor', 'yaml_alias']));
  });

  it('depth', () => {
    expect(rules(withFront(`x-deep: ${'['.repeat(32)}${']'.repeat(32)}`))).toEqual(['yaml_depth']);
    expect(parsePacket(withFront(`x-deep: ${'['.repeat(31)}${']'.repeat(31)}`))).toMatchObject({ ok: true });
    expect(rules(withFront(`x-deep: ${'['.repeat(100_000)}`))).toEqual(['yaml_depth']);
  });

  it('front matter of more than 256 KiB', () => {
    expect(rules(withFront(`x-long: ${'x'.repeat(256 * 1024)}`))).toEqual(['yaml_too_large']);
    expect(rules(withFront(`x-long: ${'é'.repeat(128 * 1024)}`))).toEqual(['yaml_too_large']);
    expect(parsePacket(withFront(`x-long: ${'x'.repeat(255 * 1024)}`))).toMatchObject({ ok: true });
  });

  it('a file of more than 1 MiB', () => {
    expect(rules(withFront('', 'x'.repeat(1024 * 1024)))).toEqual(['file_too_large']);
    expect(parsePacket(withFront('labels: []', 'x'.repeat(1000 * 1024)))).toMatchObject({ ok: true });
  });

  it('blank lines without end', () => {
    expect(parsePacket(withFront('labels: []', `${' \n'.repeat(200_000)}x${'\n \t'.repeat(100_000)}`))).toMatchObject({
      ok: true,
      packet: { body: 'x\n' },
    });
  });
});

it('what is read is what js-yaml reads; what is refused has reasons, each with a line', () => {
  const token = fc.constantFrom(
    'a',
    'b: ',
    'c:\n  ',
    '- ',
    '\n',
    '[',
    ']',
    '{',
    '}',
    ', ',
    ': ',
    '? ',
    '"x"',
    "'y'",
    '&a ',
    '*a',
    '!t ',
    '# z',
    '|\n',
    '>\n',
    '1',
    '010',
    '.inf',
    '~',
    'true',
    '---',
    '...',
    '%',
    '<<: ',
    '__proto__: ',
    '  ',
    '"\\u200b"',
    '\u200b',
    '\t',
  );
  for (const text of ['---a', '---\n---a', '---\n---a: 1', '---\n# x\n\n---[1]', '\n---"a"'])
    expect(readYaml(text)).toMatchObject({ ok: false, errors: [{ rule: 'yaml_documents' }] });
  fc.assert(
    fc.property(fc.array(token, { maxLength: 14 }), (tokens) => {
      const text = tokens.join('');
      const read = readYaml(text);
      const lines = text.split('\n').length + 1;
      const sound = read.ok
        ? isDeepStrictEqual(read.value, load(text, { schema: CORE_SCHEMA }) ?? null)
        : read.errors.length > 0 && read.errors.every(({ line = 0 }) => line > 0 && line <= lines);
      expect(sound).toBe(true);
    }),
    { numRuns: 3000 },
  );
});
