/** The contracts room: what data looks like, its canonical form and digests, and the one table of codes. */
export * from './brand.ts';
export * from './canonical.ts';
export * from './codes.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './finding.ts';
export * from './gates.ts';
export * from './json.ts';
export * from './script.ts';
export type * from './generated/types.ts';
export * from './generated/registry.ts';
export * from './generated/validators.ts';
export type { Validation, Validator } from './validator.ts';
export { foldLookAlikes } from './look-alikes.ts';
export * from './text.ts';
export * from './version.ts';
