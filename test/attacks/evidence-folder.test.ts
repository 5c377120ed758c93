import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyPack } from '../../src/evidence/index.ts';
import { makePack } from '../bench/packs.ts';
import { copyOf, resum } from '../evidence/forge.ts';

let root: string;
let pack: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'storage-'));
  pack = await makePack(join(root, 'packs'), { files: 3, bytes: 2000 });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const codes = async (path: string): Promise<string[]> => [
  ...new Set((await verifyPack(path)).errors.map((e) => e.code)),
];
/** Every discrepancy as a line; empty where there is none. */
const discrepancies = async (path: string): Promise<string> => {
  const { ok, errors } = await verifyPack(path);
  if (ok !== (errors.length === 0)) throw new Error('the verdict does not fit the errors');
  return errors.map((e) => `${e.at}: ${e.message}`).join('\n');
};
describe('a pack in a folder', () => {
  const REPORT = 'report.json';
  it('is accepted, and sha256sum agrees', async () => {
    expect((await verifyPack(pack)).errors).toEqual([]);
    expect(() => execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], { cwd: pack })).not.toThrow();
  });

  it.each<[string, (folder: string) => void, string[]]>([
    ['a flipped byte in a log', (f) => flip(join(f, 'backend/logs/000001.log'), 100), ['evidence_invalid']],
    ['a flipped byte in the report', (f) => flip(join(f, REPORT), 40), ['evidence_invalid']],
    ['a file gone', (f) => rmSync(join(f, 'backend/logs/000001.log')), ['evidence_invalid', 'evidence_missing']],
    ['a required file gone', (f) => rmSync(join(f, 'decision.json')), ['evidence_missing']],
    ['the sums gone', (f) => rmSync(join(f, 'SHA256SUMS')), ['evidence_missing']],
    ['the manifest gone', (f) => rmSync(join(f, 'manifest.json')), ['evidence_missing']],
    ['an extra file', (f) => writeFileSync(join(f, 'backend/more.log'), 'x'), ['evidence_invalid']],
    [
      'an extra file in the sums',
      (f) => {
        writeFileSync(join(f, 'backend/more.log'), 'x');
        resum(f);
      },
      ['evidence_invalid'],
    ],
    ['an empty folder', (f) => mkdirSync(join(f, 'backend/empty')), ['evidence_invalid']],
    ['a truncated file', (f) => truncateSync(join(f, 'backend/logs/000001.log'), 7), ['evidence_invalid']],
    ['a truncated chain', (f) => truncateSync(join(f, 'events.normalized.jsonl'), 700), ['evidence_invalid']],
    ['a file with more at its end', (f) => appendFileSync(join(f, 'packet.json'), '\n'), ['evidence_invalid']],
    [
      'a link in place of a file',
      (f) => {
        rmSync(join(f, REPORT));
        symlinkSync(join(pack, REPORT), join(f, REPORT));
      },
      ['evidence_invalid', 'evidence_missing'],
    ],
    [
      'a link in place of a folder',
      (f) => {
        rmSync(join(f, 'backend'), { recursive: true });
        symlinkSync(join(pack, 'backend'), join(f, 'backend'));
      },
      ['evidence_invalid', 'evidence_missing'],
    ],
    ['a fifo', (f) => execFileSync('mkfifo', [join(f, 'backend/pipe')]), ['evidence_invalid']],
    [
      'a fifo in place of the manifest',
      (f) => {
        rmSync(join(f, 'manifest.json'));
        execFileSync('mkfifo', [join(f, 'manifest.json')]);
      },
      ['evidence_invalid', 'evidence_missing'],
    ],
    [
      'a folder in place of the report',
      (f) => {
        rmSync(join(f, REPORT));
        mkdirSync(join(f, REPORT));
      },
      ['evidence_invalid', 'evidence_missing'],
    ],
    ['two files exchanged', (f) => swap(join(f, 'approvals.json'), join(f, 'admissions.json')), ['evidence_invalid']],
    [
      'a duplicate key',
      (f) => {
        edit(join(f, REPORT), (t) => t.replace('{', '{"status":"pass",'));
        resum(f);
      },
      ['evidence_invalid'],
    ],
    [
      'a document in another order',
      (f) => {
        edit(join(f, 'approvals.json'), () => '{"schema":"countersign/approvals/v1","approvals":[]}');
        resum(f);
      },
      ['evidence_invalid'],
    ],
    [
      'a byte order mark',
      (f) => {
        edit(join(f, REPORT), (t) => `\ufeff${t}`);
        resum(f);
      },
      ['evidence_invalid'],
    ],
    [
      'a document of another version',
      (f) => {
        edit(join(f, REPORT), (t) => t.replace('report/v1', 'report/v2'));
        resum(f);
      },
      ['evidence_invalid'],
    ],
    [
      'a prototype key',
      (f) => {
        edit(join(f, REPORT), (t) => t.replace('{', '{"__proto__":{"status":"pass"},'));
        resum(f);
      },
      ['evidence_invalid'],
    ],
    [
      'a document of endless depth',
      (f) => {
        edit(join(f, REPORT), (t) => t.replace(/}$/, `,"x-deep":${'['.repeat(1e5)}${']'.repeat(1e5)}}`));
        resum(f);
      },
      ['evidence_invalid'],
    ],
  ])('is refused with %s', async (_what, spoil, expected) => {
    const folder = copyOf(pack, join(root, 'spoiled'));
    spoil(folder);
    expect((await codes(folder)).toSorted()).toEqual(expected);
  });

  it.each<[string, (sums: string) => string]>([
    ['lines in another order', (t) => t.split('\n').slice(0, -1).toReversed().join('\n').concat('\n')],
    ['a line twice', (t) => t.replace(/^(.*\n)/, '$1$1')],
    ['a binary marker', (t) => t.replace('  admissions', ' *admissions')],
    ['upper case', (t) => t.replace(/^[0-9a-f]{64}/, (hex) => hex.toUpperCase())],
    ['CRLF', (t) => t.replaceAll('\n', '\r\n')],
    ['no end of line', (t) => t.slice(0, -1)],
    ['a comment', (t) => `# sums\n${t}`],
    ['a path outside', (t) => `${t.slice(0, 64)}  ../outside\n${t}`],
    ['itself', (t) => `${t.slice(0, 64)}  SHA256SUMS\n${t}`],
    ['an empty line', (t) => `${t}\n`],
    ['nothing', () => ''],
  ])('is refused where SHA256SUMS has %s', async (_what, change) => {
    const folder = copyOf(pack, join(root, 'spoiled'));
    edit(join(folder, 'SHA256SUMS'), change);
    expect(await discrepancies(folder)).toMatch(/^SHA256SUMS|listed/m);
  });

  it('takes hard links for the files that they are, and never follows a link out', async () => {
    const folder = copyOf(pack, join(root, 'spoiled'));
    rmSync(join(folder, 'packet.json'));
    linkSync(join(pack, 'packet.json'), join(folder, 'packet.json'));
    expect(await codes(folder)).toEqual([]);
  });

  it('is a usage error where there is none', async () => {
    await expect(verifyPack(join(root, 'nowhere'))).rejects.toMatchObject({ name: 'UserError' });
    await expect(verifyPack('/dev/null')).rejects.toMatchObject({ name: 'UserError' });
  });
});

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
const edit = (path: string, change: (text: string) => string): void =>
  writeFileSync(path, change(readFileSync(path, 'utf8')));
function swap(a: string, b: string): void {
  renameSync(a, `${a}.x`);
  renameSync(b, a);
  renameSync(`${a}.x`, b);
}
