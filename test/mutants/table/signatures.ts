import type { Mutant } from '../mutant.ts';

const KEY = { test: 'test/attacks/evidence-signatures-key.test.ts' };
const SIGSTORE = { test: 'test/attacks/evidence-signatures-sigstore.long.test.ts' };

/** Whether a signature is one, of this pack, and of whom it should be. */
export const SIGNATURES: readonly Mutant[] = [
  {
    without: 'a signature is of this pack and says no more',
    file: 'src/evidence/signatures/statement.ts',
    find: 'return isDeepStrictEqual(read.value, expected)',
    replace: 'return isDeepStrictEqual(expected, expected)',
    caughtBy: KEY,
  },
  {
    without: 'an envelope is signed with the key',
    file: 'src/evidence/signatures/envelope.ts',
    find: "verify(null, preAuthEncoding(payload), key, Buffer.from(by.sig, 'base64'))",
    replace: 'preAuthEncoding(payload).length > 0',
    caughtBy: KEY,
  },
  {
    without: 'a key that was asked for has signed',
    file: 'src/evidence/signatures/check.ts',
    find: '.filter((signer) => !signatures.some(({ by }) => by === signer))',
    replace: ".filter((signer) => signer === '')",
    caughtBy: KEY,
  },
  {
    without: 'only signatures lie among signatures',
    file: 'src/evidence/signatures/folder.ts',
    find: 'if (kind === undefined) {',
    replace: "if (entry.name === '') {",
    caughtBy: KEY,
  },
  {
    without: 'the identity is the whole of it',
    file: 'src/evidence/signatures/identity.ts',
    find: 'if (certificate.name !== wanted.name)',
    replace: 'if (!certificate.name?.includes(wanted.name))',
    caughtBy: SIGSTORE,
  },
  {
    without: 'the issuer is the one that was named',
    file: 'src/evidence/signatures/identity.ts',
    find: 'if (certificate.issuer !== wanted.issuer)',
    replace: 'if (!certificate.issuer)',
    caughtBy: SIGSTORE,
  },
  {
    without: 'a reusable workflow signs for the repository that called it',
    file: 'src/evidence/signatures/identity.ts',
    find: 'if (certificate.sourceRepository !== repository)',
    replace: 'if (!certificate.sourceRepository)',
    caughtBy: SIGSTORE,
  },
  {
    without: 'a workflow signs on the default branch',
    file: 'src/evidence/signatures/identity.ts',
    find: 'certificate.sourceRef !== origin.ref)',
    replace: 'certificate.sourceRef === null)',
    caughtBy: SIGSTORE,
  },
  {
    without: 'a workflow signs in the run that made the pack',
    file: 'src/evidence/signatures/identity.ts',
    find: '/actions/runs/${origin.run}/attempts/`',
    replace: '/actions/runs/`',
    caughtBy: SIGSTORE,
  },
  {
    without: 'a root with a transparency log demands an entry in it',
    file: 'src/evidence/signatures/sigstore.ts',
    find: 'tlogThreshold: root.tlogs.length > 0 ? 1 : 0',
    replace: 'tlogThreshold: 0',
    caughtBy: SIGSTORE,
  },
  {
    without: 'a root with a log of certificates demands the certificate in it',
    file: 'src/evidence/signatures/sigstore.ts',
    find: 'ctlogThreshold: root.ctlogs.length > 0 ? 1 : 0',
    replace: 'ctlogThreshold: 0',
    caughtBy: SIGSTORE,
  },
  {
    without: 'what does not verify is not signed',
    file: 'src/cli/sign.ts',
    find: 'if (!ok || report === null || digest === null)',
    replace: 'if (report === null || digest === null)',
    caughtBy: { test: 'test/cli/sign.test.ts' },
  },
];
