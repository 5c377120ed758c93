import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { verifyPack } from '../../src/evidence/index.ts';
import { makePack } from '../bench/packs.ts';
import { type Entry, entriesOf, tar, tgz, written, type ZipOptions, zip } from '../evidence/archives.ts';

let root: string;
let pack: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'storage-'));
  pack = await makePack(join(root, 'packs'), { files: 3, bytes: 2000 });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Every discrepancy as a line; empty where there is none. */
const discrepancies = async (path: string): Promise<string> => {
  const { ok, errors } = await verifyPack(path);
  if (ok !== (errors.length === 0)) throw new Error('the verdict does not fit the errors');
  return errors.map((e) => `${e.at}: ${e.message}`).join('\n');
};
const save = (bytes: Uint8Array): string => written(root, 'archive', bytes);
const extra = (name: string, header: Entry['header'] = {}): Entry => ({ name, content: Buffer.from('x'), header });

/** Packs the folder with a program of the machine, in a folder of its own, and verifies what it made. */
const packedBy = async (
  pack: string,
  root: string,
  argv: readonly [string, ...string[]],
  archive: string,
): Promise<unknown> => {
  const name = basename(pack);
  const target = join(root, 'made');
  mkdirSync(target, { recursive: true });
  try {
    cpSync(pack, join(target, name), { recursive: true });
    execFileSync(argv[0], argv.slice(1), { cwd: target });
    return (await verifyPack(join(target, archive))).errors;
  } finally {
    rmSync(target, { recursive: true });
  }
};

