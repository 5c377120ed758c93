/** The sandbox room: the only code that starts an untrusted process. */
export type { OpenOptions } from './open.ts';
export { openSandbox } from './open.ts';
export type { Command, Denied, Hooks, Isolation, LimitName, Limits, Mount, Opened, Outcome, Sandbox } from './types.ts';
