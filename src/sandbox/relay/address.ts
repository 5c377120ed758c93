import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { Authority } from './authority.ts';

type Range = [network: string, prefix: number];

// IANA special-purpose registries (RFC 6890 and its updates), as far as a machine or its neighbours answer there. Documentation ranges are not among
// them: nothing of a machine's own lives there, and some closed networks put their mirrors of public names into them.
// biome-ignore format: a table reads better packed
const LOOPBACK: Range[] = [['127.0.0.0', 8], ['::1', 128]];
// biome-ignore format: a table reads better packed
const PRIVATE: Range[] = [
  ['10.0.0.0', 8], ['100.64.0.0', 10], ['172.16.0.0', 12], ['192.168.0.0', 16], ['192.0.0.0', 24], ['198.18.0.0', 15], ['fc00::', 7],
];
/** No packet can open these: link-local (cloud metadata), "this host", multicast, reserved, and forms that carry an IPv4 address. */
// biome-ignore format: a table reads better packed
const NEVER: Range[] = [
  ['0.0.0.0', 8], ['169.254.0.0', 16], ['192.88.99.0', 24], ['224.0.0.0', 4],
  ['240.0.0.0', 4], ['::', 128], ['::ffff:0:0', 96], ['::', 96], ['64:ff9b::', 96], ['64:ff9b:1::', 48], ['100::', 64], ['2001::', 23],
  ['2002::', 16], ['5f00::', 16], ['fd00:ec2::254', 128], ['fe80::', 10], ['fec0::', 10], ['ff00::', 8],
];

export type AddressClass = 'public' | 'loopback' | 'private' | 'never';

function blockList(ranges: Range[], family: 'ipv4' | 'ipv6'): BlockList {
  const blocks = new BlockList();
  for (const [network, prefix] of ranges) {
    if (network.includes(':') === (family === 'ipv6')) blocks.addSubnet(network, prefix, family);
  }
  return blocks;
}

const blockLists = (family: 'ipv4' | 'ipv6') =>
  [
    { kind: 'loopback' as const, blocks: blockList(LOOPBACK, family) },
    { kind: 'never' as const, blocks: blockList(NEVER, family) },
    { kind: 'private' as const, blocks: blockList(PRIVATE, family) },
  ] as const;

/** The lists, built once for a relay. Each family is only compared with its own ranges: Node would read a mapped address as the IPv4 one. */
export function addressClassifier(): (address: string) => AddressClass {
  const known = { ipv4: blockLists('ipv4'), ipv6: blockLists('ipv6') };
  return (address) => {
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (family === 'ipv6' && !isIPv6(address)) return 'never';
    return known[family].find(({ blocks }) => blocks.check(address, family))?.kind ?? 'public';
  };
}

/**
 * Whether a listed host may be reached at all the addresses that its name has. A name: public addresses only, so that a private one behind an allowed
 * name is refused; `localhost`: loopback only. An IP literal in the list says itself what it is: public, private or loopback, never the rest.
 */
export function addressesAllowed(
  { host }: Authority,
  addresses: readonly string[],
  classify: (address: string) => AddressClass,
): boolean {
  if (addresses.length === 0) return false;
  const literal = isIPv4(host) || isIPv6(host);
  const local = host === 'localhost' || host.endsWith('.localhost');
  return addresses.every((address) => {
    const kind = classify(address);
    if (literal) return kind !== 'never';
    return kind === (local ? 'loopback' : 'public');
  });
}
