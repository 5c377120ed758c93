import type { Fault, Faults } from '../types.ts';

interface Waiting {
  fault: Fault;
  seen: number;
  struck: number;
}

export interface Struck {
  label: string;
  /** `GET /repos/acme/site?x=y` */
  line: string;
  operation: string | null;
}

/** Faults that wait for their request. */
export class FaultList implements Faults {
  #waiting: Waiting[] = [];

  add(fault: Fault): () => number {
    const waiting = { fault, seen: 0, struck: 0 };
    this.#waiting.push(waiting);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      return waiting.struck;
    };
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The first that fits and is due; it is used up by that. */
  next(request: Struck): Fault | null {
    for (const waiting of this.#waiting) {
      const { fault } = waiting;
      if (waiting.struck >= (fault.times ?? 1) || !fits(fault, request)) continue;
      waiting.seen += 1;
      if (waiting.seen <= (fault.after ?? 0)) continue;
      waiting.struck += 1;
      return fault;
    }
    return null;
  }
}

function fits({ on, label }: Fault, request: Struck): boolean {
  if (label !== undefined && label !== request.label) return false;
  return on instanceof RegExp ? on.test(request.line) : on === request.operation || request.line.includes(on);
}
