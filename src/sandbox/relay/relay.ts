import { lookup } from 'node:dns/promises';
import { chmodSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { InternalError } from '../../contracts/index.ts';
import type { Denied } from '../types.ts';
import type { Authority } from './authority.ts';
import { authorityText, parseAuthority, sameAuthority } from './authority.ts';
import { collectDenials } from './denials.ts';
import { forward, readForward, refuse } from './forward.ts';
import { http } from './http.ts';
import type { Lookup, Resolver } from './resolve.ts';
import { tunnel } from './tunnel.ts';

export interface Relay {
  /** What was refused so far. */
  denied(): Denied[];
  /** Ends every connection and removes the socket. */
  close(): Promise<void>;
}

export interface RelayOptions {
  /** `host:port` pairs; an InternalError is thrown for one that is not in the only spelling. */
  allow: readonly string[];
  /** Path of the unix socket to listen on. */
  socketPath: string;
  resolve: Resolver;
  /** Opens a connection; the real one is `dial`. */
  dial?: Dial;
}

/** Opens a TCP connection to one address, or gives up. */
export type Dial = (address: string, port: number) => Socket;

const MOST_CONNECTIONS = 128;
const IDLE_MS = 120_000;
const HEADER_MS = 10_000;
const LARGEST_HEADER = 16_384;

/** The system's resolver: all addresses of a name. */
export const systemLookup: Lookup = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * The forward proxy outside the sandbox (3-architecture.md, Execute): CONNECT for TLS and absolute-form plain HTTP, to exactly the listed pairs.
 * It keeps no credentials and follows no redirects. A reverse proxy for a model would be a second listener beside this one.
 */
export async function openRelay(options: RelayOptions): Promise<Relay> {
  const allowed = options.allow.map((text) => {
    const authority = parseAuthority(text);
    if (authority === null) throw new InternalError(`not a host:port: ${JSON.stringify(text.slice(0, 300))}`);
    return authority;
  });
  const dial = options.dial ?? ((address, port) => connect({ host: address, port }));
  const denials = collectDenials();
  const connections = new Set<Duplex>();
  /** The one origin of a client connection: a later request on it for another is refused, whatever the list says. */
  const origins = new WeakMap<Duplex, Authority>();

  /** The pinned addresses of a listed pair, or null after the refusal was recorded. */
  const admit = async (authority: Authority): Promise<string[] | 'unreachable' | null> => {
    if (!allowed.some((pair) => sameAuthority(pair, authority))) {
      denials.add(authorityText(authority), 'not_listed');
      return null;
    }
    const resolution = await options.resolve(authority);
    if (resolution === 'refused') {
      denials.add(authorityText(authority), 'address_not_allowed');
      return null;
    }
    return resolution?.addresses ?? 'unreachable';
  };

  const onRequest = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const reading = readForward(message);
    if (!reading.ok) {
      denials.add(reading.target, reading.reason);
      return refuse(response, 400, reading.reason);
    }
    const { authority, path } = reading;
    const origin = origins.get(message.socket) ?? authority;
    origins.set(message.socket, origin);
    if (!sameAuthority(origin, authority)) {
      denials.add(authorityText(authority), 'other_origin');
      return refuse(response, 403, 'one connection, one host');
    }
    const addresses = await admit(authority);
    if (addresses === null) return refuse(response, 403, `${authorityText(authority)} is not allowed`);
    const server = addresses === 'unreachable' ? null : await dialFirst(addresses, authority.port, dial);
    if (server === null || response.destroyed) return refuse(response, 502, 'the host cannot be reached');
    forward(message, response, server, { path, idleMs: IDLE_MS });
  };

  const onConnect = async (message: IncomingMessage, client: Duplex, head: Buffer): Promise<void> => {
    const end = (status: string) => client.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    const authority = parseAuthority(message.url ?? '');
    if (authority === null) {
      denials.add(message.url ?? '', 'malformed');
      return void end('400 Bad Request');
    }
    const addresses = await admit(authority);
    if (addresses === null) return void end('403 Forbidden');
    if (addresses === 'unreachable') return void end('502 Bad Gateway');
    tunnel(client, head, authority, {
      dial: () => dialFirst(addresses, authority.port, dial),
      deny: (reason) => denials.add(authorityText(authority), reason),
    });
  };

  const server = http().createServer({ maxHeaderSize: LARGEST_HEADER, headersTimeout: HEADER_MS, requestTimeout: 0 });
  server.maxConnections = MOST_CONNECTIONS;
  server.timeout = IDLE_MS;
  server.on('connection', (socket: Duplex) => {
    connections.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => connections.delete(socket));
  });
  server.on('request', (message, response) => void onRequest(message, response).catch(() => response.destroy()));
  server.on('connect', (message, socket, head) => void onConnect(message, socket, head).catch(() => socket.destroy()));
  server.on('upgrade', (message: IncomingMessage, socket: Duplex) => {
    denials.add(message.url ?? '', 'upgrade');
    socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\n\r\n');
  });
  server.on('clientError', (_error, socket: Duplex) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(options.socketPath, resolve);
  });
  chmodSync(options.socketPath, 0o600);
  return {
    denied: () => denials.list(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of connections) socket.destroy();
      }),
  };
}

/** The first address that answers, in the resolver's order. */
async function dialFirst(addresses: readonly string[], port: number, dial: Dial): Promise<Socket | null> {
  for (const address of addresses) {
    const socket = dial(address, port);
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.setTimeout(HEADER_MS, () => resolve(false));
    });
    if (connected) {
      socket.setTimeout(IDLE_MS, () => socket.destroy());
      return socket;
    }
    socket.destroy();
  }
  return null;
}
