import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { verifyPack } from '../../src/evidence/index.ts';
import { makePack } from '../bench/packs.ts';
import { entriesOf, tar, written, zip } from '../evidence/archives.ts';
import { copyOf, list, resum } from '../evidence/forge.ts';

let root: string;
let pack: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'fuzz-'));
  pack = await makePack(join(root, 'packs'), { files: 1, bytes: 64 });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Damage {
  how: 'flip' | 'cut' | 'double' | 'insert' | 'zero';
  at: number;
  length: number;
  byte: number;
}
const damage: fc.Arbitrary<Damage> = fc.record({
  how: fc.constantFrom('flip', 'cut', 'double', 'insert', 'zero'),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  length: fc.integer({ min: 1, max: 600 }),
  byte: fc.integer({ min: 1, max: 255 }),
});

function damaged(bytes: Buffer, { how, at, length, byte }: Damage): Buffer {
  const from = Math.floor(at * bytes.length);
  const [before, part, after] = [
    bytes.subarray(0, from),
    bytes.subarray(from, from + length),
    bytes.subarray(from + length),
  ];
  switch (how) {
    case 'flip': {
      const copy = Buffer.from(bytes);
      copy[from] = (copy[from] ?? 0) ^ byte;
      return copy;
    }
    case 'cut':
      return Buffer.concat([before, after]);
    case 'double':
      return Buffer.concat([before, part, part, after]);
    case 'insert':
      return Buffer.concat([before, Buffer.alloc(length % 16, byte), part, after]);
    default:
      return Buffer.concat([before, Buffer.alloc(part.length), after]);
  }
}

/** The verdict and whether there are errors; throws (and so fails) where reading crashes. */
async function verdict(path: string): Promise<{ ok: boolean; errors: boolean; digest: string | null }> {
  const { ok, errors, pack_digest: digest } = await verifyPack(path);
  return { ok, errors: errors.length > 0, digest };
}

describe('damage at random', () => {
  it('to any file of a pack is found, also where the sums were made anew', async () => {
    const paths = list(pack);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), damage, fc.boolean(), async (path, how, again) => {
        const folder = copyOf(pack, join(root, 'damaged'));
        const bytes = readFileSync(join(folder, path));
        const after = damaged(bytes, how);
        writeFileSync(join(folder, path), after);
        if (again && path !== 'SHA256SUMS') resum(folder);
        const same = after.equals(bytes);
        expect(await verdict(folder)).toMatchObject({ ok: same, errors: !same });
      }),
      { numRuns: 150 },
    );
  });

  // Header fields that no reader looks at (times, owners, checksums of zip) may change without changing what an archive holds.
  it('to an archive never crashes, and never gives another pack', async () => {
    const [plain, packed] = [await tar(entriesOf(pack)), zip(entriesOf(pack))];
    const { pack_digest: digest } = await verifyPack(pack);
    const forms = [plain, gzipSync(plain), packed];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(0, 1, 2), damage, async (form, how) => {
        const result = await verdict(written(root, 'archive', damaged(forms[form] ?? plain, how)));
        expect(result.errors).toBe(!result.ok);
        expect(result.ok ? result.digest : digest).toBe(digest);
      }),
      { numRuns: 200 },
    );
    expect(gunzipSync(forms[1] ?? plain).equals(plain)).toBe(true);
  });

  it('to bytes that start like an archive never crashes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('PK\x03\x04', 'PK\x05\x06', '\x1f\x8b\x08', ''),
        fc.uint8Array({ maxLength: 2000 }),
        async (head, rest) => {
          expect((await verdict(written(root, 'archive', Buffer.concat([Buffer.from(head, 'latin1'), rest])))).ok).toBe(
            false,
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});
