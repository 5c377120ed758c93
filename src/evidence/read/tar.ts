import type { ArchiveEntry, ArchiveIntake, FileSink } from './archive-intake.ts';
import { decode, paxRecords, tarHeader } from './tar-header.ts';

const BLOCK = 512;
/** Extended headers hold a name and a size here; one that is longer has something else in mind. */
const MAX_EXTENSION = 64 << 10;

const KINDS: Readonly<Record<string, ArchiveEntry['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '1': 'link',
  '2': 'link',
  '5': 'folder',
};

/**
 * Reads a tar archive block by block, in one pass or from one header to the next. Stricter than tar-stream and `tar -i`: after the end of the archive (two zero blocks) only zeros
 * may follow, so that no reader sees entries that another one does not (docs/adr/0054).
 */
export class TarReader {
  private readonly intake: ArchiveIntake;
  private readonly header = Buffer.alloc(BLOCK);
  private filled = 0;
  /** Data bytes and padding of the current entry that are still to come. */
  private data = 0;
  private padding = 0;
  private sink: FileSink | null = null;
  private extension: { type: 'x' | 'L'; parts: Buffer[] } | null = null;
  private next: { path?: string; size?: number } = {};
  private zeros = 0;
  /** How much of the archive lies before the next byte that is wanted. */
  private position = 0;
  private readonly seekable: boolean;

  /** `seekable`: whoever pushes can leave out what nobody wants, and threads can read what is only to be hashed. */
  constructor(intake: ArchiveIntake, seekable: boolean) {
    this.intake = intake;
    this.seekable = seekable;
  }

  /** Leaves out the rest of a file whose bytes nobody waits for. Returns where the next push is to begin. */
  skip(): number {
    if (this.seekable && this.data > 0 && this.sink === null && this.extension === null) {
      this.position += this.data + this.padding;
      this.data = 0;
      this.padding = 0;
    }
    return this.position;
  }

  /** How many bytes of a file that somebody waits for are still to come. */
  get wanted(): number {
    return this.data;
  }

  /** Takes the next bytes, the first `length` of a buffer; they are only read during the call. Throws where the archive is malformed. */
  push(bytes: Buffer, length = bytes.length): void {
    const from = this.position;
    for (let at = 0; at < length; ) {
      if (this.data > 0) at = this.takeData(bytes, at, length);
      else if (this.padding > 0) {
        const skipped = Math.min(this.padding, length - at);
        this.padding -= skipped;
        at += skipped;
      } else {
        const taken = Math.min(BLOCK - this.filled, length - at);
        bytes.copy(this.header, this.filled, at, at + taken);
        this.filled += taken;
        at += taken;
        this.position = from + at;
        if (this.filled === BLOCK) this.takeHeader();
      }
    }
    this.position = from + length;
  }

  /** The stream has ended. Throws where the archive has not. */
  end(): void {
    if (this.data > 0 || this.padding > 0 || this.filled > 0) throw new TypeError('the archive is cut off');
    if (this.zeros < 2) throw new TypeError('the archive has no end');
  }

  private takeData(bytes: Buffer, at: number, length: number): number {
    const end = Math.min(length, at + this.data);
    this.data -= end - at;
    if (this.extension) this.extension.parts.push(Buffer.from(bytes.subarray(at, end)));
    else if (this.sink) this.sink.block(bytes.subarray(at, end));
    if (this.data === 0) this.endEntry();
    return end;
  }

  private takeHeader(): void {
    this.filled = 0;
    if (this.header[0] === 0 && this.header.every((byte) => byte === 0)) {
      this.zeros += 1;
      return;
    }
    if (this.zeros > 0) throw new TypeError('something follows the end of the archive');
    const { name, type, size } = tarHeader(this.header);
    if (type === 'x' || type === 'L') {
      if (size > MAX_EXTENSION) throw new RangeError('an extended header is too large');
      this.start(size);
      this.extension = { type, parts: [] };
      if (size === 0) this.endEntry();
      return;
    }
    const path = this.next.path ?? name;
    const bytes = this.next.size ?? size;
    this.next = {};
    const kind = (type === '0' || type === '\0') && path.endsWith('/') ? 'folder' : (KINDS[type] ?? 'special');
    if (kind !== 'file' && bytes > 0) throw new TypeError(`${JSON.stringify(path)} is no file and has content`);
    this.start(bytes);
    const part = this.seekable ? { at: this.position, stored: bytes, size: bytes, deflated: false } : null;
    this.sink = this.intake.entry({ name: path, kind, size: bytes }, part);
    if (bytes === 0) this.endEntry();
  }

  private start(size: number): void {
    this.data = size;
    this.padding = (BLOCK - (size % BLOCK)) % BLOCK;
    this.extension = null;
    this.sink = null;
  }

  private endEntry(): void {
    if (this.extension) {
      const data = Buffer.concat(this.extension.parts);
      // Which of two wins depends on who reads.
      if (Object.keys(this.next).length > 0) throw new TypeError('two extended headers for one entry');
      if (this.extension.type === 'x') this.next = { ...this.next, ...paxRecords(data) };
      else this.next.path = decode(data).replace(/\0+$/, '');
      this.extension = null;
      return;
    }
    this.sink?.end();
    this.sink = null;
  }
}
