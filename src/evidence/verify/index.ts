/** Verifying a pack, from the pack alone. */
export { type Verification, type VerifyOptions, verifyPack } from './verify.ts';
