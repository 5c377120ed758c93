import { createReadStream } from 'node:fs';
import { type Digest, type Packet, UserError, usage } from '../contracts/index.ts';
import { parsePacket } from '../packet/index.ts';

/** One byte more than the largest file that is read (2-contracts.md): enough to know that it is too large. */
const CAP = (1 << 20) + 1;

/** Reads at most `CAP` bytes of a file, or of standard input for `-`. Throws a UserError where there is none. */
async function readText(file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    const stream = file === '-' ? process.stdin : createReadStream(file, { end: CAP - 1 });
    let size = 0;
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size >= CAP) break;
    }
  } catch (error) {
    throw usage(
      `${file} cannot be read: ${(error as Error).message}`,
      file,
      'Name a packet file, or - for standard input.',
    );
  }
  return Buffer.concat(chunks);
}

/** UTF-8 or nothing: a replacement character would give the packet another digest than its bytes have. */
function decoded(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const fix = 'Save the file as UTF-8.';
    throw new UserError({ code: 'contract_invalid', message: `${file} is not UTF-8`, at: '', rule: 'encoding', fix });
  }
}

/** A valid packet and its digest. Throws a UserError with every error of the document: an invalid packet is exit 3 and no run. */
export async function readPacket(file: string): Promise<{ packet: Packet; digest: Digest }> {
  const parsed = parsePacket(decoded(await readText(file), file));
  if (parsed.ok) return { packet: parsed.packet, digest: parsed.digest };
  throw new UserError(parsed.errors);
}
