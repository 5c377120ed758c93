/**
 * The server name that a TLS client asks for (RFC 8446, section 4.1.2; RFC 6066, section 3), read from the first bytes it sends. `more`: not all there
 * yet. Strict where a server might read differently: one server_name extension with one host name, no second copy of any extension, no bytes left
 * over, and no Encrypted Client Hello, whose inner name nobody outside can compare.
 */
export type HelloReading =
  | { state: 'more' }
  | { state: 'refused'; reason: 'not_tls' | 'ech' }
  | { state: 'read'; name: string | null };

/** Longer hellos than this are refused: even post-quantum ones need a tenth of it. */
export const LONGEST_HELLO = 16_384;

const NOT_TLS: HelloReading = { state: 'refused', reason: 'not_tls' };
const SERVER_NAME = 0x0000;
const ENCRYPTED_CLIENT_HELLO = 0xfe0d;

export function readClientHello(bytes: Buffer): HelloReading {
  const handshake = joinRecords(bytes);
  if (handshake === null) return NOT_TLS;
  if (handshake.length >= 1 && handshake[0] !== 1) return NOT_TLS; // client_hello(1)
  if (handshake.length < 4) return tooLong(bytes);
  const length = handshake.readUIntBE(1, 3);
  if (length > LONGEST_HELLO) return NOT_TLS;
  if (handshake.length < 4 + length) return tooLong(bytes);
  if (handshake.length > 4 + length) return NOT_TLS;
  const extensions = readExtensions(handshake.subarray(4));
  if (extensions === null) return NOT_TLS;
  if (extensions.has(ENCRYPTED_CLIENT_HELLO)) return { state: 'refused', reason: 'ech' };
  const serverName = extensions.get(SERVER_NAME);
  if (serverName === undefined) return { state: 'read', name: null };
  const name = readServerName(serverName);
  return name === null ? NOT_TLS : { state: 'read', name };
}

const tooLong = (bytes: Buffer): HelloReading => (bytes.length > LONGEST_HELLO ? NOT_TLS : { state: 'more' });

/** The handshake bytes of all records so far (a hello may be cut into several); null where a record is of another type or version. */
function joinRecords(bytes: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== 22 || (bytes.length > at + 1 && bytes[at + 1] !== 3)) return null;
    if (bytes.length < at + 5) break;
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0 || length > LONGEST_HELLO) return null;
    parts.push(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return Buffer.concat(parts);
}

/** A cursor over length-prefixed vectors; every read that would pass the end makes it fail for good. */
function cursor(bytes: Buffer) {
  let at = 0;
  let failed = false;
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) failed = true;
    const part = bytes.subarray(at, at + length);
    at += length;
    return part;
  };
  const number = (width: number): number => {
    const part = take(width);
    return part.length === width ? part.readUIntBE(0, width) : 0;
  };
  return {
    take,
    number,
    vector: (width: number) => take(number(width)),
    ok: () => !failed,
    done: () => failed || at >= bytes.length,
  };
}

function readExtensions(hello: Buffer): Map<number, Buffer> | null {
  const body = cursor(hello);
  body.take(2 + 32); // legacy_version, random
  body.vector(1); // legacy_session_id
  body.vector(2); // cipher_suites
  body.vector(1); // legacy_compression_methods
  const extensions = new Map<number, Buffer>();
  if (body.ok() && body.done()) return extensions; // before TLS 1.2 there may be none
  const list = cursor(body.vector(2));
  if (!body.ok() || !body.done()) return null;
  while (!list.done()) {
    const type = list.number(2);
    const data = list.vector(2);
    if (extensions.has(type)) return null;
    extensions.set(type, data);
  }
  return list.ok() ? extensions : null;
}

function readServerName(data: Buffer): string | null {
  const outer = cursor(data);
  const list = cursor(outer.vector(2));
  const type = list.number(1);
  const name = list.vector(2);
  const whole = outer.ok() && outer.done() && list.ok() && list.done();
  return whole && type === 0 && name.length > 0 ? name.toString('latin1').toLowerCase() : null;
}
