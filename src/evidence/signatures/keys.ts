import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type Digest, digestOfBytes, usage } from '../../contracts/index.ts';

/** An ed25519 key and its id: `sha256:` of the public half (DER, SubjectPublicKeyInfo). */
export interface Key {
  id: Digest;
  key: KeyObject;
}

const idOf = (key: KeyObject): Digest =>
  digestOfBytes((key.type === 'private' ? createPublicKey(key) : key).export({ format: 'der', type: 'spki' }));

/**
 * The public key of a PEM text. Throws a UserError where it is none of ed25519; a private key is refused, because whoever checks has no business with one.
 *
 * @param at where the text came from: a file's name.
 */
export const publicKey = (pem: string, at: string): Key =>
  keyOf(pem, at, 'PUBLIC KEY', createPublicKey, 'Name the public key: openssl pkey -in KEY.pem -pubout -out PUB.pem.');

/** The private key of a PEM text (PKCS #8, not encrypted). Throws a UserError that says nothing of the text. */
export const privateKey = (pem: string, at: string): Key =>
  keyOf(pem, at, 'PRIVATE KEY', createPrivateKey, 'Make one: openssl genpkey -algorithm ed25519 -out KEY.pem.');

function keyOf(pem: string, at: string, label: string, read: (pem: string) => KeyObject, fix: string): Key {
  let key: KeyObject | null = null;
  // The label first: OpenSSL makes a public key of a private one, and of a certificate, without a word.
  if (pem.trimStart().startsWith(`-----BEGIN ${label}-----`)) {
    try {
      key = read(pem);
    } catch {
      // OpenSSL's reason names its own routines.
    }
  }
  if (key?.asymmetricKeyType !== 'ed25519')
    throw usage(`${at} holds no ed25519 ${label.toLowerCase()} in PEM`, at, fix);
  return { id: idOf(key), key };
}
