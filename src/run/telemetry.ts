import { arch, cpus, platform, release, totalmem } from 'node:os';

/**
 * What lies beside a pack and never in it (2-contracts.md, Run artifacts): how long each step took, and what kind of machine it was. Steps are the lines
 * that progress shows; each lasts until the next one.
 */
export class Stopwatch {
  private readonly marks: { step: string; at: number }[] = [];
  private readonly now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.now = now;
    this.mark('admitting');
  }

  mark(step: string): void {
    this.marks.push({ step, at: this.now() });
  }

  /** `timings.json`: milliseconds by step, in order. */
  report(): string {
    const end = this.now();
    const steps = this.marks.map(({ step, at }, n) => ({ step, ms: Math.round((this.marks[n + 1]?.at ?? end) - at) }));
    const host = {
      node: process.version,
      platform: platform(),
      arch: arch(),
      release: release(),
      cores: cpus().length,
      memory_bytes: totalmem(),
    };
    return `${JSON.stringify({ steps, host }, null, 2)}\n`;
  }
}
