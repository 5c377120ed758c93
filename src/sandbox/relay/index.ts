/** The relay: the forward proxy outside the sandbox, and the bridge to it inside. */
export { bridged, proxyEnvironment } from './bridge.ts';
export type { Dial, Relay } from './relay.ts';
export { openRelay, systemLookup } from './relay.ts';
export type { Lookup, Resolver } from './resolve.ts';
export { pinnedResolver } from './resolve.ts';
