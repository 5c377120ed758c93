import { isDeepStrictEqual } from 'node:util';
import { type Digest, readJson, type SignatureStatement } from '../../contracts/index.ts';

/** What is signed, and with what form (in-toto attestation v1, layer "envelope"). */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json' as const;

/** What a signature of a pack says, whoever made it (schemas/signature, statement): this pack, and nothing that would have to be believed beside it. */
export const packStatement = (runId: string, packDigest: Digest): SignatureStatement => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: runId, digest: { sha256: packDigest.slice('sha256:'.length) } }],
  predicateType: 'urn:countersign:pack:v1',
  predicate: {},
});

/**
 * What is wrong with a signed payload: null where it says `expected` and nothing else. In-toto would have readers pass over members that they do not know; a
 * signature of a pack has none to pass over.
 */
export function payloadProblem(payload: Uint8Array, expected: SignatureStatement): string | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
  } catch {
    return 'what is signed is not UTF-8';
  }
  const read = readJson(text);
  if (!read.ok) return `what is signed is no statement: ${read.errors[0]?.message ?? ''}`;
  return isDeepStrictEqual(read.value, expected)
    ? null
    : `what is signed is not the statement that this is ${expected.subject[0]?.name ?? ''} with this digest`;
}
