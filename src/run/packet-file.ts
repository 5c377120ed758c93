import { type Digest, type Packet, UserError } from '../contracts/index.ts';
import { parsePacket } from '../packet/index.ts';
import { readText } from './text-file.ts';

/** The largest packet file that is read (2-contracts.md). */
const MOST_BYTES = 1 << 20;

/** A valid packet and its digest. Throws a UserError with every error of the document: an invalid packet is exit 3 and no run. */
export async function readPacket(file: string): Promise<{ packet: Packet; digest: Digest }> {
  const text = await readText(file, MOST_BYTES, file, 'Name a packet file, or - for standard input.');
  const parsed = parsePacket(text);
  if (parsed.ok) return { packet: parsed.packet, digest: parsed.digest };
  throw new UserError(parsed.errors);
}
