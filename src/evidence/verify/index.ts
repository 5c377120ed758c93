/** Verifying a pack, from the pack alone. */
export { type Examined, examinePack, type Verification, type VerifyOptions, verifyPack } from './verify.ts';
