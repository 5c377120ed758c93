/**
 * Signatures beside a pack, in `<run_id>.signatures/`: ed25519 envelopes that `sign` makes, and Sigstore bundles that GitHub's `actions/attest` makes. Both say one
 * thing: this run's pack has this digest (docs/adr/0124). The verifier of the bundles is loaded when it is asked for, and not before.
 */
export { checkSignatures, type Signable, type SignedBy, type Signers } from './check.ts';
export { identityOf } from './identity.ts';
export { privateKey, publicKey } from './keys.ts';
export { signPack } from './sign.ts';
