import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import type { Relay } from '../../src/sandbox/relay/index.ts';
import { openRelay, pinnedResolver } from '../../src/sandbox/relay/index.ts';
import { clientHello, converse } from '../sandbox/hello.ts';

/**
 * 6-attacks.md, Relay: another host by Host field, server name, absolute URI, CONNECT to an address; DNS that changes its answer; a private address
 * behind an allowed name; smuggled second requests. Real sockets; only the way to the "public" addresses is bent to servers on loopback.
 */
let folder: string;
let web: HttpServer;
let seen: { request: string; host: string | undefined; body: string; headers: IncomingMessage['rawHeaders'] }[];
let raw: Server;
let rawBytes: Buffer[];
let relay: Relay | null;
let dialled: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cs-relay-'));
  seen = [];
  rawBytes = [];
  dialled = [];
  relay = null;
  web = createHttpServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      seen.push({
        request: `${request.method} ${request.url}`,
        host: request.headers.host,
        body,
        headers: request.rawHeaders,
      });
      if (request.url === '/redirect') response.writeHead(302, { location: 'http://127.0.0.1:1/secret' });
      response.end(`answer to ${request.url}`);
    });
  });
  raw = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => rawBytes.push(chunk));
    socket.write('from the server');
  });
  for (const server of [web, raw]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await relay?.close();
  web.closeAllConnections();
  web.close();
  raw.close();
  rmSync(folder, { recursive: true, force: true });
});

const portOf = (server: Server | HttpServer) => (server.address() as AddressInfo).port;
const path = () => join(folder, 'relay.sock');

/** Opens the relay; public addresses lead to the given server. */
async function open(
  allow: string[],
  answers: Record<string, string[][]> = {},
  server: Server | HttpServer = web,
): Promise<void> {
  const lookup = async (host: string): Promise<string[]> => {
    const answer = answers[host]?.shift();
    if (answer === undefined) throw new Error('ENOTFOUND');
    return answer;
  };
  relay = await openRelay({
    allow,
    socketPath: path(),
    resolve: pinnedResolver(lookup),
    dial: (address, port) => {
      dialled.push(`${address}:${port}`);
      const local = address === '127.0.0.1' || address === '::1';
      return connect({ host: '127.0.0.1', port: local ? port : portOf(server) });
    },
  });
}

const PUBLIC = '93.184.215.14';
const http = (url: string, host: string, rest = '') =>
  `GET ${url} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${rest}\r\n`;
const say = (text: string | Buffer) => converse(path(), [text]);
const status = (answer: Buffer) => answer.toString('latin1').split('\r\n')[0];

