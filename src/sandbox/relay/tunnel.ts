import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Authority } from './authority.ts';
import type { HelloReading } from './client-hello.ts';
import { LONGEST_HELLO, readClientHello } from './client-hello.ts';
import type { DenialReason } from './denials.ts';

/** A client that says nothing for so long after CONNECT is cut off. */
const HELLO_MS = 10_000;

/** Null when a hello may pass to the host that CONNECT named: the same name, or for an IP literal none at all. */
export function helloProblem(reading: HelloReading & { state: 'read' | 'refused' }, host: string): DenialReason | null {
  if (reading.state === 'refused') return reading.reason;
  const expected = isIP(host) ? null : host;
  return reading.name === expected ? null : 'server_name_mismatch';
}

/**
 * A CONNECT tunnel: the client gets its 200, but nothing is opened towards the host before the client's TLS hello was read whole and names that
 * host. Then bytes pass both ways unchanged.
 */
export function tunnel(
  client: Duplex,
  head: Buffer,
  authority: Authority,
  effects: { dial(): Promise<Socket | null>; deny(reason: DenialReason): void },
): void {
  let bytes = head;
  const timer = setTimeout(() => client.destroy(), HELLO_MS);
  const finish = () => {
    clearTimeout(timer);
    client.off('data', gather);
    client.pause();
  };
  const judge = async (): Promise<void> => {
    if (bytes.length === 0) return;
    const reading = readClientHello(bytes);
    if (reading.state === 'more') {
      if (bytes.length > 2 * LONGEST_HELLO) client.destroy();
      return;
    }
    finish();
    const problem = helloProblem(reading, authority.host);
    if (problem !== null) {
      effects.deny(problem);
      client.destroy();
      return;
    }
    const server = await effects.dial();
    if (server === null || client.destroyed) {
      server?.destroy();
      client.destroy();
      return;
    }
    server.write(bytes);
    join(client, server);
  };
  const gather = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    void judge();
  };
  client.on('error', () => client.destroy());
  client.on('close', () => clearTimeout(timer));
  client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  client.on('data', gather);
  void judge();
}

/** Passes bytes both ways, half-closed ends included; when either end breaks, both are gone. */
function join(client: Duplex, server: Duplex): void {
  client.pipe(server);
  server.pipe(client);
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
}
