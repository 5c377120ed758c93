import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { terminal } from '../../src/cli/output.ts';
import { runProgram } from '../../src/cli/program.ts';
import { keyPair, lay, type SignedPacks, signedPacks, WORKFLOW } from '../evidence/signed-packs.ts';

let packs: SignedPacks;
const mine = keyPair();
const at = (name: string): string => join(packs.here.root, name);
beforeAll(async () => {
  packs = await signedPacks();
  writeFileSync(at('key.pem'), mine.privatePem);
  writeFileSync(at('pub.pem'), mine.publicPem);
  writeFileSync(at('other.pem'), keyPair().publicPem);
});
afterAll(() => packs.here.remove());
afterEach(() => {
  delete process.env.COUNTERSIGN_SIGNING_KEY;
  lay(packs.local, {});
});

const stream = (write: (text: string) => void) => ({ isTTY: false, write }) as unknown as NodeJS.WriteStream;
async function countersign(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  const to = (name: keyof typeof said) => stream((text) => void (said[name] += text));
  const status = await runProgram(args, terminal(to('stdout'), to('stderr'), false));
  return { status, ...said };
}
const json = async (...args: string[]): Promise<{ status: number; ok: boolean; errors: { at: string }[] }> => {
  const { status, stdout } = await countersign(...args, '--json');
  return { ...(JSON.parse(stdout) as { ok: boolean; errors: { at: string }[] }), status };
};

describe('countersign sign', () => {
  it('signs with a key in a file, and verify --key says so', async () => {
    const signed = await json('sign', packs.local.path, '--key', at('key.pem'), '--expect', packs.local.digest);
    expect(signed).toMatchObject({ status: 0, ok: true, pack_digest: packs.local.digest, errors: [] });
    const verified = await countersign('verify', packs.local.path, '--key', at('pub.pem'));
    expect([verified.status, verified.stderr]).toEqual([0, '']);
    expect(verified.stdout).toMatch(
      /^verified sha256:[0-9a-f]{64}\nsigned by sha256:[0-9a-f]{64} run-.*\.dsse\.json\n$/,
    );
    expect(await json('verify', packs.local.path, '--key', at('other.pem'))).toMatchObject({ status: 1, ok: false });
  });

  it('signs with a key in the environment', async () => {
    process.env.COUNTERSIGN_SIGNING_KEY = mine.privatePem;
    expect(await json('sign', packs.local.path)).toMatchObject({ status: 0, ok: true });
    expect(await json('verify', packs.local.path, '--key', at('pub.pem'))).toMatchObject({ status: 0, ok: true });
    expect(await json('sign', packs.local.path, '--key', at('key.pem'))).toMatchObject({
      status: 3,
      errors: [{ at: '--key' }],
    });
  });

  it('takes no key on the command line, and repeats none', async () => {
    const { status, stdout, stderr } = await countersign('sign', packs.local.path, '--key', mine.privatePem);
    expect(status).toBe(3);
    expect(stdout + stderr).not.toContain(mine.privatePem.split('\n')[1]);
    expect(stderr).toMatch(/takes the name of a file/);
  });

  it('signs nothing that does not verify, and no other pack than the one that is expected', async () => {
    const copy = at('copy');
    execFileSync('cp', ['-r', packs.local.path, copy]);
    writeFileSync(join(copy, 'patch.diff'), `${readFileSync(join(copy, 'patch.diff'), 'utf8')}\n`);
    for (const args of [[copy], [packs.local.path, '--expect', packs.hosted.digest]])
      expect(await json('sign', ...args, '--key', at('key.pem'), '--signatures', at('none'))).toMatchObject({
        status: 1,
        ok: false,
      });
    expect(() => readFileSync(at('none'))).toThrow(/ENOENT/);
  });

  it.each<[string, string[], string]>([
    ['no key', [], '--key'],
    ['no such key', ['--key', '/no/such.pem'], '/no/such.pem'],
    ['a digest that is none', ['--expect', 'sha256:x'], '--expect'],
  ])('refuses %s', async (_, args, place) => {
    expect(await json('sign', packs.local.path, ...args)).toMatchObject({ status: 3, errors: [{ at: place }] });
  });
});

describe('countersign verify', () => {
  it.each<[string, string[], string]>([
    ['--issuer alone', ['--issuer', 'https://x.example'], '--issuer'],
    ['--trusted-root alone', ['--trusted-root', 'x.json'], '--trusted-root'],
    ['--signatures alone', ['--signatures', '.'], '--signatures'],
    ['--issuer with a key alone', ['--key', 'PUB', '--issuer', 'https://x.example'], '--issuer'],
    ['an identity that is a pattern', ['--identity', '.*'], '--identity'],
    ['an issuer that is none', ['--identity', WORKFLOW, '--issuer', 'x'], '--issuer'],
    ['a trusted root that is not there', ['--identity', WORKFLOW, '--trusted-root', '/no/such.json'], '/no/such.json'],
    ['a trusted root that is none', ['--identity', WORKFLOW, '--trusted-root', 'PUB'], '--trusted-root'],
    ['a key that is none', ['--key', 'PACKET'], 'PACKET'],
    ['a private key', ['--key', 'KEY'], 'KEY'],
  ])('refuses %s', async (_, args, place) => {
    const files = { PUB: at('pub.pem'), KEY: at('key.pem'), PACKET: at('packet.md') };
    const named = (text: string): string => files[text as keyof typeof files] ?? text;
    expect(await json('verify', packs.local.path, ...args.map(named))).toMatchObject({
      status: 3,
      ok: false,
      errors: [{ at: named(place) }],
    });
  });

  it('fails where a signature is asked for and there is none, of a key or of an identity', async () => {
    for (const args of [
      ['--key', at('pub.pem')],
      ['--identity', WORKFLOW],
      ['--key', at('pub.pem'), '--identity', WORKFLOW],
    ])
      expect(await json('verify', packs.local.path, ...args)).toMatchObject({ status: 1, ok: false, signatures: [] });
    expect(await json('verify', packs.local.path)).toMatchObject({ status: 0, ok: true, signatures: [] });
  });

  it('pins the repository', async () => {
    expect(await json('verify', packs.hosted.path, '--repository', 'acme/sum')).toMatchObject({ status: 0, ok: true });
    for (const [pack, repository] of [
      [packs.hosted.path, 'acme/other'],
      [packs.local.path, 'acme/sum'],
    ] as const)
      expect(await json('verify', pack, '--repository', repository)).toMatchObject({
        status: 1,
        errors: [{ at: 'decision.json#/facts/repository_name' }],
      });
  });
});
