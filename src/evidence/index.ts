/** The evidence room: writes, seals, reads, verifies and shows packs. */
export type { EventData, PackClock, PackWriter, SealedPack } from './pack.ts';
