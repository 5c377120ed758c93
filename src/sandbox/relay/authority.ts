import { isIP, isIPv4, isIPv6 } from 'node:net';

/** A host and a port in one spelling: lower case, no trailing dot, IPv6 without brackets. */
export interface Authority {
  host: string;
  port: number;
}

const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/**
 * Reads `host:port` (RFC 3986, section 3.2, without user information). Null for everything that two readers could take differently: short, octal and
 * hexadecimal IPv4 forms, zone ids, names that end in a number, letters outside ASCII. `defaultPort` stands in for a missing port.
 */
export function parseAuthority(text: string, defaultPort: number | null = null): Authority | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::([0-9]{1,5}))?$/.exec(text.toLowerCase());
  if (!match) return null;
  const [, bracketed, name, digits] = match;
  const port = digits === undefined ? defaultPort : Number(digits);
  if (port === null || port < 1 || port > 65_535) return null;
  if (bracketed !== undefined) return isIPv6(bracketed) ? { host: canonicalIPv6(bracketed), port } : null;
  const host = (name ?? '').replace(/\.$/, '');
  if (isIPv4(host)) return { host, port };
  const labels = host.split('.');
  if (host.length > 253 || !labels.every((label) => LABEL.test(label))) return null;
  // WHATWG URL, "ends in a number": such a name is an IPv4 address to some readers.
  if (/^(?:[0-9]+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) return null;
  return { host, port };
}

/** One spelling for each address, as URL parsers print it. */
const canonicalIPv6 = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1);

export const sameAuthority = (a: Authority, b: Authority): boolean => a.host === b.host && a.port === b.port;

export const authorityText = ({ host, port }: Authority): string =>
  isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
