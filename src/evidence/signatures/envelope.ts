import { sign, verify } from 'node:crypto';
import { canonicalText, type Signature, type SignatureStatement } from '../../contracts/index.ts';
import type { Key } from './keys.ts';
import { PAYLOAD_TYPE } from './statement.ts';

/** DSSE v1.0.2, protocol.md: PAE(type, body) = "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body, lengths in bytes and decimal. */
const preAuthEncoding = (payload: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload]);

/** Signs a statement. Ed25519 has no randomness: the same key makes the same envelope again. */
export function signStatement(statement: SignatureStatement, { id, key }: Key): Signature {
  const payload = Buffer.from(canonicalText(statement));
  const signature = sign(null, preAuthEncoding(payload), key);
  return {
    payloadType: PAYLOAD_TYPE,
    payload: payload.toString('base64'),
    signatures: [{ keyid: id, sig: signature.toString('base64') }],
  };
}

/** Whether the signature is one of this key over the payload, as DSSE has it. */
export function isSignedBy({ signatures: [by] }: Signature, payload: Uint8Array, { id, key }: Key): boolean {
  return (
    by !== undefined && by.keyid === id && verify(null, preAuthEncoding(payload), key, Buffer.from(by.sig, 'base64'))
  );
}
