import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { identityOf, publicKey } from '../../src/evidence/index.ts';
import {
  check,
  CLAIMS,
  ISSUER,
  keyPair,
  lay,
  type SignedPacks,
  signedPacks,
  statementOf,
  WORKFLOW,
} from '../evidence/signed-packs.ts';
import { type Bundle, type Claims, type Instance, sigstoreInstance } from '../evidence/sigstore-instance.ts';

let packs: SignedPacks;
beforeAll(async () => {
  packs = await signedPacks();
});
afterAll(() => packs.here.remove());

const TYPE = 'application/vnd.in-toto+json';
const base64 = (bytes: string | Buffer): string => Buffer.from(bytes).toString('base64');

const good = (): string => JSON.stringify(statementOf(packs.hosted));

const entry = (bundle: Bundle): Record<string, unknown> => bundle.verificationMaterial.tlogEntries[0] ?? {};
const flipped = (text: string): string =>
  base64(Buffer.from(Buffer.from(text, 'base64').map((byte, at) => (at === 20 ? byte ^ 1 : byte))));

describe('a Sigstore bundle that is none of this pack', () => {
  const identity = identityOf(WORKFLOW);
  let sigstore: Instance;
  let foreign: Instance;
  let late: Instance;
  beforeAll(async () => {
    [sigstore, foreign, late] = await Promise.all([
      sigstoreInstance(),
      sigstoreInstance(),
      sigstoreInstance({ certifies: new Date(Date.now() - 3_600_000) }),
    ]);
  });
  afterAll(() => {
    for (const instance of [sigstore, foreign, late]) instance.close();
  });

  const said = async (more: Partial<Claims>, payload = good()): Promise<Bundle> =>
    await sigstore.sign(payload, { ...CLAIMS, ...more } as Claims);
  const plain = async (): Promise<Bundle> => await said({});
  const edited = async (edit: (bundle: Bundle) => void): Promise<Bundle> => {
    const bundle = await plain();
    edit(bundle);
    return bundle;
  };

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'by another workflow',
      () => said({ sub: `https://github.com/${WORKFLOW.replace('packet', 'other')}` }),
      /signed by .*other\.yml/,
    ],
    [
      'by the workflow at another ref',
      () => said({ sub: `https://github.com/${WORKFLOW.replace('v1', 'v2')}` }),
      /signed by .*v2/,
    ],
    [
      'by one whose name only holds the workflow',
      () => said({ sub: `https://evil.example/https://github.com/${WORKFLOW}` }),
      /signed by https:\/\/evil/,
    ],
    ['by one whose name goes on', () => said({ sub: `https://github.com/${WORKFLOW}-evil` }), /signed by .*-evil/],
    [
      'vouched for by another issuer',
      () => said({ iss: 'https://token.evil.example' }),
      /vouched for by https:\/\/token\.evil/,
    ],
    ['vouched for by a longer issuer', () => said({ iss: `${ISSUER}.evil.example` }), /vouched for by/],
    [
      'from a repository that calls the same workflow',
      () => said({ repository: 'mallory/sum' }),
      /signed in a run of .*mallory/,
    ],
    [
      'from a repository whose name begins so',
      () => said({ repository: 'acme/summary' }),
      /signed in a run of .*summary/,
    ],
    ['from another branch', () => said({ ref: 'refs/heads/evil' }), /signed on refs\/heads\/evil/],
    ['from a pull request', () => said({ ref: 'refs/pull/7/merge' }), /signed on refs\/pull/],
    ['from another run', () => said({ run_id: '47110' }), /signed in .*47110/],
    ['of another pack', () => said({}, JSON.stringify(statementOf(packs.local))), /is not the statement/],
    [
      'of another digest',
      () => said({}, JSON.stringify(statementOf({ runId: packs.hosted.runId, digest: packs.local.digest }))),
      /is not the statement/,
    ],
    [
      'with more to believe',
      () => said({}, JSON.stringify({ ...statementOf(packs.hosted), predicate: { ok: true } })),
      /is not the statement/,
    ],
    [
      'of another payload type',
      () => sigstore.sign(good(), CLAIMS, { type: 'text/plain' }),
      /payload is of type text\/plain/,
    ],
    [
      'with its payload type swapped',
      async () => {
        const bundle = await sigstore.sign(good(), CLAIMS, { type: 'text/plain' });
        return { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payloadType: TYPE } };
      },
      /signature verification failed/,
    ],
    [
      'with its payload swapped',
      () => edited((b) => (b.dsseEnvelope.payload = base64(JSON.stringify(statementOf(packs.local))))),
      /hash mismatch|verification failed/,
    ],
    [
      'with its signature changed',
      () =>
        edited(
          ({
            dsseEnvelope: {
              signatures: [by],
            },
          }) => by && (by.sig = flipped(by.sig)),
        ),
      /signature mismatch|verification failed/,
    ],
    [
      'with a second signature',
      () => edited(({ dsseEnvelope: { signatures } }) => signatures.push({ ...signatures[0], sig: 'AAAA', keyid: '' })),
      /invalid bundle/,
    ],
    ['unsigned', () => edited((b) => (b.dsseEnvelope.signatures = [])), /invalid bundle/],
    [
      'signed with a key, without a certificate',
      () =>
        edited((b) => {
          delete b.verificationMaterial.certificate;
          b.verificationMaterial.publicKey = { hint: 'mine' };
        }),
      /names nobody/,
    ],
    ['without certificate and key', () => edited((b) => delete b.verificationMaterial.certificate), /invalid bundle/],
    [
      'with the certificate of another bundle',
      async () => {
        const [bundle, theirs] = [await plain(), await plain()];
        bundle.verificationMaterial.certificate = theirs.verificationMaterial.certificate;
        return bundle;
      },
      /signature verification failed/,
    ],
    ['in no log', () => edited((b) => (b.verificationMaterial.tlogEntries = [])), /timestamps|tlog entries/],
    ['in no log, with a time stamp', () => sigstore.sign(good(), CLAIMS, { witnesses: ['tsa'] }), /tlog entries/],
    [
      'with the log entry of another bundle',
      async () => {
        const [bundle, theirs] = [await plain(), await plain()];
        bundle.verificationMaterial.tlogEntries = theirs.verificationMaterial.tlogEntries;
        return bundle;
      },
      /tlog entry signature mismatch/,
    ],
    [
      'with a log entry that says another time',
      () => edited((b) => (entry(b).integratedTime = '1')),
      /certificate chain/,
    ],
    [
      'with a log entry a second later',
      () => edited((b) => (entry(b).integratedTime = String(Number(entry(b).integratedTime) + 1))),
      /inclusion promise/,
    ],
    [
      'with no promise or proof of the log',
      () =>
        edited((b) => {
          delete entry(b).inclusionPromise;
          delete entry(b).inclusionProof;
        }),
      /invalid bundle|inclusion|timestamps/,
    ],
    ['by an authority that nobody trusts', () => foreign.sign(good(), CLAIMS), /certificate chain/],
    [
      'of a file and not of a statement',
      () =>
        edited((b) => {
          const { dsseEnvelope, ...rest } = b;
          Object.assign(b, rest, {
            messageSignature: {
              messageDigest: { algorithm: 'SHA2_256', digest: 'AAAA' },
              signature: dsseEnvelope.signatures[0]?.sig,
            },
          });
          delete (b as Partial<Bundle>).dsseEnvelope;
        }),
      /not a statement/,
    ],
    ['of another media type', () => edited((b) => (b.mediaType = 'application/json')), /invalid bundle/],
    ['with a key twice', async () => JSON.stringify(await plain()).replace('{', '{"mediaType":"x",'), /stands twice/],
    ['that is not JSON', async () => await Promise.resolve('{'), /not JSON/],
    ['that is a list', async () => await Promise.resolve([]), /./],
    ['that is null', async () => await Promise.resolve('null'), /./],
    ['that is a text', async () => await Promise.resolve('"bundle"'), /./],
  ])('is refused: %s', async (_, make, message) => {
    const made = await make();
    lay(packs.hosted, { 'a.sigstore.json': made });
    const trustedRoot = JSON.stringify(sigstore.trustedRoot);
    const result = await check(packs.hosted, { identity, trustedRoot });
    expect(result).toMatchObject({ ok: false, signatures: [] });
    expect(result.errors.map(({ at }) => at)).toEqual([
      `${packs.hosted.runId}.signatures`,
      `${packs.hosted.runId}.signatures/a.sigstore.json`,
    ]);
    expect(result.errors[1]?.message).toMatch(message);
    lay(packs.hosted, { 'a.sigstore.json': made, 'b.sigstore.json': await plain() });
    const beside = await check(packs.hosted, { identity, trustedRoot });
    expect(beside.errors.map(({ at }) => at)).toEqual([`${packs.hosted.runId}.signatures/a.sigstore.json`]);
  });

  it('is refused where the certificate had expired when it signed', async () => {
    lay(packs.hosted, { 'a.sigstore.json': await late.sign(good(), CLAIMS) });
    const { errors } = await check(packs.hosted, { identity, trustedRoot: JSON.stringify(late.trustedRoot) });
    expect(errors[1]?.message).toMatch(/not valid or expired at the specified date/);
  });

  it('is refused where the certificate is in no log of certificates', async () => {
    const bare = await sigstoreInstance({ logs: false });
    lay(packs.hosted, { 'a.sigstore.json': await bare.sign(good(), CLAIMS, { witnesses: ['tsa'] }) });
    const trustedRoot = JSON.stringify({ ...bare.trustedRoot, ctlogs: sigstore.trustedRoot.ctlogs });
    const { errors } = await check(packs.hosted, { identity, trustedRoot });
    expect(errors[1]?.message).toMatch(/expected 1 SCTs, got 0/);
    bare.close();
  });

  it('is not found by a key, and a key not by an identity', async () => {
    lay(packs.hosted, { 'a.sigstore.json': await plain() });
    expect(await check(packs.hosted, { keys: [publicKey(keyPair().publicPem, 'PUB')] })).toMatchObject({ ok: false });
    lay(packs.hosted, { 'a.dsse.json': await plain() });
    expect(await check(packs.hosted, { identity, trustedRoot: JSON.stringify(sigstore.trustedRoot) })).toMatchObject({
      ok: false,
    });
  });
});
