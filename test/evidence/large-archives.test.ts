import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { verifyPack } from '../../src/evidence/index.ts';
import { makePack } from '../bench/packs.ts';
import { type Entry, entriesOf, tar, written, type ZipOptions, zip } from './archives.ts';

/** More than is inflated in memory, and together more than threads are worth: what is read in one way alone is read in all of them here. */
const BYTES = 17 << 20;
const FILES = 3;
const TARGET = 'backend/logs/000001.log';

let root: string;
let entries: Entry[];
let small: Entry[];
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'large-'));
  entries = entriesOf(await makePack(join(root, 'packs'), { files: FILES, bytes: BYTES }));
  small = entriesOf(await makePack(join(root, 'small'), { files: FILES, bytes: 1000 }));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const errors = async (bytes: Uint8Array): Promise<string[]> =>
  (await verifyPack(written(root, 'archive', bytes))).errors.map(({ at, message }) => `${at}: ${message}`);

/** One bit of one file is another one. */
const changed = (): Entry[] =>
  entries.map((entry) => {
    if (entry.name !== TARGET) return entry;
    const content = Buffer.from(entry.content);
    content[BYTES - 1] = (content[BYTES - 1] ?? 0) ^ 1;
    return { ...entry, content };
  });

/** Deflated in form alone, which takes no time. */
const deflated = (content: Buffer): Buffer => deflateRawSync(content, { level: 0 });

describe('a large pack in an archive', () => {
  it.each<[string, (entries: Entry[]) => Promise<Buffer> | Buffer]>([
    ['tar', tar],
    ['tgz', async (e) => gzipSync(await tar(e), { level: 0 })],
    ['stored zip', (e) => zip(e, { stored: true })],
    ['deflated zip', (e) => zip(e, { deflate: deflated })],
  ])('is accepted as %s, and refused where a bit of it is another one', async (_what, archive) => {
    expect(await errors(await archive(entries))).toEqual([]);
    expect(await errors(await archive(changed()))).toEqual(
      expect.arrayContaining([`${TARGET}: the content is not what SHA256SUMS says`]),
    );
  });

  it('is refused where a file lies beyond the end', async () => {
    const bytes = await tar(entries.toSorted((a, b) => Number(a.name === TARGET) - Number(b.name === TARGET)));
    const found = await errors(bytes.subarray(0, bytes.length - (1 << 20)));
    expect(found).toEqual(expect.arrayContaining([expect.stringMatching(/the archive has no end/)]));
    expect(found).toEqual(expect.arrayContaining([expect.stringContaining(`${TARGET}: its bytes cannot be read`)]));
  });

  it.each<[string, (packed: Buffer, content: Buffer) => Buffer]>([
    ['more', (_packed, content) => deflated(Buffer.concat([content, Buffer.from('x')]))],
    ['less', (_packed, content) => deflated(content.subarray(1))],
    ['the content and are more than it takes', (packed) => Buffer.concat([packed, Buffer.from('hidden')])],
    ['a part of it', (packed) => packed.subarray(0, packed.length - 5)],
  ])('is refused where the compressed bytes of a file make %s, and so is a small one', async (_what, spoil) => {
    for (const pack of [entries, small]) {
      const deflate: ZipOptions['deflate'] = (content, name) =>
        name === TARGET ? spoil(deflated(content), content) : deflated(content);
      expect((await errors(zip(pack, { deflate }))).join('\n')).toMatch(
        /compressed bytes|its bytes cannot be read|unexpected end of file/,
      );
    }
  });
});
