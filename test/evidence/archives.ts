import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { type Header, pack as tarPack } from 'tar-stream';
import { list } from './forge.ts';

export interface Entry {
  name: string;
  content: Buffer;
  header?: Partial<Header>;
}

/** All files of a pack as entries, in a folder of that name or at top level. */
export const entriesOf = (pack: string, folder = ''): Entry[] =>
  list(pack).map((path) => ({ name: `${folder}${path}`, content: readFileSync(join(pack, path)) }));

/** A tar archive, by tar-stream: a second opinion on the format beside our own reader. */
export async function tar(entries: readonly Entry[]): Promise<Buffer> {
  const archive = tarPack();
  for (const { name, content, header } of entries) {
    if (header?.type && header.type !== 'file') archive.entry({ name, ...header });
    else archive.entry({ name, size: content.length, ...header }, content);
  }
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

export const tgz = async (entries: readonly Entry[]): Promise<Buffer> => gzipSync(await tar(entries));

export interface ZipOptions {
  /** Unix mode of every entry. */
  mode?: number;
  /** Sizes and checksum after the data, as streaming writers do. */
  descriptor?: boolean;
  /** Size in the directory in place of the true one. */
  lie?: number;
  flags?: number;
  /** What stands for the content of an entry in place of its own deflated bytes. */
  deflate?: (content: Buffer, name: string) => Buffer;
  /** As it is, in place of deflated. */
  stored?: boolean;
  /** Name in the local header in place of the one in the directory. */
  localName?: string;
  prefix?: Buffer;
  between?: Buffer;
  comment?: string;
}

const lengths = (bytes: Buffer): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt16LE(bytes.length, 0);
  return buffer;
};

/** A zip archive, by hand: libraries do not write what an attacker does. */
export function zip(entries: readonly Entry[], options: ZipOptions = {}): Buffer {
  const parts: Buffer[] = [options.prefix ?? Buffer.alloc(0)];
  const directory: Buffer[] = [];
  let offset = parts[0]?.length ?? 0;
  for (const { name, content } of entries) {
    const packed = options.stored ? content : (options.deflate?.(content, name) ?? deflateRawSync(content));
    const flags = (options.flags ?? 0) | (options.descriptor ? 8 : 0) | 0x800;
    const size = options.lie ?? content.length;
    const fields = (full: boolean): Buffer => {
      const buffer = Buffer.alloc(22);
      buffer.writeUInt16LE(20, 0);
      buffer.writeUInt16LE(flags, 2);
      buffer.writeUInt16LE(options.stored ? 0 : 8, 4);
      buffer.writeUInt32LE(full ? crc32(content) : 0, 10);
      buffer.writeUInt32LE(full ? packed.length : 0, 14);
      buffer.writeUInt32LE(full ? size : 0, 18);
      return buffer;
    };
    const local = Buffer.from(options.localName ?? name);
    const head = [Buffer.from('PK\x03\x04', 'latin1'), fields(!options.descriptor), lengths(local), local];
    const tail = options.descriptor ? [Buffer.from('PK\x07\x08', 'latin1'), fields(true).subarray(10)] : [];
    const record = Buffer.concat([...head, packed, ...tail, options.between ?? Buffer.alloc(0)]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((options.mode ?? 0o100644) << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    const central = Buffer.from(name);
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), fields(true), lengths(central), rest, central);
    parts.push(record);
    offset += record.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  const comment = Buffer.from(options.comment ?? '');
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([...parts, central, Buffer.from('PK\x05\x06', 'latin1'), end, comment]);
}

export function written(folder: string, name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