describe('plain HTTP', () => {
  it('passes a request to a listed host, without the hop-by-hop fields', async () => {
    await open(['shop.example:80'], { 'shop.example': [[PUBLIC]] });
    const extra =
      'Proxy-Authorization: Basic eA==\r\nX-Drop: 1\r\nX-Keep: 1\r\nConnection: X-Drop, Host, Content-Length\r\nTE: trailers\r\n';
    const answer = await say(`GET http://Shop.Example./a?b HTTP/1.1\r\nHost: shop.example\r\n${extra}\r\n`);
    expect(status(answer)).toBe('HTTP/1.1 200 OK');
    expect(answer.toString('latin1')).toContain('answer to /a?b');
    expect(dialled).toEqual([`${PUBLIC}:80`]);
    const names = seen[0]?.headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    expect(names).toEqual(['host', 'x-keep', 'connection']);
    expect(relay?.denied()).toEqual([]);
  });

  it.each([
    ['another host', http('http://other.example/', 'other.example'), 'other.example:80', 'not_listed', 403],
    ['another port', http('http://shop.example:8080/', 'shop.example:8080'), 'shop.example:8080', 'not_listed', 403],
    ['another Host field', http('http://shop.example/', 'other.example'), 'shop.example:80', 'host_mismatch', 400],
    [
      'a second Host field',
      http('http://shop.example/', 'shop.example', 'Host: other.example\r\n'),
      'shop.example:80',
      'host_mismatch',
      400,
    ],
    [
      'user information',
      http('http://shop.example@other.example/', 'other.example'),
      'http://shop.example@other.example/',
      'malformed',
      400,
    ],
    ['another scheme', http('ftp://shop.example/', 'shop.example'), 'ftp://shop.example/', 'malformed', 400],
    ['no absolute URI', http('/', 'shop.example'), '/', 'malformed', 400],
    [
      'an upgrade',
      http('http://shop.example/', 'shop.example', 'Upgrade: websocket\r\nConnection: upgrade\r\n'),
      'http://shop.example/',
      'upgrade',
      501,
    ],
    ['an address', http('http://127.0.0.1/', '127.0.0.1'), '127.0.0.1:80', 'not_listed', 403],
    [
      'the metadata address',
      http('http://169.254.169.254/latest', '169.254.169.254'),
      '169.254.169.254:80',
      'not_listed',
      403,
    ],
    ['a short address', http('http://127.1/', '127.1'), 'http://127.1/', 'malformed', 400],
    [
      'TRACE',
      'TRACE http://shop.example/ HTTP/1.1\r\nHost: shop.example\r\n\r\n',
      'http://shop.example/',
      'malformed',
      400,
    ],
  ])('refuses %s', async (_, request, target, reason, code) => {
    await open(['shop.example:80'], { 'shop.example': [[PUBLIC]] });
    expect(status(await say(request))).toMatch(new RegExp(`^HTTP/1.1 ${code} `));
    expect(relay?.denied()).toEqual([{ target, reason }]);
    expect([seen, dialled]).toEqual([[], []]);
  });

  it('lets one connection reach one origin', async () => {
    await open(['shop.example:80', 'bank.example:80'], { 'shop.example': [[PUBLIC]], 'bank.example': [[PUBLIC]] });
    const first = 'GET http://shop.example/ HTTP/1.1\r\nHost: shop.example\r\n\r\n';
    const answer = await say(first + http('http://bank.example/', 'bank.example'));
    expect(answer.toString('latin1')).toMatch(/200 OK[\s\S]*403 Forbidden/);
    expect(relay?.denied()).toEqual([{ target: 'bank.example:80', reason: 'other_origin' }]);
    expect(seen.map(({ host }) => host)).toEqual(['shop.example']);
  });

  it.each([
    [
      'a chunked body of a GET',
      'Transfer-Encoding: chunked\r\n',
      (inner: string) => `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`,
    ],
    [
      'a length that Connection hides',
      'Connection: Content-Length\r\nContent-Length: LENGTH\r\n',
      (inner: string) => inner,
    ],
  ])('does not let %s become a second request', async (_, fields, frame) => {
    await open(['shop.example:80'], { 'shop.example': [[PUBLIC]] });
    const inner = 'GET /smuggled HTTP/1.1\r\nHost: bank.example\r\n\r\n';
    await say(
      `GET http://shop.example/ HTTP/1.1\r\nHost: shop.example\r\n${fields.replace('LENGTH', String(inner.length))}\r\n${frame(inner)}`,
    );
    expect(seen.map(({ request, body }) => [request, body])).toEqual([['GET /', inner]]);
  });

  it('refuses both framings at once', async () => {
    await open(['shop.example:80'], { 'shop.example': [[PUBLIC]] });
    const both =
      'POST http://shop.example/ HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    await say(both);
    expect(seen).toEqual([]);
  });

  it('hands a redirect back and judges the next request like any other', async () => {
    await open(['shop.example:80'], { 'shop.example': [[PUBLIC]] });
    const answer = await say(http('http://shop.example/redirect', 'shop.example'));
    expect(answer.toString('latin1')).toContain('http://127.0.0.1:1/secret');
    expect(status(await say(http('http://127.0.0.1:1/secret', '127.0.0.1:1')))).toMatch(/ 403 /);
    expect(seen).toHaveLength(1);
  });
});