describe('a pack in an archive', () => {
  it.each<[string, (entries: Entry[]) => Promise<Buffer> | Buffer]>([
    ['tar', tar],
    ['tgz', tgz],
    ['zip', zip],
    ['zip with data descriptors', (e) => zip(e, { descriptor: true })],
  ])('is accepted as %s, at top level and in a folder', async (_what, archive) => {
    for (const folder of ['', 'run/', './']) {
      const path = save(await archive(entriesOf(pack, folder)));
      expect((await verifyPack(path)).errors).toEqual([]);
    }
  });

  it.each([['-cf'], ['-czf'], ['--format=pax', '-cf'], ['--format=gnu', '-cf']])(
    'is accepted as tar %s makes it',
    async (...options) => {
      expect(await packedBy(pack, root, ['tar', ...options, 'a', basename(pack)], 'a')).toEqual([]);
      expect(await packedBy(pack, root, ['tar', '-C', basename(pack), ...options, 'a', '.'], 'a')).toEqual([]);
    },
  );

  // Not on every machine; the archives that the tests write themselves are the same format.
  const hasZip = spawnSync('zip', ['-v']).status === 0;
  (hasZip ? it : it.skip)('is accepted as zip(1) makes it (skipped where there is no zip)', async () => {
    // oxlint-disable-next-line jest/no-standalone-expect -- the test block is one of two
    expect(await packedBy(pack, root, ['zip', '-qr', 'a.zip', basename(pack)], 'a.zip')).toEqual([]);
  });

  it('is found by its content, whatever its name', async () => {
    const path = written(root, 'pack.zip', await tgz(entriesOf(pack)));
    expect((await verifyPack(path)).ok).toBe(true);
  });

  it.each<[string, Entry]>([
    ['a path that climbs out', extra('run/../../etc/passwd')],
    ['an absolute path', extra('/etc/passwd')],
    ['a drive letter', extra('C:/windows')],
    ['a backslash', extra('run\\..\\x')],
    ['a symbolic link', extra('run/backend/link', { type: 'symlink', linkname: '/etc/passwd' })],
    ['a hard link', extra('run/backend/link', { type: 'link', linkname: 'run/report.json' })],
    ['a device', extra('run/backend/null', { type: 'character-device', devmajor: 1, devminor: 3 })],
    ['a fifo', extra('run/backend/pipe', { type: 'fifo' })],
    ['a name twice', extra('run/report.json')],
    ['a second folder', extra('other/report.json')],
    ['an empty folder', extra('run/backend/empty/', { type: 'directory' })],
    ['a file that is a folder, too', extra('run/backend/logs')],
    ['a file that nobody listed', extra('run/backend/more.log')],
  ])('is refused with %s', async (_what, entry) => {
    expect(await discrepancies(save(await tar([...entriesOf(pack, 'run/'), entry])))).not.toBe('');
    expect(await discrepancies(save(await tgz([...entriesOf(pack, 'run/'), entry])))).not.toBe('');
    const zipped = entry.header?.type === undefined ? zip([...entriesOf(pack, 'run/'), entry]) : Buffer.from('PK');
    expect(await discrepancies(save(zipped))).not.toBe('');
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut off in an entry', (b) => b.subarray(0, 3000)],
    ['cut off at its end', (b) => b.subarray(0, b.length - 1024)],
    ['with something after its end', (b) => Buffer.concat([b, Buffer.alloc(511), Buffer.from('x')])],
    ['with a second archive after its end', (b) => Buffer.concat([b, b])],
    ['with a wrong checksum', (b) => Buffer.concat([Buffer.from('X'), b.subarray(1)])],
    ['of nothing', () => Buffer.alloc(1024)],
    ['that is no archive', () => Buffer.from('hello')],
    ['that is empty', () => Buffer.alloc(0)],
  ])('is refused as a tar %s', async (_what, spoil) => {
    const bytes = spoil(await tar(entriesOf(pack)));
    expect(await discrepancies(save(bytes))).not.toBe('');
    expect(await discrepancies(save(gzipSync(bytes)))).not.toBe('');
  });

  it('is refused with something after the compressed stream, or a stream that is cut off', async () => {
    const bytes = await tgz(entriesOf(pack));
    expect(await discrepancies(save(Buffer.concat([bytes, Buffer.from('trailing')])))).toMatch(/cannot be read/);
    expect(await discrepancies(save(bytes.subarray(0, bytes.length - 9)))).toMatch(/cannot be read/);
  });

  it.each<[string, ZipOptions]>([
    ['an encrypted entry', { flags: 1 }],
    ['a symbolic link', { mode: 0o120777 }],
    ['a device', { mode: 0o020666 }],
    ['a size that lies', { lie: 5 }],
    ['another name in the local header', { localName: 'admissions.jsoN' }],
    ['something before the first entry', { prefix: Buffer.from('#!/bin/sh\n') }],
    ['something between the entries', { between: Buffer.from('hidden data, and quite a lot of it') }],
    ['a comment', { comment: 'trust me' }],
  ])('is refused as a zip with %s', async (_what, options) => {
    expect(await discrepancies(save(zip(entriesOf(pack), options)))).not.toBe('');
  });

  it('is refused as a zip with something after its end', async () => {
    expect(await discrepancies(save(Buffer.concat([zip(entriesOf(pack)), Buffer.from('x')])))).toMatch(
      /cannot be read/,
    );
  });

  it('is not unpacked where it is a bomb', async () => {
    const bomb: Entry = { name: 'backend/logs/000001.log', content: Buffer.alloc(64 << 20) };
    const entries = entriesOf(pack).map((entry) => (entry.name === bomb.name ? bomb : entry));
    // The directory of a zip says how large an entry is: it is compared with the manifest before anything is unpacked.
    expect(await discrepancies(save(zip(entries)))).toMatch(/the manifest says 2000/);
    expect(await discrepancies(save(await tgz(entries)))).toMatch(/what SHA256SUMS says/);
    const declared = await tar([{ name: 'backend/huge.log', content: Buffer.alloc(0), header: {} }]);
    declared.write('77777777777\0', 124, 'latin1');
    expect(await discrepancies(save(declared))).toMatch(/cannot be read/);
  });
});
