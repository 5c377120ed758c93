import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { privateKey, resultCommit, signPack, verifyPack } from '../../src/evidence/index.ts';
import { takeApart } from './forge.ts';
import { keyPair } from './signed-packs.ts';
import { type RealPacks, realPacks } from './real-packs.ts';

/** The shell blocks of the section "Without our tools" in docs/verify.md, in order. */
const guide = readFileSync(join(import.meta.dirname, '../../docs/verify.md'), 'utf8');
const BLOCKS = [...guide.slice(guide.indexOf('## Without our tools')).matchAll(/```sh\n([\s\S]*?)```/g)].map(
  ([, text]) => text ?? '',
);

describe('docs/verify.md', () => {
  let packs: RealPacks;
  beforeAll(async () => {
    packs = await realPacks();
  });
  afterAll(() => packs.here.remove());
  const bash = (block: number, pack: string, more: Record<string, string> = {}): string => {
    let script = (BLOCKS[block] ?? 'false').replaceAll('PACK', pack);
    for (const [word, path] of Object.entries(more)) script = script.replaceAll(word, path);
    return execFileSync('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: packs.here.repo,
      env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  };

  it('has five blocks to run', () => expect(BLOCKS).toHaveLength(5));

  it.each(['pass', 'fail', 'blocked'] as const)(
    'checks the files and the chain of a real pack as it says: %s',
    (base) => {
      expect(bash(0, packs[base])).toMatch(/report\.json: OK/);
      expect(bash(2, packs[base])).toMatch(/run\.completed/);
    },
  );

  it.each(['pass', 'fail'] as const)('makes the recorded tree with git alone: %s', (base) => {
    expect(bash(1, packs[base])).toContain('same tree');
  });

  it('finds a signature good with openssl alone, and one of another pack or key not', async () => {
    const [mine, theirs] = [keyPair(), keyPair()];
    const [key, other] = [join(packs.here.root, 'mine.pem'), join(packs.here.root, 'theirs.pem')];
    writeFileSync(key, mine.publicPem);
    writeFileSync(other, theirs.publicPem);
    const { pack_digest: digest } = await verifyPack(packs.pass);
    if (digest === null) throw new Error('a pack has a digest');
    const signed = { path: packs.pass, runId: takeApart(packs.pass).report.run_id, digest };
    const envelope = signPack(signed, privateKey(mine.privatePem, 'KEY'), null);
    expect(bash(4, packs.pass, { ENVELOPE: envelope, 'PUB.pem': key })).toMatch(/Successfully[^]*SHA256SUMS: OK/);
    expect(() => bash(4, packs.fail, { ENVELOPE: envelope, 'PUB.pem': key })).toThrow(
      /SHA256SUMS: FAILED|did NOT match/,
    );
    expect(() => bash(4, packs.pass, { ENVELOPE: envelope, 'PUB.pem': other })).toThrow('Command failed');
  });

  it('names a commit that git makes with the same id', () => {
    const { report } = takeApart(packs.pass);
    const sums = execFileSync('sha256sum', [join(packs.pass, 'report.json')], { encoding: 'utf8' });
    const commit = resultCommit(report, sums.slice(0, 64));
    if (commit === null) throw new Error('a passing run has a result');
    const { text, id } = commit;
    expect(text).toContain(`\nCountersign-Evidence: sha256:${sums.slice(0, 64)}\n`);
    const made = execFileSync('git', ['hash-object', '-t', 'commit', '--stdin', '-w'], {
      cwd: packs.here.repo,
      input: text,
      encoding: 'utf8',
    });
    expect(made.trim()).toBe(id);
    expect(bash(3, packs.pass).trim()).toBe(id);
  });
});