describe('names and addresses', () => {
  it.each([
    ['10.0.0.1'],
    ['127.0.0.1'],
    ['169.254.169.254'],
    ['172.16.0.1'],
    ['192.168.1.1'],
    ['100.64.0.1'],
    ['0.0.0.0'],
    ['224.0.0.1'],
    ['255.255.255.255'],
    ['::1'],
    ['::'],
    ['fc00::1'],
    ['fd00:ec2::254'],
    ['fe80::1'],
    ['ff02::1'],
    ['::ffff:10.0.0.1'],
    ['::ffff:7f00:1'],
    ['64:ff9b::a00:1'],
    ['2002:a00:1::'],
    ['fe80::1%lo'],
  ])('refuses a listed name with the address %s, even beside a public one', async (address) => {
    await open(['shop.example:80'], { 'shop.example': [[PUBLIC, address]] });
    expect(status(await say(http('http://shop.example/', 'shop.example')))).toMatch(/ 403 /);
    expect(relay?.denied()).toEqual([{ target: 'shop.example:80', reason: 'address_not_allowed' }]);
    expect(dialled).toEqual([]);
  });

  it('keeps to the first answer of a name', async () => {
    await open(['shop.example:80'], { 'shop.example': [[PUBLIC], ['10.0.0.1'], ['8.8.8.8']] });
    for (let i = 0; i < 3; i++)
      expect(status(await say(http('http://shop.example/', 'shop.example')))).toMatch(/ 200 /);
    expect(new Set(dialled)).toEqual(new Set([`${PUBLIC}:80`]));
  });

  it('asks again for a name that had no answer', async () => {
    await open(['shop.example:80'], {});
    expect(status(await say(http('http://shop.example/', 'shop.example')))).toMatch(/ 502 /);
  });

  it('opens loopback and private addresses where exactly they are listed, and metadata never', async () => {
    const port = portOf(web);
    await open([`127.0.0.1:${port}`, `localhost:${port}`, '169.254.169.254:80', '[::ffff:127.0.0.1]:80'], {
      localhost: [['127.0.0.1', '::1']],
    });
    expect(status(await say(http(`http://127.0.0.1:${port}/`, `127.0.0.1:${port}`)))).toMatch(/ 200 /);
    expect(status(await say(http(`http://localhost:${port}/`, `localhost:${port}`)))).toMatch(/ 200 /);
    expect(status(await say(http('http://169.254.169.254/', '169.254.169.254')))).toMatch(/ 403 /);
    expect(status(await say(http('http://[::ffff:127.0.0.1]/', '[::ffff:127.0.0.1]')))).toMatch(/ 403 /);
  });

  it('refuses a localhost that leads elsewhere', async () => {
    await open(['localhost:80'], { localhost: [[PUBLIC]] });
    expect(status(await say(http('http://localhost/', 'localhost')))).toMatch(/ 403 /);
  });
});

