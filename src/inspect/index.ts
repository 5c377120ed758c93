/** The inspect room: mechanical findings over a finished diff. Pure; src/git collects what it judges. */
export type * from './types.ts';
export { shown } from './shown.ts';
