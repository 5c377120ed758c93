import { bundleFromJSON } from '@sigstore/bundle';
import { ASN1Obj } from '@sigstore/core';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { type Signer, toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { readJson, usage } from '../../contracts/index.ts';
import type { Certificate } from './identity.ts';
import { PAYLOAD_TYPE } from './statement.ts';

/** Fulcio's certificate extensions: https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md. */
const OID = { sourceRepository: 12, sourceRef: 14, run: 21 } as const;
const FULCIO = '1.3.6.1.4.1.57264.1';

/** Checks what a bundle says for itself: signature, certificate, time and logs, under what one trusted root knows. Throws where something is wrong. */
type RootVerifier = (entity: ReturnType<typeof toSignedEntity>) => Signer;

/**
 * The roots to trust: those of a file (one `trusted_root.json`, or a line of JSON for each, as `gh attestation trusted-root` prints them), or Sigstore's public
 * instance as it was when this version of Countersign was built. Throws a UserError for a file that holds none.
 */
export function rootVerifiers(text: string | null, at: string): RootVerifier[] {
  if (text === null) {
    const { targets } = seeds['https://tuf-repo-cdn.sigstore.dev'];
    return [verifierOf(JSON.parse(Buffer.from(targets['trusted_root.json'], 'base64').toString('utf8')))];
  }
  const whole = readJson(text);
  const values = whole.ok
    ? [whole.value]
    : text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map(valueOf);
  try {
    if (values.length > 0) return values.map(verifierOf);
  } catch {
    // What the library misses in it helps nobody; the file is not the right one.
  }
  throw usage(`${at} holds no trusted root`, at, 'Ask for one: gh attestation trusted-root > FILE.');
}

function valueOf(text: string): unknown {
  const read = readJson(text);
  return read.ok ? read.value : null;
}

/**
 * What a root lists is what is demanded: an instance with a transparency log owes an entry in it, one with a log of certificates owes a promise of that. GitHub's
 * instance for private repositories has neither, but a time-stamp authority (`gh attestation verify` decides the same by the name of the authority).
 */
function verifierOf(value: unknown): RootVerifier {
  const root = TrustedRoot.fromJSON(value);
  if (
    !root.mediaType.startsWith('application/vnd.dev.sigstore.trustedroot') ||
    root.certificateAuthorities.length === 0
  )
    throw new TypeError('no trusted root');
  const verifier = new Verifier(toTrustMaterial(root), {
    ctlogThreshold: root.ctlogs.length > 0 ? 1 : 0,
    tlogThreshold: root.tlogs.length > 0 ? 1 : 0,
    timestampThreshold: 1,
  });
  // No policy of theirs: it takes the identity for a pattern, and any text that holds it would do.
  return (entity) => verifier.verify(entity);
}

/** Reads and verifies a Sigstore bundle: what is signed, and the certificate of who signed; or what is wrong. */
export function openBundle(
  text: string,
  roots: readonly RootVerifier[],
): { payload: Buffer; certificate: Certificate } | { problem: string } {
  const json = readJson(text);
  if (!json.ok) return { problem: json.errors[0]?.message ?? 'not JSON' };
  try {
    const bundle = bundleFromJSON(json.value);
    if (bundle.content.$case !== 'dsseEnvelope') return { problem: 'the bundle signs a file, not a statement' };
    const { payload, payloadType } = bundle.content.dsseEnvelope;
    if (payloadType !== PAYLOAD_TYPE) return { problem: `the payload is of type ${payloadType}, not ${PAYLOAD_TYPE}` };
    if (bundle.verificationMaterial.content.$case === 'publicKey')
      return { problem: 'the bundle is signed with a key and names nobody' };
    return { payload, certificate: certificateOf(firstThatTrusts(roots, toSignedEntity(bundle))) };
  } catch (error) {
    return { problem: reasonOf(error) };
  }
}

function firstThatTrusts(roots: readonly RootVerifier[], entity: ReturnType<typeof toSignedEntity>): Signer {
  let failure: unknown = new TypeError('no root is trusted');
  for (const verify of roots) {
    try {
      return verify(entity);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** An error of the library and what caused it, on one line. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

function certificateOf({ identity }: Signer): Certificate {
  const extension = (id: number): string | null => {
    const found = identity?.oids?.find(({ oid }) => oid?.id.join('.') === `${FULCIO}.${id}`);
    return found ? ASN1Obj.parseBuffer(Buffer.from(found.value)).value.toString('utf8') : null;
  };
  return {
    name: identity?.subjectAlternativeName ?? null,
    issuer: identity?.extensions?.issuer ?? null,
    sourceRepository: extension(OID.sourceRepository),
    sourceRef: extension(OID.sourceRef),
    run: extension(OID.run),
  };
}
