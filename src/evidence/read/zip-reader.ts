import { readSync } from 'node:fs';
import { RandomAccessReader } from 'yauzl';

/** More than a directory's record of one file has. */
const WINDOW = 64 << 10;

/**
 * How yauzl reads an archive here: through one window over the open file, where its own way asks a thread for every few bytes. Of 10,000 files that takes a
 * second. Closing is up to whoever opened the file.
 */
export class WindowReader extends RandomAccessReader {
  private readonly descriptor: number;
  private readonly window = Buffer.allocUnsafe(WINDOW);
  private from = 0;
  private filled = 0;

  constructor(descriptor: number) {
    super();
    this.descriptor = descriptor;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    let error: Error | null = null;
    try {
      this.take(buffer, offset, length, position);
    } catch (cause) {
      error = cause as Error;
    }
    callback(error);
  }

  private take(buffer: Buffer, offset: number, length: number, position: number): void {
    for (let done = 0; done < length; ) {
      const at = position + done - this.from;
      if (at < 0 || at >= this.filled) {
        this.from = position + done;
        this.filled = readSync(this.descriptor, this.window, 0, WINDOW, this.from);
        if (this.filled === 0) throw new TypeError('the archive is cut off');
      } else done += this.window.copy(buffer, offset + done, at, Math.min(this.filled, at + length - done));
    }
  }
}
