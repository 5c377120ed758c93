import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalText, type Manifest, type Report } from '../../src/contracts/index.ts';
import { verifyPack } from '../../src/evidence/index.ts';
import { renderReport } from '../../src/evidence/markdown.ts';
import { statements } from '../../src/evidence/statements.ts';
import { makePack } from '../bench/packs.ts';
import { copyOf, putTogether, resum, sha256, takeApart } from '../evidence/forge.ts';
import { repacked, repatched } from '../evidence/forgeries/edits.ts';

/** What stands for bytes that are no UTF-8, and is a letter that a name, a criterion or a command may have. */
const REPLACEMENT = '\ufffd';
/** In byte order the second is the last of these; in a canonical form the first is. */
const NAMES = ['\uff01', '\u{1f600}'];

let root: string;
let pack: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'names-'));
  const parts = takeApart(await makePack(join(root, 'packs'), { files: 1, bytes: 100 }));
  const paths = [...NAMES, REPLACEMENT, `folder${REPLACEMENT}/file`];
  repacked(parts, {
    success_criteria: [`says ${REPLACEMENT}`],
    evidence_expectations: paths.map((path) => ({ path, required: true })),
  });
  for (const path of paths) parts.files.set(`expected/${path}`, Buffer.from('x'));
  pack = join(root, 'pack');
  putTogether(parts, pack, { rederive: true });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const errorsOf = async (folder: string): Promise<string[]> =>
  (await verifyPack(folder)).errors.map(({ at, message }) => `${at}: ${message}`);
const copy = (name: string): string => copyOf(pack, join(root, name));
/** A path whose last name is no UTF-8. */
const broken = (folder: string, name: string): Buffer =>
  Buffer.concat([Buffer.from(`${folder}/expected/${name}`), Buffer.from([0xff])]);

/** Puts a byte that is no UTF-8 where the last U+FFFD of a file stands. */
function spoil(file: string): void {
  const text = readFileSync(file, 'latin1');
  const at = text.lastIndexOf('\xef\xbf\xbd');
  if (at < 0) throw new Error(`there is no U+FFFD in ${file}`);
  writeFileSync(file, Buffer.from(`${text.slice(0, at)}\xff${text.slice(at + 3)}`, 'latin1'));
}

/** Makes what stands on the files fit again, sizes and digests, as somebody would who knows all the rules. */
function resealed(folder: string): void {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  for (const file of manifest.files) {
    const bytes = readFileSync(join(folder, file.path));
    Object.assign(file, { size: bytes.length, sha256: sha256(bytes) });
  }
  writeFileSync(join(folder, 'manifest.json'), canonicalText(manifest));
  resum(folder);
}

describe('names and texts in a pack that are read as others', () => {
  it('verifies as it was made', async () => {
    expect(await errorsOf(pack)).toEqual([]);
  });

  it('a file is not hidden by a name that is no UTF-8', async () => {
    const folder = copy('hidden-file');
    writeFileSync(broken(folder, ''), 'hidden');
    expect(await errorsOf(folder)).toEqual([`expected/${REPLACEMENT}: another file has a name that is not UTF-8`]);
  });

  it('a folder is not hidden by a name that is no UTF-8', async () => {
    const folder = copy('hidden-folder');
    mkdirSync(broken(folder, 'folder'));
    writeFileSync(Buffer.concat([broken(folder, 'folder'), Buffer.from('/hidden')]), 'hidden');
    expect(await errorsOf(folder)).toEqual([
      `expected/folder${REPLACEMENT}/file: another file has a name that is not UTF-8`,
    ]);
  });

  it('SHA256SUMS that are no UTF-8 are no second digest of the same pack', async () => {
    const folder = copy('sums');
    spoil(join(folder, 'SHA256SUMS'));
    expect(await errorsOf(folder)).toEqual(['SHA256SUMS: not UTF-8']);
  });

  it('a report.md that is no UTF-8 is not the report, rendered', async () => {
    const folder = copy('rendered');
    spoil(join(folder, 'report.md'));
    resealed(folder);
    expect(await errorsOf(folder)).toEqual(['report.md: is not report.json, rendered']);
  });

  it.each([
    ['one name', '\xff', '\xff'],
    ['two names', '\xfe', '\xff'],
  ])('a patch is not of the file that its bytes are read as: %s', async (_, left, right) => {
    const parts = takeApart(pack);
    repatched(parts, (text) =>
      text
        .replace('a/src/limit.js b/src/limit.js', `a/src/${left} b/src/${right}`)
        .replace('b/src/limit.js', `b/src/${right}`),
    );
    for (const file of parts.report.changed_files ?? []) file.path = `src/${REPLACEMENT}`;
    const folder = join(root, 'patch');
    putTogether(parts, folder, { rederive: true });
    expect(await errorsOf(folder)).toContain('patch.diff:1: a header line is not UTF-8');
  });

  it('a report that lists its digests in byte order is not canonical', async () => {
    const folder = copy('order');
    resealReport(folder, inByteOrder(readFileSync(join(folder, 'report.json'), 'utf8')));
    expect(await errorsOf(folder)).toEqual(['report.json: not in canonical form (RFC 8785)']);
  });
});

function inByteOrder(text: string): string {
  const { artifact_digests: digests } = JSON.parse(text) as Report;
  const list = (names: readonly string[]): string =>
    names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(digests[name])}`).join(',');
  const names = Object.keys(digests);
  const sorted = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const forged = text.replace(list(names), () => list(sorted));
  if (forged === text) throw new Error('byte order changed nothing');
  return forged;
}

function resealReport(folder: string, text: string): void {
  const report = JSON.parse(text) as Report;
  writeFileSync(join(folder, 'report.json'), text);
  writeFileSync(join(folder, 'report.md'), renderReport(report));
  for (const [path, statement] of statements({ report, reportSha256: sha256(text) }))
    writeFileSync(join(folder, path), canonicalText(statement));
  resealed(folder);
}
