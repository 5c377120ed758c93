import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { lock } from '../../src/build/lock.ts';
import { readSchemas } from '../../src/build/schemas.ts';
import { REGISTRY, VERSION } from '../../src/contracts/index.ts';

const ROOT = join(import.meta.dirname, '../..');
const schemas = readSchemas(ROOT);
const locked = readFileSync(join(ROOT, 'schemas/lock.json'), 'utf8');

describe('published schemas', () => {
  it('are what schemas/lock.json says, byte for byte', () => {
    expect(lock(schemas, locked, false)).toEqual({ text: locked, errors: [] });
  });

  it('may not change without a new version', () => {
    const changed = schemas.map((s) => (s.name === 'packet' ? { ...s, text: `${s.text} ` } : s));
    expect(lock(changed, locked, false).errors).toEqual(['countersign/packet/v1 changed: give it a new version']);
  });

  it('may not go away', () => {
    const fewer = schemas.filter((s) => s.name !== 'packet');
    expect(lock(fewer, locked, false).errors).toEqual([
      'countersign/packet/v1 is locked and gone: published schemas stay',
    ]);
  });

  it('are all known to the registry under their id', () => {
    const files = readdirSync(join(ROOT, 'schemas')).filter(
      (f) => f.endsWith('.schema.json') && !f.startsWith('common.'),
    );
    const ids = files.map((f) => `countersign/${f.replace('.schema.json', '').replace('.v', '/v')}`);
    expect(Object.keys(REGISTRY).toSorted()).toEqual(ids.toSorted());
  });
});

it('the version is package.json’s', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect(VERSION).toBe(version);
});
