import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finding, type Statement } from '../../src/contracts/index.ts';
import {
  discardPack,
  openPack,
  type PackWriter,
  PackWriteError,
  resultCommit,
  sealPack,
  verifyPack,
} from '../../src/evidence/index.ts';
import { makePack } from '../bench/packs.ts';
import { list, sha256, takeApart } from './forge.ts';

const RUN = 'run-0123456789abcdef';
const NOW = '2026-06-01T12:00:00.000Z';
let out: string;
let pack: PackWriter;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'writer-'));
  pack = openPack(out, RUN, { now: () => NOW });
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

describe('a pack in the making', () => {
  it('is a private folder that nobody takes for a pack', () => {
    expect(statSync(pack.folder).mode & 0o777).toBe(0o700);
    expect(existsSync(join(out, RUN))).toBe(false);
  });

  it('takes no other names than those of the allowlist, and none that sealing makes', () => {
    for (const name of [
      '../x',
      '/etc/passwd',
      'notes.txt',
      'backend/../x',
      'backend/.hidden',
      'expected/a\nb',
      'expected/a\\b',
      'report.json',
      'report.md',
      'manifest.json',
      'SHA256SUMS',
      'statements/provenance.intoto.json',
    ])
      expect(() => pack.path(name)).toThrow(/no member/);
    expect(pack.path('expected/build output/ü.txt').startsWith(pack.folder)).toBe(true);
  });

  it('takes no document that its contract refuses, and none twice', () => {
    expect(() => pack.writeJson('approvals.json', { schema: 'countersign/approvals/v1' })).toThrow(
      /breaks its contract/,
    );
    pack.writeFile('backend/stdout.log', 'x');
    expect(() => pack.writeFile('backend/stdout.log', 'y')).toThrow(PackWriteError);
  });

  it('takes no telemetry', () => {
    for (const data of [
      { duration_ms: 1 },
      { inner: { tokens: 2 } },
      { list: [{ hostName: 'x' }] },
      { costUsd: 1 },
      { elapsed: 1 },
    ])
      expect(() => pack.trace('engine.ended', data)).toThrow(/telemetry/);
    pack.trace('engine.ended', { termination: 'exited', message: 'the hostname is in no key' });
  });

  it('names codes in events from the findings so far', () => {
    pack.event('run.started', {
      case_id: 'abc',
      backend: 'fake',
      mutation_mode: null,
      packet_digest: `sha256:${'0'.repeat(64)}` as never,
    });
    expect(() => pack.event('run.started', { case_id: 'UPPER' } as never)).toThrow(/breaks its contract/);
  });

  it('counts the same finding once', () => {
    for (let n = 0; n < 2; n++) pack.finding(finding('no_diff', 'nothing', 'patch.diff'));
    expect(pack.findings).toHaveLength(1);
  });

  it('is gone after it was discarded', () => {
    pack.writeFile('backend/stdout.log', 'x');
    discardPack(pack);
    expect(readdirSync(out)).toEqual([]);
  });

  it('is never begun where a pack of the run lies, or another writer is at it', () => {
    expect(() => openPack(out, RUN, { now: () => NOW })).toThrow(/is there already/);
    mkdirSync(join(out, 'run-1111111111111111'));
    expect(() => openPack(out, 'run-1111111111111111', { now: () => NOW })).toThrow(/is there already/);
  });

  it('names the path that cannot be written', () => {
    writeFileSync(join(out, 'file'), '');
    expect(() => openPack(join(out, 'file'), RUN, { now: () => NOW })).toThrow(PackWriteError);
    writeFileSync(join(pack.folder, 'backend'), '');
    expect(() => pack.path('backend/stdout.log')).toThrow(/backend\/stdout.log cannot be written/);
  });

  it('keeps telemetry beside it, and never fails for it', async () => {
    pack.telemetry('timings.json', '{}');
    expect(readdirSync(`${join(out, RUN)}.telemetry`)).toEqual(['timings.json']);
    writeFileSync(`${join(out, 'run-2222222222222222')}.telemetry`, 'in the way');
    const other = openPack(out, 'run-2222222222222222', { now: () => NOW });
    expect(() => other.telemetry('timings.json', '{}')).not.toThrow();
  });

  it('cannot be sealed without its documents', async () => {
    await expect(sealPack(pack, { changedFiles: null })).rejects.toThrow(/cannot be read back|never written/);
    expect(existsSync(join(out, RUN))).toBe(false);
  });
});

describe('a sealed pack', () => {
  it('is the same, byte for byte, from the same inputs, and its clock may stand still', async () => {
    const packs = [
      await makePack(join(out, 'a'), { files: 2, bytes: 10 }),
      await makePack(join(out, 'b'), { files: 2, bytes: 10 }),
    ];
    const sums = packs.map((path) => readFileSync(join(path, 'SHA256SUMS'), 'utf8'));
    expect(sums[0]).toBe(sums[1]);
    expect((await verifyPack(packs[0] ?? '')).ok).toBe(true);
  });

  it('covers every file: the manifest all but itself and the sums, the sums all but themselves, the report what was before it', async () => {
    const path = await makePack(join(out, 'a'), { files: 1, bytes: 10 });
    const { report, manifest } = takeApart(path);
    const all = list(path);
    expect(manifest.files.map((f) => f.path)).toEqual(all.filter((p) => !['manifest.json', 'SHA256SUMS'].includes(p)));
    expect(report.artifact_paths).toEqual(all);
    const sealed = /^(?:report\.|manifest|SHA256SUMS|statements\/)/;
    expect(Object.keys(report.artifact_digests).toSorted()).toEqual(
      [...all.filter((p) => !sealed.test(p)), 'report.json'].toSorted(),
    );
  });

  it('says that a file was older than the run, and fails for it', async () => {
    // The writer of a real pack, with one file that somebody left there from an earlier run.
    const stale = await makePack(join(out, 'a'), {
      files: 1,
      bytes: 10,
      before: (folder) => utimesSync(join(folder, 'backend/logs/000000.log'), 1, 1),
    }).catch((error: Error) => error.message);
    expect(stale).toMatch(/evidence_stale/);
  });

  it('has statements about a commit that git knows by the same id', async () => {
    const path = await makePack(join(out, 'a'), { files: 1, bytes: 10 });
    const { report } = takeApart(path);
    const commit = resultCommit(report, sha256(readFileSync(join(path, 'report.json'))));
    if (commit === null) throw new Error('the pack has a result');
    const id = execFileSync('git', ['hash-object', '-t', 'commit', '--stdin', '--literally'], { input: commit.text })
      .toString()
      .trim();
    expect(commit.id).toBe(id);
    const statement = JSON.parse(readFileSync(join(path, 'statements/test-result.intoto.json'), 'utf8')) as Statement;
    expect(statement.subject).toEqual([
      { name: 'result commit', digest: { gitCommit: id } },
      { name: 'result tree', digest: { gitTree: report.result_tree } },
    ]);
    const summary = JSON.parse(
      readFileSync(join(path, 'statements/verification-summary.intoto.json'), 'utf8'),
    ) as Statement;
    for (const { name, digest } of summary.subject)
      expect(digest.sha256).toBe(sha256(readFileSync(join(path, name ?? ''))));
  });
});
