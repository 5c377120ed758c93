import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalText, type Manifest } from '../../src/contracts/index.ts';
import { verifyPack } from '../../src/evidence/index.ts';
import { makePack } from '../bench/packs.ts';
import { entriesOf, tar, written } from '../evidence/archives.ts';
import { copyOf, resum } from '../evidence/forge.ts';

/** 6-attacks.md, Evidence: packs that are made to stop or to crash whoever verifies them, and archives that read differently elsewhere. */

let root: string;
let pack: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'evidence-more-'));
  pack = await makePack(join(root, 'packs'), { files: 3, bytes: 2000 });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const edited = (edit: (folder: string) => void): string => {
  const folder = copyOf(pack, join(root, 'edited'));
  edit(folder);
  resum(folder);
  return folder;
};

const wrong = (member: string, count: number): string =>
  canonicalText({ schema: `countersign/${member}/v1`, [member]: Array.from({ length: count }, () => ({})) });

const block = (name: string, type: string, size: number): Buffer => {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`0000644\0`, 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('ustar\x0000', 257, 'latin1');
  header.write(' '.repeat(8), 148);
  header.write(type, 156, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
};
const entry = (name: string, type: string, content: string): Buffer =>
  Buffer.concat([
    block(name, type, content.length),
    Buffer.from(content.padEnd(512 * Math.ceil(content.length / 512), '\0')),
  ]);

describe('a pack with too much wrong in it', () => {
  it.each<[what: string, edit: (folder: string) => void]>([
    ['admissions', (f) => writeFileSync(join(f, 'admissions.json'), wrong('admissions', 100_000))],
    ['approvals', (f) => writeFileSync(join(f, 'approvals.json'), wrong('approvals', 100_000))],
    ['events', (f) => appendFileSync(join(f, 'events.normalized.jsonl'), 'x\n'.repeat(1_000_000))],
    ['steps of the trace', (f) => appendFileSync(join(f, 'trace.jsonl'), '\n'.repeat(1_000_000))],
  ])('%s: refused soon, without a list of all of it', async (_what, edit) => {
    const { ok, errors } = await verifyPack(edited(edit));
    expect(ok).toBe(false);
    expect(errors.length).toBeLessThan(1100);
  });
  it('lines of SHA256SUMS', async () => {
    const folder = copyOf(pack, join(root, 'edited'));
    appendFileSync(join(folder, 'SHA256SUMS'), '\n'.repeat(5_000_000));
    expect((await verifyPack(folder)).errors.length).toBeLessThan(1100);
  });

  it('files of the manifest that are absent: every discrepancy is listed, and nothing overflows', async () => {
    const folder = edited((f) => {
      const manifest = JSON.parse(readFileSync(join(f, 'manifest.json'), 'utf8')) as Manifest;
      const [first] = manifest.files;
      const files = Array.from({ length: 35_000 }, (_, n) => ({ ...first, path: `expected/${n}` }));
      writeFileSync(join(f, 'manifest.json'), canonicalText({ ...manifest, files }));
    });
    expect((await verifyPack(folder)).errors.length).toBeGreaterThan(130_000);
  });
});

describe('a tar that others read differently', () => {
  it.each<[what: string, extra: () => Buffer]>([
    ['a file of the oldest kind whose name ends with a slash', () => entry('expected/x/', '\0', 'content')],
    [
      'two extended headers that give two names',
      () =>
        Buffer.concat([
          entry('pax', 'x', '20 path=expected/one\n'),
          entry('././@LongLink', 'L', 'expected/two\0'),
          entry('three', '0', 'x'),
        ]),
    ],
    ['a global extended header', () => entry('pax', 'g', '20 path=expected/one\n')],
    ['a contiguous file', () => entry('expected/x', '7', 'x')],
    ['a sparse file of GNU', () => entry('expected/x', 'S', 'x')],
    ['a part of another volume', () => entry('expected/x', 'M', 'x')],
  ])('%s is refused', async (_what, extra) => {
    const archive = await tar(entriesOf(pack));
    expect((await verifyPack(written(root, 'a.tar', archive))).ok).toBe(true);
    const { errors } = await verifyPack(written(root, 'b.tar', Buffer.concat([extra(), archive])));
    expect(errors.map((e) => e.message).join('\n')).toMatch(/the archive cannot be read/);
  });
});

describe('a pack that lies somewhere else', () => {
  it('is verified through a link to it, and as the same', async () => {
    symlinkSync(pack, join(root, 'link'));
    expect(await verifyPack(join(root, 'link'))).toEqual(await verifyPack(pack));
  });
});