describe('CONNECT', () => {
  const connectTo = (authority: string) => `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;

  it.each([
    ['another host', 'other.example:443', 'not_listed'],
    ['another port', 'shop.example:22', 'not_listed'],
    ['an address', `${PUBLIC}:443`, 'not_listed'],
    ['loopback', '127.0.0.1:443', 'not_listed'],
    ['no port', 'shop.example', 'malformed'],
    ['a hexadecimal address', '0x7f000001:443', 'malformed'],
  ])('refuses %s', async (_, authority, reason) => {
    await open(['shop.example:443'], { 'shop.example': [[PUBLIC]] }, raw);
    expect(status(await say(connectTo(authority)))).toMatch(/ 40[03] /);
    expect(relay?.denied()).toEqual([{ target: authority, reason }]);
    expect(dialled).toEqual([]);
  });

  it.each<[string, Buffer, string]>([
    ['another server name', clientHello({ names: ['bank.example'] }), 'server_name_mismatch'],
    ['no server name', clientHello({ names: [] }), 'server_name_mismatch'],
    ['two server names', clientHello({ names: ['shop.example', 'bank.example'] }), 'not_tls'],
    ['the extension twice', clientHello({ names: ['shop.example'], twice: true }), 'not_tls'],
    ['an encrypted hello', clientHello({ names: ['shop.example'], ech: true }), 'ech'],
    [
      'bytes after the hello',
      Buffer.concat([clientHello({ names: ['shop.example'] }), clientHello({ names: ['bank.example'] })]),
      'not_tls',
    ],
    ['plain HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: bank.example\r\n\r\n'), 'not_tls'],
    ['SSH', Buffer.from('SSH-2.0-x\r\n'), 'not_tls'],
  ])('refuses %s inside the tunnel, before anything is dialled', async (_, hello, reason) => {
    await open(['shop.example:443'], { 'shop.example': [[PUBLIC]] }, raw);
    const answer = await converse(path(), [connectTo('shop.example:443'), hello]);
    expect(answer.toString('latin1')).toBe('HTTP/1.1 200 Connection Established\r\n\r\n');
    expect(relay?.denied()).toEqual([{ target: 'shop.example:443', reason }]);
    expect([dialled, rawBytes]).toEqual([[], []]);
  });

  it('passes a hello that names the host byte for byte, cut into pieces or not', async () => {
    await open(['shop.example:443'], { 'shop.example': [[PUBLIC]] }, raw);
    for (const hello of [
      clientHello({ names: ['Shop.Example'] }),
      clientHello({ names: ['shop.example'], recordBytes: 20 }),
    ]) {
      rawBytes = [];
      const pieces = [hello.subarray(0, 3), hello.subarray(3, 50), hello.subarray(50)];
      const answer = await converse(path(), [connectTo('shop.example:443'), ...pieces], 'from the server');
      expect(answer.toString('latin1')).toMatch(/from the server$/);
      expect(Buffer.concat(rawBytes)).toEqual(hello);
    }
    expect(relay?.denied()).toEqual([]);
  });

  it('reads the hello of a real TLS client', async () => {
    await open(['shop.example:443'], { 'shop.example': [[PUBLIC]] }, raw);
    for (const servername of ['shop.example', 'bank.example']) {
      const socket = connect(path());
      await new Promise<void>((resolve) => {
        socket.write(connectTo('shop.example:443'));
        socket.once('data', () => resolve());
      });
      const secure = tlsConnect({ socket, servername });
      await new Promise<void>((resolve) => {
        secure.on('error', () => resolve());
        secure.on('close', () => resolve());
      });
      socket.destroy();
    }
    expect(dialled).toEqual([`${PUBLIC}:443`]);
    expect(Buffer.concat(rawBytes).toString('latin1')).toContain('shop.example');
    expect(relay?.denied()).toEqual([{ target: 'shop.example:443', reason: 'server_name_mismatch' }]);
  });
});

it('bounds and cleans what it records', async () => {
  await open(['shop.example:80']);
  for (let i = 0; i < 130; i++) await say(http(`http://h${i}.example/`, `h${i}.example`));
  const denied = relay?.denied() ?? [];
  expect(denied).toHaveLength(100);
  expect(denied).toEqual([...denied].sort((a, b) => (a.target < b.target ? -1 : 1)));
});

it('refuses to open for what is not host:port', async () => {
  for (const bad of [
    'shop.example',
    '*.example:443',
    'shop.example:0',
    'shop.example:70000',
    'http://shop.example:80',
    '1.2.3:80',
    '[fe80::1%25lo]:80',
    '',
  ]) {
    await expect(open([bad])).rejects.toThrow('not a host:port');
  }
});
