/** The packet room: the contract for one unit of work, from front matter or an issue form, and the rules for its paths. */
export * from './paths.ts';
export * from './protected.ts';
