import { connect } from 'node:net';

const vector = (width: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const length = Buffer.alloc(width);
  length.writeUIntBE(body.length, 0, width);
  return Buffer.concat([length, body]);
};
const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

export interface HelloParts {
  /** Host names in one server_name extension; none: no extension. */
  names: string[];
  /** The extension a second time. */
  twice?: boolean;
  ech?: boolean;
  /** Bytes in each TLS record; default all in one. */
  recordBytes?: number;
}

/** A TLS ClientHello as bytes on the wire. */
export function clientHello({ names, twice = false, ech = false, recordBytes = 16_000 }: HelloParts): Buffer {
  const serverName = Buffer.concat([
    u16(0),
    vector(2, vector(2, ...names.map((name) => Buffer.concat([Buffer.from([0]), vector(2, Buffer.from(name))])))),
  ]);
  const extensions = [Buffer.concat([u16(43), vector(2, Buffer.from([2, 3, 4]))])];
  if (names.length > 0) extensions.push(serverName);
  if (twice) extensions.push(serverName);
  if (ech) extensions.push(Buffer.concat([u16(0xfe0d), vector(2, Buffer.alloc(32, 1))]));
  const body = Buffer.concat([
    u16(0x0303),
    Buffer.alloc(32, 7),
    vector(1, Buffer.alloc(32, 8)),
    vector(2, u16(0x1301)),
    vector(1, Buffer.from([0])),
    vector(2, ...extensions),
  ]);
  const handshake = Buffer.concat([Buffer.from([1]), vector(3, body)]);
  const records: Buffer[] = [];
  for (let at = 0; at < handshake.length; at += recordBytes) {
    records.push(Buffer.concat([Buffer.from([22, 3, 1]), vector(2, handshake.subarray(at, at + recordBytes))]));
  }
  return Buffer.concat(records);
}

/**
 * Speaks to a unix socket: the first part at once, each later one after the first answer, and returns all that came back when the other side ends
 * the connection, or when `until` came.
 */
export function converse(path: string, parts: (string | Buffer)[], until?: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const [first = '', ...later] = parts;
    let answer = Buffer.alloc(0);
    socket.setNoDelay(true);
    socket.write(first);
    const speak = ([part, ...rest]: (string | Buffer)[]) => {
      if (part === undefined) return;
      socket.write(part);
      setImmediate(() => speak(rest));
    };
    socket.once('data', () => speak(later));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (until !== undefined && answer.includes(until)) socket.destroy();
      // A kept-alive answer has no end of its own: half-close once nothing more will be asked.
      else if (later.length === 0) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}
