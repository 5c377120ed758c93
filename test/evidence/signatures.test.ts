import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { validateSignature } from '../../src/contracts/index.ts';
import { identityOf, privateKey, publicKey, signPack } from '../../src/evidence/index.ts';
import { rootVerifiers } from '../../src/evidence/signatures/sigstore.ts';
import {
  check,
  CLAIMS,
  ISSUER,
  keyPair,
  lay,
  type Pack,
  type SignedPacks,
  signedPacks,
  statementOf,
  WORKFLOW,
} from './signed-packs.ts';
import { type Instance, sigstoreInstance } from './sigstore-instance.ts';

let packs: SignedPacks;
let sigstore: Instance;
let root: string;
beforeAll(async () => {
  packs = await signedPacks();
  sigstore = await sigstoreInstance();
  root = JSON.stringify(sigstore.trustedRoot);
});
afterAll(() => {
  sigstore.close();
  packs.here.remove();
});
beforeEach(() => {
  lay(packs.local, {});
  lay(packs.hosted, {});
});

const sign = (pack: Pack, pem: string, folder: string | null = null): string =>
  signPack({ ...pack, digest: pack.digest as never }, privateKey(pem, 'KEY'), folder);

const signed = async (pack: Pack, claims = CLAIMS): Promise<void> =>
  lay(pack, { 'attest.sigstore.json': await sigstore.sign(JSON.stringify(statementOf(pack)), claims) });

