import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RelayLab } from '../sandbox/relay-lab.ts';
import { http, openRelayLab, PUBLIC, status } from '../sandbox/relay-lab.ts';

/**
 * 6-attacks.md, Relay: another host by Host field, redirect, absolute URI; DNS that changes its answer; a private address behind an allowed name; smuggled
 * second requests. Real sockets; only the way to the "public" addresses is bent to servers on loopback.
 */
let lab: RelayLab;
beforeEach(async () => {
  lab = await openRelayLab();
});
afterEach(() => lab.close());

describe('plain HTTP', () => {
  it('passes a request to a listed host, without the hop-by-hop fields', async () => {
    await lab.open(['shop.example:80'], { 'shop.example': [[PUBLIC]] });
    const extra =
      'Proxy-Authorization: Basic eA==\r\nX-Drop: 1\r\nX-Keep: 1\r\nConnection: X-Drop, Host, Content-Length\r\nTE: trailers\r\n';
    const answer = await lab.say(`GET http://Shop.Example./a?b HTTP/1.1\r\nHost: shop.example\r\n${extra}\r\n`);
    expect(status(answer)).toBe('HTTP/1.1 200 OK');
    expect(answer.toString('latin1')).toContain('answer to /a?b');
    expect(lab.dialled).toEqual([`${PUBLIC}:80`]);
    const names = lab.seen[0]?.headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    expect(names).toEqual(['host', 'x-keep', 'connection']);
    expect(lab.denied()).toEqual([]);
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
    await lab.open(['shop.example:80'], { 'shop.example': [[PUBLIC]] });
    expect(status(await lab.say(request))).toMatch(new RegExp(`^HTTP/1.1 ${code} `));
    expect(lab.denied()).toEqual([{ target, reason }]);
    expect([lab.seen, lab.dialled]).toEqual([[], []]);
  });

  it('lets one connection reach one origin', async () => {
    await lab.open(['shop.example:80', 'bank.example:80'], { 'shop.example': [[PUBLIC]], 'bank.example': [[PUBLIC]] });
    const first = 'GET http://shop.example/ HTTP/1.1\r\nHost: shop.example\r\n\r\n';
    const answer = await lab.say(first + http('http://bank.example/', 'bank.example'));
    expect(answer.toString('latin1')).toMatch(/200 OK[\s\S]*403 Forbidden/);
    expect(lab.denied()).toEqual([{ target: 'bank.example:80', reason: 'other_origin' }]);
    expect(lab.seen.map(({ host }) => host)).toEqual(['shop.example']);
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
    await lab.open(['shop.example:80'], { 'shop.example': [[PUBLIC]] });
    const inner = 'GET /smuggled HTTP/1.1\r\nHost: bank.example\r\n\r\n';
    await lab.say(
      `GET http://shop.example/ HTTP/1.1\r\nHost: shop.example\r\n${fields.replace('LENGTH', String(inner.length))}\r\n${frame(inner)}`,
    );
    expect(lab.seen.map(({ request, body }) => [request, body])).toEqual([['GET /', inner]]);
  });

  it('refuses both framings at once', async () => {
    await lab.open(['shop.example:80'], { 'shop.example': [[PUBLIC]] });
    const both =
      'POST http://shop.example/ HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    await lab.say(both);
    expect(lab.seen).toEqual([]);
  });

  it('hands a redirect back and judges the next request like any other', async () => {
    await lab.open(['shop.example:80'], { 'shop.example': [[PUBLIC]] });
    const answer = await lab.say(http('http://shop.example/redirect', 'shop.example'));
    expect(answer.toString('latin1')).toContain('http://127.0.0.1:1/secret');
    expect(status(await lab.say(http('http://127.0.0.1:1/secret', '127.0.0.1:1')))).toMatch(/ 403 /);
    expect(lab.seen).toHaveLength(1);
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
    await lab.open(['shop.example:80'], { 'shop.example': [[PUBLIC, address]] });
    expect(status(await lab.say(http('http://shop.example/', 'shop.example')))).toMatch(/ 403 /);
    expect(lab.denied()).toEqual([{ target: 'shop.example:80', reason: 'address_not_allowed' }]);
    expect(lab.dialled).toEqual([]);
  });

  it('keeps to the first answer of a name', async () => {
    await lab.open(['shop.example:80'], { 'shop.example': [[PUBLIC], ['10.0.0.1'], ['8.8.8.8']] });
    for (let i = 0; i < 3; i++)
      expect(status(await lab.say(http('http://shop.example/', 'shop.example')))).toMatch(/ 200 /);
    expect(new Set(lab.dialled)).toEqual(new Set([`${PUBLIC}:80`]));
  });

  it('asks again for a name that had no answer', async () => {
    await lab.open(['shop.example:80'], {});
    expect(status(await lab.say(http('http://shop.example/', 'shop.example')))).toMatch(/ 502 /);
  });

  it('opens loopback and private addresses where exactly they are listed, and metadata never', async () => {
    const port = lab.webPort;
    await lab.open([`127.0.0.1:${port}`, `localhost:${port}`, '169.254.169.254:80', '[::ffff:127.0.0.1]:80'], {
      localhost: [['127.0.0.1', '::1']],
    });
    expect(status(await lab.say(http(`http://127.0.0.1:${port}/`, `127.0.0.1:${port}`)))).toMatch(/ 200 /);
    expect(status(await lab.say(http(`http://localhost:${port}/`, `localhost:${port}`)))).toMatch(/ 200 /);
    expect(status(await lab.say(http('http://169.254.169.254/', '169.254.169.254')))).toMatch(/ 403 /);
    expect(status(await lab.say(http('http://[::ffff:127.0.0.1]/', '[::ffff:127.0.0.1]')))).toMatch(/ 403 /);
  });

  it('refuses a localhost that leads elsewhere', async () => {
    await lab.open(['localhost:80'], { localhost: [[PUBLIC]] });
    expect(status(await lab.say(http('http://localhost/', 'localhost')))).toMatch(/ 403 /);
  });
});

it('bounds and cleans what it records', async () => {
  await lab.open(['shop.example:80']);
  for (let i = 0; i < 130; i++) await lab.say(http(`http://h${i}.example/`, `h${i}.example`));
  const denied = lab.denied();
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
    await expect(lab.open([bad])).rejects.toThrow('not a host:port');
  }
});
