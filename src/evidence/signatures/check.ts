import { basename } from 'node:path';
import {
  type Digest,
  type Finding,
  finding,
  readDocument,
  type SignatureStatement,
  validateSignature,
} from '../../contracts/index.ts';
import { isSignedBy } from './envelope.ts';
import { readSignatures, refused, type SignatureFile, signaturesFolder } from './folder.ts';
import { type Identity, identityProblem, type Origin } from './identity.ts';
import type { Key } from './keys.ts';
import { packStatement, payloadProblem } from './statement.ts';

/** Whose signatures a pack must have. */
export interface Signers {
  /** Each of them must have signed, and nobody else with a key. */
  keys: readonly Key[];
  /** This one must have signed, and nobody else with a certificate. */
  identity: Identity | null;
  /** Text of a trusted root; null is the one that came with this version. */
  trustedRoot: string | null;
  /** Where the signatures lie; null is beside the pack. */
  folder: string | null;
}

/** A signature that holds. `by` is a key's id or a certificate's identity. */
export interface SignedBy {
  file: string;
  by: string;
}

/** What of a pack is signed, and what a signer's certificate must agree with. */
export interface Signable {
  path: string;
  runId: string;
  digest: Digest;
  origin: Origin;
}

type Checked = { signatures: SignedBy[]; errors: Finding[] };

/**
 * Checks the signatures of a pack, offline. What was asked for and is not there is an error, and so is every signature of the kind that was asked for which does
 * not hold, is of another pack, or of somebody else. A kind that nobody asked for is not looked at. Throws a UserError for a trusted root that is none.
 */
export async function checkSignatures(pack: Signable, signers: Signers): Promise<Checked> {
  const folder = signers.folder ?? signaturesFolder(pack.path, pack.runId);
  const { files, errors } = readSignatures(folder);
  const expected = packStatement(pack.runId, pack.digest);
  const of = (kind: SignatureFile['kind']): SignatureFile[] => files.filter((file) => file.kind === kind);
  const checked: Checked[] = [{ signatures: [], errors }];
  if (signers.keys.length > 0) checked.push(byKeys(of('dsse'), expected, signers.keys));
  if (signers.identity !== null)
    checked.push(await byIdentity(of('sigstore'), expected, signers.identity, pack.origin, signers));
  const signatures = checked.flatMap((each) => each.signatures);
  const wanted = [...signers.keys.map(({ id }) => id), ...(signers.identity === null ? [] : [signers.identity.name])];
  const missing = wanted
    .filter((signer) => !signatures.some(({ by }) => by === signer))
    .map((signer) =>
      finding(
        'evidence_invalid',
        `there is no signature of this pack by ${signer}`,
        basename(folder),
        `Ask for the signatures from where the pack was made; this looked in ${folder} (--signatures names another folder).`,
      ),
    );
  return { signatures, errors: [...checked.flatMap((each) => each.errors), ...missing] };
}

/** Takes apart what was found, file by file: who signed, or what is wrong. */
function sorted(
  files: readonly SignatureFile[],
  check: (file: SignatureFile) => { by: string } | { problem: string },
): Checked {
  const result: Checked = { signatures: [], errors: [] };
  for (const file of files) {
    const found = check(file);
    if ('by' in found) result.signatures.push({ file: file.at, by: found.by });
    else result.errors.push(refused(file.at, found.problem));
  }
  return result;
}

const byKeys = (files: readonly SignatureFile[], expected: SignatureStatement, keys: readonly Key[]): Checked =>
  sorted(files, ({ bytes }) => {
    const read = readDocument(bytes.toString('utf8'), validateSignature);
    if (!read.ok) return { problem: read.errors.map(({ at, message }) => `${at}: ${message}`).join('; ') };
    const envelope = read.value;
    const payload = Buffer.from(envelope.payload, 'base64');
    const problem = payloadProblem(payload, expected);
    if (problem !== null) return { problem };
    const key = keys.find(({ id }) => id === envelope.signatures[0]?.keyid);
    if (!key) return { problem: `signed with a key that was not named: ${envelope.signatures[0]?.keyid}` };
    return isSignedBy(envelope, payload, key) ? { by: key.id } : { problem: `not signed with the key ${key.id}` };
  });

async function byIdentity(
  files: readonly SignatureFile[],
  expected: SignatureStatement,
  identity: Identity,
  origin: Origin,
  { trustedRoot }: Signers,
): Promise<Checked> {
  // A verifier of a hundred kilobytes that nothing else needs.
  const { openBundle, rootVerifiers } = await import('./sigstore.ts');
  const roots = rootVerifiers(trustedRoot, '--trusted-root');
  return sorted(files, ({ bytes }) => {
    const opened = openBundle(bytes.toString('utf8'), roots);
    if ('problem' in opened) return opened;
    const problem = identityProblem(opened.certificate, identity, origin) ?? payloadProblem(opened.payload, expected);
    return problem === null ? { by: identity.name } : { problem };
  });
}
