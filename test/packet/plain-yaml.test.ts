import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { plainYaml } from '../../src/packet/plain-yaml.ts';
import { thoroughYaml } from '../../src/packet/yaml-errors.ts';
import { fixture } from './packets.ts';

/**
 * The quick reader of plain YAML is an attack surface if it ever reads a document otherwise than the library does, or lets through what the strict
 * reading refuses. It may always decline.
 */
function agrees(text: string): void {
  const plain = plainYaml(text);
  if (plain === undefined) return;
  const { errors, value } = thoroughYaml(text);
  expect({ value: plain.value, errors: [] }).toEqual({ value, errors });
}
const front = (name: string): string => fixture(name).slice(4, fixture(name).indexOf('\n---\n') + 1);
const SAMPLES = ['packet-example.md', 'packet-04-external-gen-executor-hook.md'].map(front);

it.each(SAMPLES)('reads the samples by itself', (text) => {
  expect(plainYaml(text)).toEqual({ value: thoroughYaml(text).value });
});

describe('edges', () => {
  it.each([
    'a: b\n',
    'a:\n',
    'a:\nb: 1',
    'a: b # c\n',
    'a: b#c\n',
    'a:\n  # c\n  b: 1\n# d\n',
    'a:\n- x\n- y\nb: 1\n',
    'a:\n  - x\n\n  - y\n',
    'a:\n  - b: 1\n    c: 2\n  - d: [1, 2]\n',
    'a:\n  -   b: 1\n      c: 2\n',
    'a: [x, y,]\n',
    'a: [ x , y ] # z\n',
    'a:\n  [x,\n   y]\n',
    'a: {b: c, d: {e: f}}\n',
    'a: {b: x y, c: "d, e"}\n',
    'a: \'it is\'\nb: "#"\n',
    'a: -1\nb: +2\nc: .5\nd: ~\ne: 1e3\nf: 0x1f\ng: TRUE\nh: No\n',
    'a: http://example.com:80/x\n',
    'a: x:y\n',
    'a: $HOME/(x)\n',
    'a: "x"   # y\n',
    'a:   b   \n',
    'a: 日本語\n',
    '\n\n# x\na: b\n\n',
  ])('%j is read', (text) => {
    expect(plainYaml(text)).toEqual({ value: thoroughYaml(text).value });
  });

  it.each([
    '',
    'a',
    '- a\n',
    'a: b: c\n',
    'a: b:\n',
    'a: b\n  c\n',
    'a: [b\n  c]\n',
    'a: [b: c]\n',
    'a: {b}\n',
    'a: {b:c}\n',
    'a: &x b\n',
    'a: *x\n',
    'a: !t b\n',
    'a: |\n  b\n',
    'a: >\n  b\n',
    'a: "b\\n"\n',
    "a: 'b''c'\n",
    'a: "b\n  c"\n',
    'a: 010\n',
    'a: .inf\n',
    'a: 9007199254740993\n',
    'a: 1\na: 2\n',
    'a: {b: 1, b: 2}\n',
    'true: 1\n',
    '__proto__: 1\n',
    '<<: {a: 1}\n',
    '? a\n: b\n',
    'a: b\n---\nc: d\n',
    'a: b\n...\n',
    '%YAML 1.2\n',
    'a:\tb\n',
    'a: b\r\n',
    ' a: b\n',
    'a:\n  b: 1\n c: 2\n',
    'a: "b" c\n',
    'a: [b] c\n',
    'a: @b\n',
    'a: `b\n',
    'a: [b, , c]\n',
    'a: [#b]\n',
    'a: - b\n',
    'a:\n  - - b\n',
    'a:\n  -\n    b: 1\n',
    'a: 😀\n',
    'a: b\u0085c\n',
    'a: b\u2028c\n',
  ])('%j is left to the library', (text) => {
    expect(plainYaml(text)).toBeUndefined();
  });
});

describe('agrees with the library', () => {
  it('on any pieces of YAML', () => {
    const piece = fc.constantFrom(
      'a',
      'b:',
      'b: ',
      'c:\n',
      '  ',
      ' ',
      '\n',
      '- ',
      '-',
      '[',
      ']',
      '{',
      '}',
      ',',
      ', ',
      ': ',
      ':',
      '? ',
      '"x"',
      "'y'",
      '"',
      "'",
      '&a ',
      '*a',
      '!t ',
      '#',
      ' # z',
      '|',
      '>',
      '1',
      '-1',
      '010',
      '0x',
      '.inf',
      '~',
      'null',
      'true',
      '---',
      '...',
      '%',
      '<<: ',
      '__proto__: ',
      '\\',
      '\t',
      'é',
      '(',
      '/',
      '.',
      '+',
      '$',
      '=',
      '@',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 16 }).map((p) => p.join('')),
        agrees,
      ),
      { numRuns: 8_000 },
    );
  });

  it('on lines of mappings and sequences at every indent', () => {
    const indent = fc.constantFrom('', ' ', '  ', '    ');
    const start = fc.constantFrom('', '- ', '-  ', '# ');
    const rest = fc.constantFrom(
      'a: 1',
      'b:',
      'c: x',
      'd: [1, 2]',
      'e: {f: g}',
      'x',
      '"q"',
      '[',
      ']',
      '',
      'h: "i" # j',
      'k: l: m',
      'a: "b',
      'n: [',
      'o, p]',
    );
    const lines = fc
      .array(
        fc.tuple(indent, start, rest).map((p) => p.join('')),
        { maxLength: 7 },
      )
      .map((l) => l.join('\n'));
    fc.assert(fc.property(lines, agrees), { numRuns: 8_000 });
  });

  it('on the samples with anything put in or taken out', () => {
    const change = fc.record({
      sample: fc.constantFrom(...SAMPLES),
      at: fc.nat(2000),
      cut: fc.nat(3),
      put: fc.oneof(
        fc.constantFrom(
          '\n',
          ' ',
          '  ',
          ':',
          ': ',
          ',',
          '"',
          "'",
          '#',
          ' #',
          '[',
          ']',
          '{',
          '}',
          '-',
          '- ',
          '&',
          '*',
          '!',
          '|',
          '0',
          '\n  ',
          '\n- ',
        ),
        fc.string({ maxLength: 3 }),
      ),
    });
    const changed = change.map(
      ({ sample, at, cut, put }) =>
        sample.slice(0, at % sample.length) + put + sample.slice((at % sample.length) + cut),
    );
    fc.assert(fc.property(changed, agrees), { numRuns: 3000 });
  });
});
