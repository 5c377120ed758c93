/** The inspect room: mechanical findings over a finished diff. Pure; src/git collects what it judges. */
export { inspect } from './inspect.ts';
export { scanSecrets } from './secrets.ts';
export { shown } from './shown.ts';
export type * from './types.ts';
