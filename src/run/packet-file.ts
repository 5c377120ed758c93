import { type Digest, type Packet, UserError } from '../contracts/index.ts';
import { parsePacket } from '../packet/index.ts';
import { decoded, readText } from './text-file.ts';

/** The largest packet file that is read (2-contracts.md). */
export const MOST_PACKET_BYTES = 1 << 20;

/** A valid packet and its digest. Throws a UserError with every error of the document: an invalid packet is exit 3 and no run. */
export async function readPacket(file: string): Promise<{ packet: Packet; digest: Digest }> {
  const text = await readText(file, MOST_PACKET_BYTES, file, 'Name a packet file, or - for standard input.');
  return parsed(text);
}

/** The same of bytes that git gave. */
export const packetOf = (bytes: Uint8Array, file: string): { packet: Packet; digest: Digest } =>
  parsed(decoded(bytes, file));

function parsed(text: string): { packet: Packet; digest: Digest } {
  const reading = parsePacket(text);
  if (reading.ok) return { packet: reading.packet, digest: reading.digest };
  throw new UserError(reading.errors);
}
