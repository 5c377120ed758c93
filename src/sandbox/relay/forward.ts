import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Authority } from './authority.ts';
import { authorityText, parseAuthority, sameAuthority } from './authority.ts';
import type { DenialReason } from './denials.ts';
import { http } from './http.ts';

/** RFC 9110, section 7.6.1, and the proxy's own fields: they end at each hop, and must not carry anything past the relay. */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A plain HTTP request as the relay understands it. */
export type ForwardReading =
  | { ok: true; authority: Authority; path: string }
  | { ok: false; target: string; reason: DenialReason };

/** Reads an absolute-form request (RFC 9112, section 3.2.2): exactly one Host field, equal to the URI's authority; no upgrade, no user information. */
export function readForward(
  message: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders' | 'headers'>,
): ForwardReading {
  const url = message.url ?? '';
  const match = /^http:\/\/([^/?#]*)([^#]*)$/i.exec(url);
  const authority = match && parseAuthority(match[1] ?? '', 80);
  if (!match || !authority || message.method === 'TRACE') return { ok: false, target: url, reason: 'malformed' };
  const target = authorityText(authority);
  const hosts = message.rawHeaders.filter(
    (_, index, all) => index % 2 === 1 && all[index - 1]?.toLowerCase() === 'host',
  );
  const host = hosts.length === 1 ? parseAuthority(hosts[0] ?? '', 80) : null;
  if (host === null || !sameAuthority(host, authority)) return { ok: false, target, reason: 'host_mismatch' };
  if (message.headers.upgrade !== undefined) return { ok: false, target, reason: 'upgrade' };
  const path = match[2] ?? '';
  return { ok: true, authority, path: path.startsWith('/') ? path : `/${path}` };
}

/** Fields that say where a message goes and where it ends: `Connection` may not talk the relay out of them. */
const KEPT = new Set(['content-length', 'host']);

/** Header fields that pass a hop, in order and with repetitions: those that `Connection` names stay behind too. */
export function endToEnd(rawHeaders: readonly string[]): [name: string, value: string][] {
  const fields: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    fields.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  }
  const named = fields
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.split(',').map((token) => token.trim().toLowerCase()))
    .filter((name) => !KEPT.has(name));
  return fields.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()) && !named.includes(name.toLowerCase()));
}

/** Sends a request on over a connection to a pinned address and the response back, redirects included as they are: the client's next request is judged like any other. */
export function forward(
  message: IncomingMessage,
  response: ServerResponse,
  server: Socket,
  to: { path: string; idleMs: number },
): void {
  // Without it Node would send the body of a chunked GET bare, and the host would read it as a second request.
  const framing = message.headers['transfer-encoding'] === undefined ? [] : ['Transfer-Encoding', 'chunked'];
  const outgoing = http().request({
    // With an agent of any kind, `false` included, Node would open a connection of its own.
    createConnection: () => server,
    path: to.path,
    method: message.method ?? 'GET',
    headers: [...endToEnd(message.rawHeaders).flat(), ...framing],
    setHost: false,
    timeout: to.idleMs,
  });
  const fail = () => {
    outgoing.destroy();
    if (response.headersSent) response.destroy();
    else refuse(response, 502, 'the host cannot be reached');
  };
  outgoing.on('timeout', fail);
  outgoing.on('error', fail);
  outgoing.on('upgrade', (_, socket) => {
    socket.destroy();
    fail();
  });
  outgoing.on('response', (incoming) => {
    response.writeHead(incoming.statusCode ?? 502, endToEnd(incoming.rawHeaders).flat());
    incoming.pipe(response);
    incoming.on('error', fail);
  });
  response.on('close', () => outgoing.destroy());
  message.pipe(outgoing);
}

/** A refusal in plain words; the connection ends with it. */
export function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' });
  response.end(`countersign relay: ${text}\n`);
}
