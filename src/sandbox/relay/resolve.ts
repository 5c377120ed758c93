import { isIP } from 'node:net';
import { addressClassifier, addressesAllowed } from './address.ts';
import type { Authority } from './authority.ts';

/** Looks a name up outside; rejects when it has no address. */
export type Lookup = (host: string) => Promise<string[]>;

/** The addresses of a listed host. `null`: the name has none now. `refused`: it has one that is not allowed. */
export type Resolution = { addresses: string[] } | 'refused' | null;

export type Resolver = (authority: Authority) => Promise<Resolution>;

/**
 * Resolves each name once: the first answer is pinned for the run, so that a name whose answer changes cannot lead elsewhere (DNS rebinding). All of
 * its addresses must be allowed. A name without an answer may be asked for again.
 */
export function pinnedResolver(lookup: Lookup): Resolver {
  const classify = addressClassifier();
  const pins = new Map<string, Promise<string[]>>();
  return async (authority) => {
    const { host } = authority;
    const pin = pins.get(host) ?? (isIP(host) ? Promise.resolve([host]) : lookup(host));
    pins.set(host, pin);
    try {
      const addresses = await pin;
      return addressesAllowed(authority, addresses, classify) ? { addresses } : 'refused';
    } catch {
      pins.delete(host);
      return null;
    }
  };
}
