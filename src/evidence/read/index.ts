/** Reading a pack however it is stored. */
export type { PackContents, Reading } from './intake.ts';
export { withMember } from './member.ts';
export { openReading } from './pack.ts';
