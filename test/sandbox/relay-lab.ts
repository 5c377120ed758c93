import { mkdtempSync, rmSync } from 'node:fs';
import type { Server as HttpServer } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Relay } from '../../src/sandbox/relay/index.ts';
import { openRelay, pinnedResolver } from '../../src/sandbox/relay/index.ts';
import { converse } from './hello.ts';

/** An address that the relay takes for public; connections to it are bent to a server on loopback. */
export const PUBLIC = '93.184.215.14';

const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** A relay on a real socket between a test and two real servers: one speaks HTTP, one keeps the bytes it gets. */
export interface RelayLab {
  /** Requests that reached the web server. */
  seen: { request: string; host: string | undefined; body: string; headers: string[] }[];
  /** Bytes that reached the other one. */
  rawBytes: Buffer[];
  /** Connections that the relay opened, as `address:port`. */
  dialled: string[];
  path: string;
  webPort: number;
  /** Opens the relay; `answers` are what the resolver says for a name, one after the other. */
  open(allow: string[], answers?: Record<string, string[][]>, server?: 'web' | 'raw'): Promise<void>;
  denied(): ReturnType<Relay['denied']>;
  /** Sends one text and returns all that came back. */
  say(text: string): Promise<Buffer>;
  close(): Promise<void>;
}

export async function openRelayLab(): Promise<RelayLab> {
  const folder = mkdtempSync(join(tmpdir(), 'cs-relay-'));
  const path = join(folder, 'relay.sock');
  const [seen, rawBytes, dialled]: [RelayLab['seen'], Buffer[], string[]] = [[], [], []];
  const web: HttpServer = createHttpServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const { method, url, headers, rawHeaders } = request;
      seen.push({ request: `${method} ${url}`, host: headers.host, body, headers: rawHeaders });
      if (url === '/redirect') response.writeHead(302, { location: 'http://127.0.0.1:1/secret' });
      response.end(`answer to ${url}`);
    });
  });
  const raw = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => rawBytes.push(chunk));
    socket.write('from the server');
  });
  for (const server of [web, raw]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let relay: Relay | null = null;
  return {
    seen,
    rawBytes,
    dialled,
    path,
    webPort: portOf(web),
    async open(allow, answers = {}, server = 'web') {
      const lookup = (host: string): Promise<string[]> => {
        const answer = answers[host]?.shift();
        return answer === undefined ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(answer);
      };
      relay = await openRelay({
        allow,
        socketPath: path,
        resolve: pinnedResolver(lookup),
        dial: (address, port) => {
          dialled.push(`${address}:${port}`);
          const local = address === '127.0.0.1' || address === '::1';
          return connect({ host: '127.0.0.1', port: local ? port : portOf(server === 'web' ? web : raw) });
        },
      });
    },
    denied: () => relay?.denied() ?? [],
    say: (text) => converse(path, [text]),
    async close() {
      await relay?.close();
      web.closeAllConnections();
      web.close();
      raw.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A plain proxy request with one answer. */
export const http = (url: string, host: string, rest = ''): string =>
  `GET ${url} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${rest}\r\n`;

export const connectTo = (authority: string): string => `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;

/** The status line of an answer. */
export const status = (answer: Buffer): string => answer.toString('latin1').split('\r\n')[0] ?? '';
