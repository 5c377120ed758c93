/** One header block of a tar archive (POSIX.1-2024, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format"). */
export interface TarHeader {
  name: string;
  type: string;
  size: number;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ASCII = /^[ -~]*$/;

/** Names that are no UTF-8 are refused: no pack has one, and what they mean depends on who reads them. */
export const decode = (bytes: Uint8Array): string => UTF8.decode(bytes);

/** A field up to its first NUL. */
function text(block: Buffer, from: number, length: number): string {
  let end = from;
  while (end < from + length && block[end] !== 0) end += 1;
  const ascii = block.toString('latin1', from, end);
  return ASCII.test(ascii) ? ascii : decode(block.subarray(from, end));
}

const SPACE = 0x20;
const ZERO = 0x30;
/** `ustar`; a NUL follows in a ustar or pax archive, a space in a GNU one. */
const USTAR = 0x7573746172;

/** Octal text between spaces and NULs, or GNU's base-256 for what does not fit; throws for anything else. */
function number(block: Buffer, from: number, length: number): number {
  if (block[from] === 0x80) {
    const big = BigInt(`0x${block.subarray(from + 1, from + length).toString('hex')}`);
    if (big > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('a number in a header is too large');
    return Number(big);
  }
  const end = from + length;
  let at = from;
  while (at < end && block[at] === SPACE) at += 1;
  let value = 0;
  for (let digit = (block[at] ?? 0) - ZERO; at < end && digit >= 0 && digit < 8; digit = (block[at] ?? 0) - ZERO) {
    value = 8 * value + digit;
    at += 1;
  }
  while (at < end && (block[at] === SPACE || block[at] === 0)) at += 1;
  if (at < end) throw new TypeError('a number in a header is not octal');
  return value;
}

/** Reads a header block; throws where its checksum or a field is wrong. */
export function tarHeader(block: Buffer): TarHeader {
  // The checksum itself counts as spaces.
  let sum = 8 * 0x20;
  for (let index = 0; index < 148; index++) sum += block[index] ?? 0;
  for (let index = 156; index < 512; index++) sum += block[index] ?? 0;
  if (number(block, 148, 8) !== sum) throw new TypeError('the checksum of a header is wrong');
  const ustar = block[262] === 0;
  if (block.readUIntBE(257, 5) !== USTAR || !(ustar || block[262] === SPACE))
    throw new TypeError('not a ustar, pax or GNU archive');
  const prefix = ustar && block[345] !== 0 ? text(block, 345, 155) : '';
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
