import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { clientHello, converse } from '../sandbox/hello.ts';
import type { RelayLab } from '../sandbox/relay-lab.ts';
import { connectTo, openRelayLab, PUBLIC, status } from '../sandbox/relay-lab.ts';

/** 6-attacks.md, Relay: CONNECT to another host, to an address, and with another server name inside. */
let lab: RelayLab;
beforeEach(async () => {
  lab = await openRelayLab();
});
afterEach(() => lab.close());

describe('CONNECT', () => {
  it.each([
    ['another host', 'other.example:443', 'not_listed'],
    ['another port', 'shop.example:22', 'not_listed'],
    ['an address', `${PUBLIC}:443`, 'not_listed'],
    ['loopback', '127.0.0.1:443', 'not_listed'],
    ['no port', 'shop.example', 'malformed'],
    ['a hexadecimal address', '0x7f000001:443', 'malformed'],
  ])('refuses %s', async (_, authority, reason) => {
    await lab.open(['shop.example:443'], { 'shop.example': [[PUBLIC]] }, 'raw');
    expect(status(await lab.say(connectTo(authority)))).toMatch(/ 40[03] /);
    expect(lab.denied()).toEqual([{ target: authority, reason }]);
    expect(lab.dialled).toEqual([]);
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
  ])('refuses %s inside the tunnel, before anything is lab.dialled', async (_, hello, reason) => {
    await lab.open(['shop.example:443'], { 'shop.example': [[PUBLIC]] }, 'raw');
    const answer = await converse(lab.path, [connectTo('shop.example:443'), hello]);
    expect(answer.toString('latin1')).toBe('HTTP/1.1 200 Connection Established\r\n\r\n');
    expect(lab.denied()).toEqual([{ target: 'shop.example:443', reason }]);
    expect([lab.dialled, lab.rawBytes]).toEqual([[], []]);
  });

  it('passes a hello that names the host byte for byte, cut into pieces or not', async () => {
    await lab.open(['shop.example:443'], { 'shop.example': [[PUBLIC]] }, 'raw');
    for (const hello of [
      clientHello({ names: ['Shop.Example'] }),
      clientHello({ names: ['shop.example'], recordBytes: 20 }),
    ]) {
      lab.rawBytes.length = 0;
      const pieces = [hello.subarray(0, 3), hello.subarray(3, 50), hello.subarray(50)];
      const answer = await converse(lab.path, [connectTo('shop.example:443'), ...pieces], 'from the server');
      expect(answer.toString('latin1')).toMatch(/from the server$/);
      expect(Buffer.concat(lab.rawBytes)).toEqual(hello);
    }
    expect(lab.denied()).toEqual([]);
  });

  it('reads the hello of a real TLS client', async () => {
    await lab.open(['shop.example:443'], { 'shop.example': [[PUBLIC]] }, 'raw');
    for (const servername of ['shop.example', 'bank.example']) {
      const socket = connect(lab.path);
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
    expect(lab.dialled).toEqual([`${PUBLIC}:443`]);
    expect(Buffer.concat(lab.rawBytes).toString('latin1')).toContain('shop.example');
    expect(lab.denied()).toEqual([{ target: 'shop.example:443', reason: 'server_name_mismatch' }]);
  });
});
