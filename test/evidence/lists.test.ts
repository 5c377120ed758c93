import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalText, digestOfBytes, type Manifest, type Report } from '../../src/contracts/index.ts';
import { openReading, type PackContents } from '../../src/evidence/read/index.ts';
import { complete, load } from '../../src/evidence/verify/documents.ts';
import { makePack } from '../bench/packs.ts';

let root: string;
let whole: ReadonlyMap<string, Buffer>;
let contents: PackContents;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'lists-'));
  const reading = await openReading(await makePack(root, { files: 3, bytes: 2000 }));
  ({ whole } = reading);
  contents = await reading.contents();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const text = (member: string): string => whole.get(member)?.toString('utf8') ?? '';

/** How a pack is read whose document has this text, everything else being as it was. */
function reading(member: string, content: string): 'exact' | 'in detail' | 'refused' {
  const loading = load(new Map([...whole, [member, Buffer.from(content)]]));
  const { loaded, errors } = complete(loading, contents);
  if (!loaded) return [...loading.errors, ...errors].length > 0 ? 'refused' : 'exact';
  const exact = member === 'report.json' ? loaded.exact : loaded.list.inexact === null;
  return exact ? 'exact' : 'in detail';
}

const report = (edit: (report: Report) => void): string => {
  const document = JSON.parse(text('report.json')) as Report;
  edit(document);
  return canonicalText(document);
};
const manifest = (edit: (manifest: Manifest) => void): string => {
  const document = JSON.parse(text('manifest.json')) as Manifest;
  edit(document);
  return canonicalText(document);
};
const first = ({ files }: Manifest): Manifest['files'][number] => {
  if (!files[0]) throw new Error('a manifest without files');
  return files[0];
};
const OTHER = digestOfBytes('another');
const FILE = 'backend/logs/000001.log';

describe('a document that lists the files', () => {
  it.each(['report.json', 'manifest.json'])('is taken as it is where it is what the pack makes: %s', (member) => {
    expect(reading(member, text(member))).toBe('exact');
  });

  it.each<[string, (document: Report) => void]>([
    ['another digest of a file', (r) => (r.artifact_digests[FILE] = OTHER)],
    ['a digest of no file', (r) => (r.artifact_digests['backend/logs/more.log'] = OTHER)],
    ['a file without a digest', (r) => delete r.artifact_digests[FILE]],
    ['another digest of its own', (r) => (r.artifact_digests['report.json'] = OTHER)],
    ['another member', (r) => (r.backend_exit_code = 1)],
    ['another list of changes', (r) => (r.changed_files = [])],
    ['a path more', (r) => r.artifact_paths.push('backend/logs/more.log')],
    ['a path less', (r) => r.artifact_paths.pop()],
    ['paths in another order', (r) => (r.artifact_paths = r.artifact_paths.toReversed())],
    ['an extension', (r) => Object.assign(r, { 'x-more': 1 })],
  ])('is read in detail where a report has %s', (_what, edit) => {
    expect(reading('report.json', report(edit))).toBe('in detail');
  });

  it.each<[string, (document: Manifest) => void]>([
    ['another digest', (m) => (first(m).sha256 = '0'.repeat(64))],
    ['another size', (m) => (first(m).size += 1)],
    ['another place', (m) => (first(m).seq = 2)],
    ['another id', (m) => (first(m).evidence_id = 'ev-0000000000000000-1')],
    ['another type', (m) => (first(m).media_type = 'text/plain')],
    ['a file less', (m) => m.files.pop()],
    ['a file twice', (m) => m.files.push(first(m))],
    ['files in another order', (m) => (m.files = m.files.toReversed())],
    ['another run', (m) => (m.run_id = 'run-0000000000000000')],
    ['an extension', (m) => Object.assign(m, { 'x-more': [{ files: [], run_id: m.run_id, schema: m.schema }] })],
  ])('is read in detail where a manifest has %s', (_what, edit) => {
    expect(reading('manifest.json', manifest(edit))).toBe('in detail');
  });

  it.each<[string, string, (content: string) => string]>([
    ['report.json', 'a space', (t) => t.replace(',', ', ')],
    ['report.json', 'a space at its end', (t) => `${t} `],
    ['report.json', 'a member twice', (t) => t.replace('"artifact_paths"', '"artifact_paths":[],"artifact_paths"')],
    ['report.json', 'no list', (t) => t.replace(/"artifact_paths":\[[^\]]*\]/, '"artifact_paths":null')],
    ['report.json', 'a digest that is none', (t) => t.replace(/"sha256:[0-9a-f]+"/, '"sha256:0"')],
    ['manifest.json', 'a space', (t) => t.replace(',', ', ')],
    ['manifest.json', 'a space at its end', (t) => `${t} `],
    ['manifest.json', 'a list twice', (t) => t.replace('{"files"', '{"files":[],"files"')],
    ['manifest.json', 'no list', (t) => t.replace(/\[.*\]/s, 'null')],
    ['manifest.json', 'nulls for files', (t) => t.replace(/\[.*\]/s, '[null]')],
    ['manifest.json', 'a time that is none', (t) => t.replace(/(written_at":"[^"]*)\d{3}Z/, '$1abcZ')],
    ['manifest.json', 'a time that is longer', (t) => t.replace(/(written_at":"[^"]*)Z/, '$10Z')],
    ['manifest.json', 'a member more', (t) => t.replace(/(written_at":"[^"]*")/, '$1,"x":1')],
  ])('is refused where %s has %s', (member, _what, edit) => {
    expect(edit(text(member))).not.toBe(text(member));
    expect(reading(member, edit(text(member)))).toBe('refused');
  });

  it('is refused where the files are not on the allowlist, even if it lists them as they are', () => {
    const path = 'backend/logs/ü.log';
    const [, hash] = [...contents.files].find(([name]) => name === FILE) ?? [];
    if (!hash) throw new Error('no such file');
    const files = new Map([...contents.files].map(([name, is]) => (name === FILE ? [path, is] : [name, is])));
    const listing = text('manifest.json').replace(FILE, path);
    const loading = load(new Map([...whole, ['manifest.json', Buffer.from(listing)]]));
    const { loaded, errors } = complete(loading, { ...contents, files });
    expect(loaded).toBe(null);
    expect(errors.map(({ message }) => message)).toEqual(['the path is not on the allowlist']);
  });
});
