import { fstatSync, writeSync } from 'node:fs';

/** A standard stream, as far as commands write to it. */
export interface Stream {
  readonly isTTY: boolean;
  write(text: string): unknown;
}

/** Waits for a descriptor that says EAGAIN: a pipe that somebody else has set to non-blocking. */
export const waitABit = (): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);

/**
 * Standard output (1) or error (2) without Node's stream objects, whose modules cost 3 ms of every start (docs/adr/0087). Writing blocks, as Node's own does
 * for files, pipes and terminals.
 */
export function standardStream(descriptor: 1 | 2): Stream {
  return {
    isTTY: isCharacterDevice(descriptor) && (descriptor === 1 ? process.stdout : process.stderr).isTTY,
    write: (text) => {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += writeSome(descriptor, bytes.subarray(at));
    },
  };
}

/** Every terminal is one; what is none is not asked further. */
function isCharacterDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return false;
  }
}

function writeSome(descriptor: number, bytes: Buffer): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A reader who has seen enough (`| head`) is no defect.
    if (code === 'EPIPE') return bytes.length;
    if (code !== 'EAGAIN') throw error;
    waitABit();
    return 0;
  }
}
