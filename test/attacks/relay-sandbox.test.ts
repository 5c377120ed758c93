import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { createServer as createTlsServer } from 'node:tls';
import type { Lab } from '../sandbox/lab.ts';
import { command, ACCOUNTS, node, openLab, processesWith, sh } from '../sandbox/lab.ts';

/**
 * The whole way: a command in the sandbox, the bridge, the relay outside, a server on the host's loopback that the packet lists.
 */
let lab: Lab;
let servers: Server[];
let ports: { web: number; tls: number; unlisted: number };
const PSK = randomBytes(32).toString('hex');

beforeAll(async () => {
  lab = openLab();
  const web = createServer((request, response) => {
    if (request.url !== '/endless') return void response.end(`web ${request.url}`);
    const more = setInterval(() => response.write('x'.repeat(1_000)), 5);
    response.on('close', () => clearInterval(more));
  });
  const unlisted = createServer((_, response) => response.end('unlisted'));
  // A pre-shared key needs no certificate, so none has to be made or kept.
  const options: TlsOptions = { ciphers: 'PSK', maxVersion: 'TLSv1.2', pskCallback: () => Buffer.from(PSK, 'hex') };
  const tls = createTlsServer(options, (socket) => socket.end('over tls'));
  tls.on('tlsClientError', () => {});
  servers = [web, tls, unlisted];
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const [webPort = 0, tlsPort = 0, unlistedPort = 0] = servers.map((server) => (server.address() as AddressInfo).port);
  ports = { web: webPort, tls: tlsPort, unlisted: unlistedPort };
});
afterAll(() => {
  for (const server of servers) server.close();
  lab.close();
});

/** Asks through the proxy variables, as programs do. */
const asking = (body: string) => `
  const http = require('node:http'), net = require('node:net'), tls = require('node:tls');
  const proxy = new URL(process.env.HTTP_PROXY);
  const get = (url, host = new URL(url).host) => new Promise((resolve) => http.get({ host: proxy.hostname, port: proxy.port, path: url, headers: { host } }, (response) => {
    let text = ''; response.on('data', (chunk) => (text += chunk)); response.on('end', () => resolve(response.statusCode + ' ' + text.trim())); response.on('error', (e) => resolve(e.code));
  }).on('error', (error) => resolve(error.code)));
  const secure = (authority, servername) => new Promise((resolve) => {
    http.request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: authority }).on('connect', (response, socket) => {
      if (response.statusCode !== 200) return resolve(response.statusCode);
      const pskCallback = () => ({ psk: Buffer.from('${PSK}', 'hex'), identity: 'x' });
      const client = tls.connect({ socket, servername, ciphers: 'PSK', maxVersion: 'TLSv1.2', pskCallback, checkServerIdentity: () => undefined });
      let text = ''; client.on('data', (chunk) => (text += chunk)); client.on('close', () => resolve(text || 'closed')); client.on('error', () => {});
    }).on('error', (error) => resolve(error.code)).end();
  });
  const direct = (port) => new Promise((resolve) => net.connect(port, '127.0.0.1', () => resolve('connected')).on('error', (error) => resolve(error.code)));
  (async () => { ${body} })()`;

describe.each(ACCOUNTS)('relay from inside: $name', (mode) => {
  const only = async (job: Parameters<Lab['run']>[1][number]) => {
    const {
      results: [result],
    } = await lab.run(mode, [job]);
    if (!result || result.error !== null) throw new Error(result?.error ?? 'no result');
    return result;
  };

  it('reaches what is listed and nothing else, and records the rest', async () => {
    const network = [`localhost:${ports.web}`, `localhost:${ports.tls}`];
    const script = asking(`console.log(JSON.stringify([
      await get('http://localhost:${ports.web}/a'),
      await secure('localhost:${ports.tls}', 'localhost'),
      await secure('localhost:${ports.tls}', 'other.example'),
      await get('http://localhost:${ports.unlisted}/'),
      await get('http://127.0.0.1:${ports.web}/'),
      await get('http://localhost:${ports.web}/', 'localhost:${ports.unlisted}'),
      await get('http://169.254.169.254/latest/meta-data/'),
      await secure('localhost:${ports.web}', 'localhost'),
      await direct(${ports.web}),
    ]))`);
    const { stdout, outcome } = await only({ command: node(script, { network }) });
    expect(JSON.parse(stdout)).toEqual([
      '200 web /a',
      'over tls',
      'closed',
      `403 countersign relay: localhost:${ports.unlisted} is not allowed`,
      `403 countersign relay: 127.0.0.1:${ports.web} is not allowed`,
      '400 countersign relay: host_mismatch',
      '403 countersign relay: 169.254.169.254:80 is not allowed',
      'closed', // a hello to a server that speaks no TLS
      'ECONNREFUSED',
    ]);
    const expected = [
      [`127.0.0.1:${ports.web}`, 'not_listed'],
      ['169.254.169.254:80', 'not_listed'],
      [`localhost:${ports.tls}`, 'server_name_mismatch'],
      [`localhost:${ports.unlisted}`, 'not_listed'],
      [`localhost:${ports.web}`, 'host_mismatch'],
    ].map(([target, reason]) => ({ target, reason }));
    expect(outcome?.denied).toHaveLength(expected.length);
    expect(outcome?.denied).toEqual(expect.arrayContaining(expected));
  });

  it('bounds an answer that never ends by the time limit', async () => {
    const script = asking(`await get('http://localhost:${ports.web}/endless')`);
    const { outcome } = await only({
      command: node(script, { network: [`localhost:${ports.web}`], limits: { timeoutMs: 1_500 } }),
    });
    expect(outcome?.limit).toBe('time');
  });

  it('passes the end of the command through, and takes the bridge along', async () => {
    const network = ['localhost:1'];
    const mark = `3604.${Date.now()}`;
    const jobs = [
      // The bridge has the command in its own argv: the mark finds this test's bridges and nobody else's.
      sh(`exit 3 # ${mark}`, { network }),
      sh(`kill -SEGV $$ # ${mark}`, { network }),
      command(['nosuch', mark], { network }),
      sh(`setsid sleep ${mark} & exit 0`, { network }),
      sh(`echo out; echo err >&2; env | grep -c NODE_OPTIONS # ${mark}`, { network }),
    ];
    const { results } = await lab.run(
      mode,
      jobs.map((each) => ({ command: each })),
    );
    expect(results.map(({ outcome }) => [outcome?.exitCode, outcome?.signal])).toEqual([
      [3, null],
      [139, 'SIGSEGV'],
      [127, null],
      [0, null],
      [1, null],
    ]);
    expect([results[4]?.stdout, results[4]?.stderr]).toEqual(['out\n0\n', 'err\n']);
    expect(processesWith(mark)).toEqual([]);
  });
});
