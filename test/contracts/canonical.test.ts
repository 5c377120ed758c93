import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import canonicalize from 'canonicalize';
import { canonicalText, digestOf, digestOfBytes, isCanonical } from '../../src/contracts/index.ts';

/** The published vectors of RFC 8785's reference repository (cyberphone/json-canonicalization, testdata), input and output as text. */
const VECTORS: [name: string, input: string, output: string][] = [
  ['arrays', '[56,{"d":true,"10":null,"1":[]}]', '[56,{"1":[],"10":null,"d":true}]'],
  [
    'french',
    '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
    '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
  ],
  [
    'structures',
    '{"1":{"f":{"f":"hi","F":5},"\\n":56.0},"10":{},"":"empty","a":{},"111":[{"e":"yes","E":"no"}],"A":{}}',
    '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}',
  ],
  ['unicode', '{"Unnormalized Unicode":"A\\u030a"}', '{"Unnormalized Unicode":"A\u030a"}'],
  [
    'values',
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  ],
  [
    'weird',
    '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\u000a":"Newline","1":"One","\\u0080":"Control\\u007f","\\ud83d\\ude02":"Smiley","\\u00f6":"Latin Small Letter O With Diaeresis","\\ufb33":"Hebrew Letter Dalet With Dagesh","</script>":"Browser Challenge"}',
    '{"\\n":"Newline","\\r":"Carriage Return","1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😂":"Smiley","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
  ],
];

/** RFC 8785, appendix B: IEEE 754 bits and their text. */
const NUMBERS: [bits: string, text: string][] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

const fromBits = (bits: string): number => Buffer.from(bits, 'hex').readDoubleBE();

describe('canonical form (RFC 8785)', () => {
  it.each(VECTORS)('%s', (_name, input, output) => {
    expect(canonicalText(JSON.parse(input))).toBe(output);
  });

  it.each(NUMBERS)('writes the number %s as %s', (bits, text) => {
    expect(canonicalText(fromBits(bits))).toBe(text);
  });

  it.each(['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000'])('refuses the number %s', (bits) => {
    expect(() => canonicalText([fromBits(bits)])).toThrow(TypeError);
  });

  it.each([
    [undefined],
    [{ a: Number.NaN }],
    ['\ud800'],
    [{ '\udc00': 1 }],
    [[1n]],
    [new Date(0)],
    [new Map()],
    [Array(2)],
  ])('refuses what JSON cannot hold: %p', (value) => {
    expect(() => canonicalText(value)).toThrow(TypeError);
  });

  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).toReversed());
        expect(canonicalText(turned)).toBe(canonicalText(value));
        expect(JSON.parse(canonicalText(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is what the reference library writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        expect(canonicalText(value)).toBe(canonicalize(value));
      }),
    );
  });

  it('digests canonical bytes for documents and raw bytes for files', () => {
    expect(digestOf({ b: 1, a: [] })).toBe(digestOfBytes('{"a":[],"b":1}'));
    expect(digestOfBytes(new Uint8Array())).toBe(
      'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });
});

const said = (text: string): boolean => {
  try {
    return isCanonical(text, JSON.parse(text));
  } catch {
    return false;
  }
};

describe('whether a text is canonical', () => {
  it.each([
    ['{"a":1,"b":[{"c":2}]}', true],
    ['{"10":1,"9":2}', true],
    ['{"9":2,"10":1}', false],
    ['{"b":1,"a":2}', false],
    ['[{"b":1,"a":2}]', false],
    ['{"a":1,"a":1}', false],
    ['{"a": 1}', false],
    ['1.0', false],
    ['-0', false],
    ['"\\u0041"', false],
    ['"\\ud800"', false],
    ['"\\\\ud800"', true],
    ['{"__proto__":{"b":1,"a":2}}', false],
  ])('%s: %s', (text, expected) => {
    expect(said(text)).toBe(expected);
  });

  it('is what comparing it with the canonical form says', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 0, 1), (value, space) => {
        const texts = [JSON.stringify(value, null, space), canonicalText(JSON.parse(JSON.stringify(value)))];
        for (const text of texts) expect(said(text)).toBe(text === canonicalText(JSON.parse(text)));
      }),
    );
  });
});
