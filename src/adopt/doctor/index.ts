export { collectFacts, type DoctorOptions } from './collect.ts';
export { examine } from './examine.ts';
export type { DoctorFacts, Finding, Level } from './types.ts';
