/** Reading a pack however it is stored. */
export { MAX_FILES, type PackContents, type Reading } from './intake.ts';
export { withMember } from './member.ts';
export { openReading } from './pack.ts';
