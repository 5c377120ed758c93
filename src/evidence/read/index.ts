/** Reading a pack however it is stored. */
export type { PackContents } from './intake.ts';
export { withMember } from './member.ts';
export { readPack } from './pack.ts';
