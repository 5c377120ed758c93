import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bundleToJSON } from '@sigstore/bundle';
import {
  fulcioHandler,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  initializeTSA,
  rekorHandler,
  tsaHandler,
} from '@sigstore/mock';
import { generateKeyPair } from '@sigstore/mock/dist/util/key.js';
import { DSSEBundleBuilder, FulcioSigner, RekorWitness, TSAWitness, type Witness } from '@sigstore/sign';

/** What GitHub would say of a run in the token that its jobs get; `sub` becomes the name of the certificate, as Fulcio takes it from `job_workflow_ref`. */
export type Claims = Record<string, string | boolean> & { sub: string; iss: string };

type WitnessName = 'rekor' | 'tsa';

/** A Sigstore of our own on loopback: Fulcio, its certificate log, Rekor and a time-stamp authority of @sigstore/mock, asked by the real client. */
export interface Instance {
  /** trusted_root.json */
  trustedRoot: Record<string, unknown[] | string>;
  /** Makes a bundle as `actions/attest` does. */
  sign(payload: string, claims: Claims, more?: { type?: string; witnesses?: WitnessName[] }): Promise<Bundle>;
  close(): void;
}
export type Bundle = Record<string, unknown> & {
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string; keyid: string }[] };
  verificationMaterial: Record<string, unknown> & { tlogEntries: Record<string, unknown>[] };
};

const HASH = 'SHA2_256';
const base64 = (bytes: ArrayBufferView): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

const hash = (bytes: string | Buffer) => ({
  algorithm: 'sha256',
  value: createHash('sha256').update(bytes).digest('hex'),
});

/**
 * What Rekor keeps of a DSSE envelope (its type dsse 0.0.1: digests and signatures); the mock would keep the proposal itself.
 * https://github.com/sigstore/rekor/blob/main/pkg/types/dsse/v0.0.1/dsse_v0_0_1_schema.json
 */
function kept(body: string): string {
  const proposed = JSON.parse(body) as {
    spec: { proposedContent: { envelope: string; verifiers: string[] } };
  };
  const { envelope, verifiers } = proposed.spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope) as Bundle['dsseEnvelope'];
  const spec = {
    envelopeHash: hash(envelope),
    payloadHash: hash(Buffer.from(payload, 'base64')),
    signatures: signatures.map(({ sig }, index) => ({ signature: sig, verifier: verifiers[index] })),
  };
  return JSON.stringify({ ...proposed, spec });
}

/**
 * @param certifies when the certificate authority believes it is; its certificates last ten minutes.
 * @param logs false: neither certificates nor signatures are logged, as with GitHub's instance for private repositories.
 */
export async function sigstoreInstance({
  certifies,
  logs = true,
}: {
  certifies?: Date;
  logs?: boolean;
} = {}): Promise<Instance> {
  const keys = { ca: generateKeyPair(), ct: generateKeyPair(), log: generateKeyPair(), tsa: generateKeyPair() };
  const ca = await initializeCA(keys.ca, logs ? await initializeCTLog(keys.ct) : undefined, certifies);
  const tsa = await initializeTSA(keys.tsa);
  // Whole seconds: DER leaves out zeros at the end of a fraction, and @sigstore/core reads three digits or none ("invalid time", one signature in ten).
  Object.assign(tsa, { getCurrentTime: () => new Date(Math.floor(Date.now() / 1000) * 1000) });
  // Unreferenced: a test that fails before it closes this must end all the same.
  const server = createServer().unref();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const rekor = rekorHandler(await initializeTLog(url, keys.log));
  const handlers = [
    fulcioHandler(ca),
    { ...rekor, fn: async (body: string) => await rekor.fn(kept(body)) },
    tsaHandler(tsa),
  ];
  server.on('request', (request, response) => {
    const body: Buffer[] = [];
    request.on('data', (chunk: Buffer) => body.push(chunk));
    request.on('end', () => {
      const handler = handlers.find(({ path }) => path === request.url);
      void handler?.fn(Buffer.concat(body).toString('utf8')).then(({ statusCode, response: text, contentType }) => {
        response.writeHead(statusCode, { 'Content-Type': contentType ?? 'text/plain', Connection: 'close' }).end(text);
      });
    });
  });
  const der = (key: 'ct' | 'log'): Buffer => keys[key].publicKey.export({ format: 'der', type: 'spki' });
  const log = (key: 'ct' | 'log') => ({
    baseUrl: url,
    hashAlgorithm: HASH,
    publicKey: {
      rawBytes: der(key).toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: '2020-01-01T00:00:00Z' },
    },
    logId: { keyId: createHash('sha256').update(der(key)).digest('base64') },
  });
  const authority = (...chain: ArrayBufferView[]) => ({
    subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
    uri: url,
    certChain: { certificates: chain.map((bytes) => ({ rawBytes: base64(bytes) })) },
    validFor: { start: '2020-01-01T00:00:00Z' },
  });
  return {
    trustedRoot: {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: logs ? [log('log')] : [],
      ctlogs: logs ? [log('ct')] : [],
      certificateAuthorities: [authority(ca.rootCertificate)],
      timestampAuthorities: [authority(tsa.intCertificate, tsa.rootCertificate)],
    },
    sign: async (
      payload,
      claims,
      { type = 'application/vnd.in-toto+json', witnesses = ['rekor'] as WitnessName[] } = {},
    ) => {
      const token = ['{"alg":"none"}', JSON.stringify(claims), ''].map((part) =>
        Buffer.from(part).toString('base64url'),
      );
      const signer = new FulcioSigner({
        fulcioBaseURL: url,
        identityProvider: { getToken: async () => await Promise.resolve(token.join('.')) },
      });
      const made: Record<WitnessName, () => Witness> = {
        rekor: () => new RekorWitness({ rekorBaseURL: url }),
        tsa: () => new TSAWitness({ tsaBaseURL: url }),
      };
      const builder = new DSSEBundleBuilder({ signer, witnesses: witnesses.map((name) => made[name]()) });
      return bundleToJSON(await builder.create({ data: Buffer.from(payload), type })) as unknown as Bundle;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
