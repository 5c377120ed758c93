import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { assert, integer, nat, property, string, uint8Array } from 'fast-check';
import { temporarySizes } from '../../src/sandbox/arguments.ts';
import { innerEnvironment } from '../../src/sandbox/environment.ts';
import { authorityText, parseAuthority } from '../../src/sandbox/relay/authority.ts';
import { proxyEnvironment } from '../../src/sandbox/relay/bridge.ts';
import { readClientHello } from '../../src/sandbox/relay/client-hello.ts';
import { endToEnd } from '../../src/sandbox/relay/forward.ts';
import { clientHello } from './hello.ts';

describe('host:port', () => {
  it.each([
    ['Example.COM:443', 'example.com:443'],
    ['example.com.:443', 'example.com:443'],
    ['localhost:80', 'localhost:80'],
    ['10.0.0.1:1', '10.0.0.1:1'],
    ['[2001:DB8:0::1]:443', '[2001:db8::1]:443'],
    ['a_b.example:65535', 'a_b.example:65535'],
  ])('%s is %s', (text, canonical) => {
    const authority = parseAuthority(text);
    expect(authority && authorityText(authority)).toBe(canonical);
  });

  it.each([
    '',
    ':80',
    'a',
    'a:',
    'a:0',
    'a:65536',
    'a:080000',
    'a:8 0',
    'a b:80',
    '*.a:80',
    'a..b:80',
    '-a:80',
    'a-:80',
    '127.1:80',
    '0x7f.0.0.1:80',
    '0177.0.0.1:80',
    '2130706433:80',
    '1.2.3.4.5:80',
    'a.0x1:80',
    'é.example:80',
    '[::1:80',
    '::1:80',
    '[fe80::1%lo]:80',
    'u@a:80',
    'a:80/',
    'a:80?',
    `${'a.'.repeat(130)}a:80`,
  ])('%s is nothing', (text) => {
    expect(parseAuthority(text)).toBeNull();
  });

  it('has one spelling', () => {
    const again = property(string({ maxLength: 40 }), integer({ min: 0, max: 70_000 }), (host, port) => {
      const read = parseAuthority(`${host}:${port}`);
      return read === null || isDeepStrictEqual(parseAuthority(authorityText(read)), read);
    });
    expect(() => assert(again)).not.toThrow();
  });
});

describe('the client hello', () => {
  const whole = clientHello({ names: ['shop.example'], recordBytes: 40 });

  it('is waited for while it is a beginning, and read when whole', () => {
    for (let length = 1; length < whole.length; length++)
      expect([length, readClientHello(whole.subarray(0, length)).state]).toEqual([length, 'more']);
    expect(readClientHello(whole)).toEqual({ state: 'read', name: 'shop.example' });
  });

  it('is never misread: a changed byte leaves the name, or the hello is refused or unfinished', () => {
    assert(
      property(nat(whole.length - 1), integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        expect(() => readClientHello(bytes)).not.toThrow();
      }),
    );
    assert(
      property(uint8Array({ maxLength: 300 }), (bytes) => {
        expect(['more', 'refused', 'read']).toContain(
          readClientHello(Buffer.concat([Buffer.from([22, 3, 1]), bytes])).state,
        );
      }),
    );
  });

  it('has an end', () => {
    expect(
      readClientHello(Buffer.concat([Buffer.from([22, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff]), Buffer.alloc(100)])).state,
    ).toBe('refused');
  });
});

describe('the environment inside', () => {
  it('is sorted and complete', () => {
    expect(innerEnvironment({ CI: 'true' }, ['/tool', '/usr/bin'])).toEqual([
      ['CI', 'true'],
      ['HOME', '/home/sandbox'],
      ['LANG', 'C.UTF-8'],
      ['PATH', '/tool:/usr/bin:/usr/local/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin'],
      ['TMPDIR', '/tmp'],
      ['USER', 'sandbox'],
    ]);
  });

  it.each([
    'GITHUB_TOKEN',
    'github_env',
    'ACTIONS_RUNTIME_TOKEN',
    'RUNNER_TEMP',
    'GIT_DIR',
    'LD_PRELOAD',
    'BASH_ENV',
    'ENV',
    'NODE_OPTIONS',
    'PYTHONPATH',
    'PERL5LIB',
    'PATH',
    'HOME',
    '',
    'A=B',
    'a b',
    '1A',
  ])('refuses %s', (name) => {
    expect(() => innerEnvironment({ [name]: 'x' }, [])).toThrow(/must not be set|not an environment variable/);
  });

  it('sends loopback past the proxy unless the packet lists it', () => {
    expect(proxyEnvironment(['a.example:443'], null)['NO_PROXY']).toBe('localhost,127.0.0.1,::1');
    expect(proxyEnvironment(['localhost:80', '[::1]:80'], '/ca')).toMatchObject({
      no_proxy: '127.0.0.1',
      NODE_EXTRA_CA_CERTS: '/ca',
    });
  });
});

it('temporary file systems never hold more than memory or disk allow', () => {
  const size = { min: 8, max: 2 ** 40 };
  assert(
    property(integer(size), integer(size), (memoryBytes, diskBytes) => {
      const { tmp, home, shm } = temporarySizes({
        memoryBytes,
        diskBytes,
        timeoutMs: 1,
        processes: 1,
        fileBytes: 1,
        outputBytes: 1,
      });
      expect(tmp + home + shm).toBeLessThanOrEqual(Math.min(memoryBytes, diskBytes));
      expect(Math.min(tmp, home, shm)).toBeGreaterThan(0); // bubblewrap reads 0 as "no limit"
    }),
  );
});

it('hop-by-hop fields stop at the relay, framing does not', () => {
  expect(
    endToEnd([
      'Host',
      'a',
      'Connection',
      'x-a, host, Content-Length',
      'X-A',
      '1',
      'X-B',
      '2',
      'Content-Length',
      '3',
      'Proxy-Authorization',
      'z',
      'X-B',
      '4',
    ]),
  ).toEqual([
    ['Host', 'a'],
    ['X-B', '2'],
    ['Content-Length', '3'],
    ['X-B', '4'],
  ]);
});
