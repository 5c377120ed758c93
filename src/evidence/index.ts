/**
 * The evidence room: writes, seals, reads, verifies and shows packs.
 *
 *     const id = runIdOf(identity);                       // identity goes into inputs.json
 *     const pack = openPack(out, id, clock);
 *     pack.writeJson('packet.json', …) … pack.event('run.started', …) … pack.finding(…) …
 *     const sealed = await sealPack(pack, { changedFiles });   // ends test.log, emits run.completed, writes report, statements, sums
 *     const { ok, errors } = await verifyPack(sealed.path, { expect: sealed.packDigest, repo });
 */
export { runIdOf } from './identity.ts';
export { legible, markdownText } from './legible.ts';
export type { EventData, PackClock, PackWriter, SealedPack } from './pack.ts';
export { PackWriteError } from './partial-folder.ts';
export { withMember } from './read/index.ts';
export { resultCommit } from './result-commit.ts';
export { discardPack, sealPack } from './seal.ts';
export { showPack } from './show.ts';
export { identityOf, privateKey, publicKey, type SignedBy, type Signers, signPack } from './signatures/index.ts';
export { type Examined, examinePack, type Verification, type VerifyOptions, verifyPack } from './verify/index.ts';
export { openPack } from './writer.ts';
