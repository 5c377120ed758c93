/** One header block of a tar archive (POSIX.1-2024, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format"). */
export interface TarHeader {
  name: string;
  type: string;
  size: number;
}

const text = (block: Buffer, from: number, length: number): string => {
  const field = block.subarray(from, from + length);
  const end = field.indexOf(0);
  return decode(end === -1 ? field : field.subarray(0, end));
};

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Names that are no UTF-8 are refused: no pack has one, and what they mean depends on who reads them. */
export const decode = (bytes: Uint8Array): string => UTF8.decode(bytes);

/** Octal text, or GNU's base-256 for what does not fit; throws for anything else. */
function number(block: Buffer, from: number, length: number): number {
  const first = block[from] ?? 0;
  if (first === 0x80) {
    const big = BigInt(`0x${block.subarray(from + 1, from + length).toString('hex')}`);
    if (big > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('a number in a header is too large');
    return Number(big);
  }
  const digits = block
    .toString('latin1', from, from + length)
    .replace(/[\0 ]+$/, '')
    .replace(/^ +/, '');
  if (!/^[0-7]{0,12}$/.test(digits)) throw new TypeError('a number in a header is not octal');
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

/** Reads a header block; throws where its checksum or a field is wrong. */
export function tarHeader(block: Buffer): TarHeader {
  // The checksum itself counts as spaces.
  let sum = 8 * 0x20;
  for (let index = 0; index < 148; index++) sum += block[index] ?? 0;
  for (let index = 156; index < 512; index++) sum += block[index] ?? 0;
  if (number(block, 148, 8) !== sum) throw new TypeError('the checksum of a header is wrong');
  const magic = block.toString('latin1', 257, 263);
  const ustar = magic === 'ustar\0';
  if (!ustar && magic !== 'ustar ') throw new TypeError('not a ustar, pax or GNU archive');
  const prefix = ustar ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    type: String.fromCodePoint(block[156] ?? 0),
    size: number(block, 124, 12),
  };
}

/** `path` and `size` of a pax extended header's records (`<length> <key>=<value>\n`); throws for a malformed one. */
export function paxRecords(data: Buffer): { path?: string; size?: number } {
  const result: { path?: string; size?: number } = {};
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    const digits = data.toString('latin1', at, space);
    const length = Number(digits);
    const record = data.subarray(space + 1, at + length - 1);
    const equals = record.indexOf(0x3d);
    if (space === -1 || !/^[1-9]\d{0,8}$/.test(digits) || equals < 1 || data[at + length - 1] !== 0x0a)
      throw new TypeError('a pax header is malformed');
    const key = record.toString('latin1', 0, equals);
    const value = record.subarray(equals + 1);
    if (key === 'path') result.path = decode(value);
    if (key === 'size') {
      const size = decode(value);
      if (!/^\d{1,15}$/.test(size)) throw new TypeError('a pax header has a size that is none');
      result.size = Number(size);
    }
    if (key.startsWith('GNU.sparse.')) throw new TypeError('a sparse file');
    at += length;
  }
  return result;
}