describe('an ed25519 signature', () => {
  it('is an envelope of its contract, holds, and is the same again for the same key', async () => {
    const { privatePem, publicPem } = keyPair();
    const key = publicKey(publicPem, 'PUB');
    const file = sign(packs.local, privatePem);
    const text = readFileSync(file, 'utf8');
    expect(validateSignature(JSON.parse(text))).toMatchObject({ ok: true });
    const payload = Buffer.from((JSON.parse(text) as { payload: string }).payload, 'base64').toString('utf8');
    expect(JSON.parse(payload)).toEqual(statementOf(packs.local));
    expect(await check(packs.local, { keys: [key] })).toMatchObject({
      ok: true,
      errors: [],
      signatures: [{ file: `${packs.local.runId}.signatures/ed25519-${key.id.slice(7, 23)}.dsse.json`, by: key.id }],
    });
    expect(sign(packs.local, privatePem)).toBe(file);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(readdirSync(packs.local.folder)).toHaveLength(1);
  });

  it('is asked of every key that is named', async () => {
    const [one, two] = [keyPair(), keyPair()];
    const keys = [publicKey(one.publicPem, 'ONE'), publicKey(two.publicPem, 'TWO')];
    sign(packs.local, one.privatePem);
    expect((await check(packs.local, { keys })).errors.map(({ message }) => message)).toEqual([
      `there is no signature of this pack by ${keys[1]?.id}`,
    ]);
    sign(packs.local, two.privatePem);
    expect(await check(packs.local, { keys })).toMatchObject({ ok: true });
  });

  it('is found beside an archive, and in a folder that is named', async () => {
    const { privatePem, publicPem } = keyPair();
    const archive = join(packs.here.root, 'downloaded.tar');
    execFileSync('tar', ['-cf', archive, '-C', packs.local.path, '.']);
    const elsewhere = join(packs.here.root, 'elsewhere');
    sign(packs.local, privatePem, elsewhere);
    const keys = [publicKey(publicPem, 'PUB')];
    expect(await check({ ...packs.local, path: archive }, { keys, folder: elsewhere })).toMatchObject({ ok: true });
    expect(await check({ ...packs.local, path: archive }, { keys })).toMatchObject({ ok: false });
    renameSync(elsewhere, join(packs.here.root, `${packs.local.runId}.signatures`));
    expect(await check({ ...packs.local, path: archive }, { keys })).toMatchObject({ ok: true });
  });

  it('is of a key that openssl makes, and openssl alone finds it good', () => {
    const at = (name: string): string => join(packs.here.root, name);
    execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', at('key.pem')]);
    execFileSync('openssl', ['pkey', '-in', at('key.pem'), '-pubout', '-out', at('pub.pem')]);
    const file = sign(packs.local, readFileSync(at('key.pem'), 'utf8'));
    const { payload, signatures } = JSON.parse(readFileSync(file, 'utf8')) as {
      payload: string;
      signatures: { sig: string; keyid: string }[];
    };
    const body = Buffer.from(payload, 'base64');
    // DSSE's pre-authentication encoding, written out.
    writeFileSync(at('pae'), `DSSEv1 28 application/vnd.in-toto+json ${body.length} ${body.toString('utf8')}`);
    writeFileSync(at('sig'), Buffer.from(signatures[0]?.sig ?? '', 'base64'));
    const verify = ['pkeyutl', '-verify', '-pubin', '-inkey', at('pub.pem'), '-rawin', '-in', at('pae')];
    expect(execFileSync('openssl', [...verify, '-sigfile', at('sig')], { encoding: 'utf8' })).toMatch(/Verified/);
    const der = execFileSync('openssl', ['pkey', '-pubin', '-in', at('pub.pem'), '-outform', 'DER']);
    writeFileSync(at('der'), der);
    const sum = execFileSync('sha256sum', [at('der')], { encoding: 'utf8' }).slice(0, 64);
    expect(signatures[0]?.keyid).toBe(`sha256:${sum}`);
  });

  it.each([
    ['an RSA key', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']],
    ['a P-256 key', ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']],
    ['an X25519 key', ['genpkey', '-algorithm', 'X25519']],
    ['an encrypted key', ['genpkey', '-algorithm', 'ed25519', '-aes-256-cbc', '-pass', 'pass:x']],
  ])('is made with no other key: %s', (_, args) => {
    const pem = execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    expect(() => privateKey(pem, 'KEY.pem')).toThrow('KEY.pem holds no ed25519 private key in PEM');
  });

  it('is checked with a public key, never a private one, and errors repeat nothing of a key', () => {
    const { privatePem, publicPem } = keyPair();
    expect(() => publicKey(privatePem, 'KEY.pem')).toThrow('KEY.pem holds no ed25519 public key in PEM');
    expect(() => privateKey(publicPem, 'PUB.pem')).toThrow('PUB.pem holds no ed25519 private key in PEM');
    expect(() => privateKey(privatePem.replace('MC4CAQ', 'AAAA'), 'KEY.pem')).toThrow(/^KEY.pem holds no/);
  });

  it('cannot be put where a file or nothing writable is', () => {
    const { privatePem } = keyPair();
    const place = join(packs.here.root, 'a-file');
    writeFileSync(place, '');
    expect(() => sign(packs.local, privatePem, place)).toThrow('the signature cannot be written: EEXIST');
    const link = join(packs.here.root, 'a-link');
    symlinkSync(packs.here.repo, link);
    expect(() => sign(packs.local, privatePem, link)).toThrow('the signature cannot be written: ENOTDIR');
  });
});

describe('a Sigstore bundle', () => {
  const identity = identityOf(WORKFLOW);

  it('holds where workflow, repository, branch and run are those of the pack', async () => {
    await signed(packs.hosted);
    expect(await check(packs.hosted, { identity, trustedRoot: root })).toMatchObject({
      ok: true,
      errors: [],
      signatures: [{ by: `https://github.com/${WORKFLOW}` }],
    });
  });

  it('holds beside an ed25519 signature, each asked for or not', async () => {
    const { privatePem, publicPem } = keyPair();
    const keys = [publicKey(publicPem, 'PUB')];
    await signed(packs.hosted);
    sign(packs.hosted, privatePem);
    for (const signers of [{ keys }, { identity, trustedRoot: root }, { keys, identity, trustedRoot: root }])
      expect(await check(packs.hosted, signers)).toMatchObject({ ok: true });
  });

  it('holds for a person, wherever the pack was made', async () => {
    const mona = {
      sub: 'mona@example.com',
      email: 'mona@example.com',
      email_verified: true,
      iss: 'https://accounts.google.com',
    };
    for (const pack of [packs.local, packs.hosted]) {
      await signed(pack, mona);
      expect(await check(pack, { identity: identityOf(mona.sub, mona.iss), trustedRoot: root })).toMatchObject({
        ok: true,
      });
    }
  });

  it('holds for a pack of a laptop only where the workflow is of the repository that ran it', async () => {
    const own = { ...CLAIMS, sub: 'https://github.com/acme/sum/.github/workflows/ci.yml@refs/heads/main' };
    await signed(packs.local, own);
    expect(await check(packs.local, { identity: identityOf(own.sub), trustedRoot: root })).toMatchObject({ ok: true });
    await signed(packs.local);
    expect(await check(packs.local, { identity, trustedRoot: root })).toMatchObject({
      ok: false,
      errors: [
        { message: expect.stringMatching(/^there is no signature of this pack by/) },
        { message: expect.stringMatching(/^signed in a run of https:\/\/github.com\/acme\/sum, the pack is of/) },
      ],
    });
  });

  it('holds without logs where the instance has none, as long as an authority says when', async () => {
    const bare = await sigstoreInstance({ logs: false });
    const statement = JSON.stringify(statementOf(packs.hosted));
    lay(packs.hosted, { 'a.sigstore.json': await bare.sign(statement, CLAIMS, { witnesses: ['tsa'] }) });
    const trustedRoot = JSON.stringify(bare.trustedRoot);
    expect(await check(packs.hosted, { identity, trustedRoot })).toMatchObject({ ok: true });
    // As `gh attestation trusted-root` prints them: a line for each.
    expect(await check(packs.hosted, { identity, trustedRoot: `${root}\n${trustedRoot}\n` })).toMatchObject({
      ok: true,
    });
    expect(await check(packs.hosted, { identity, trustedRoot: root })).toMatchObject({ ok: false });
    lay(packs.hosted, { 'a.sigstore.json': await bare.sign(statement, CLAIMS, { witnesses: [] }) });
    expect((await check(packs.hosted, { identity, trustedRoot })).errors[1]?.message).toMatch(/timestamps/);
    bare.close();
  });

  it('is held against the public instance where no root is named', async () => {
    expect(rootVerifiers(null, '')).toHaveLength(1);
    await signed(packs.hosted);
    const { errors } = await check(packs.hosted, { identity });
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('there is no signature'),
      expect.stringContaining('Failed to verify certificate chain'),
    ]);
  });

  it.each(['', '{}', '[]', 'nothing', '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}'])(
    'needs a trusted root that is one, which this is not: %j',
    async (trustedRoot) => {
      await expect(check(packs.hosted, { identity, trustedRoot })).rejects.toMatchObject({
        name: 'UserError',
        errors: [{ at: '--trusted-root' }],
      });
    },
  );

  it('takes an identity in short or whole, and nothing that would match more than one', () => {
    expect(identityOf(WORKFLOW)).toEqual({ name: `https://github.com/${WORKFLOW}`, issuer: ISSUER });
    expect(identityOf(`https://github.com/${WORKFLOW}`)).toEqual(identityOf(WORKFLOW));
    for (const name of ['', 'acme/sum', 'https://github.com/acme/sum', 'acme/sum/.github/workflows/x.yml', '.*'])
      expect(() => identityOf(name)).toThrow('names no signer');
    expect(() => identityOf(WORKFLOW, 'github')).toThrow('is no address');
  });
});
