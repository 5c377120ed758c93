import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

const MARKER = '\n[countersign: output cut here, the limit is reached]\n';

/**
 * A log of the pack that grows while an untrusted process talks. Writing is synchronous, so nothing is buffered without bound, and a failure (a full
 * disk) is kept as data: the run goes on and says so.
 */
export class Log {
  readonly artifact: string;
  failure: Error | null = null;
  private fd: number | null = null;
  private left: number;

  /** `file` is where the artifact lies while the pack is made; at most `cap` bytes are kept, then a marker. */
  constructor(artifact: string, file: string, cap: number) {
    this.artifact = artifact;
    this.left = cap;
    this.attempt(() => {
      this.fd = openSync(file, 'wx', 0o600);
    });
  }

  write(chunk: Uint8Array | string): void {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (this.left < 0 || this.fd === null) return;
    const kept = bytes.subarray(0, this.left);
    this.left -= bytes.length;
    this.attempt(() => {
      for (let at = 0; at < kept.length; ) at += writeSync(this.fd ?? -1, kept, at);
      if (this.left < 0) writeSync(this.fd ?? -1, MARKER);
    });
  }

  /** Says that there was more: for a process that was stopped because of what it wrote. */
  cut(): void {
    if (this.left < 0 || this.fd === null) return;
    this.left = -1;
    this.attempt(() => writeSync(this.fd ?? -1, MARKER));
  }

  close(): void {
    this.attempt(() => {
      if (this.fd === null) return;
      fsyncSync(this.fd);
      closeSync(this.fd);
    });
    this.fd = null;
  }

  private attempt(action: () => void): void {
    if (this.failure) return;
    try {
      action();
    } catch (error) {
      this.failure = error as Error;
    }
  }
}
