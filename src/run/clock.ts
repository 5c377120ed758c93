import { randomBytes } from 'node:crypto';
import { usage } from '../contracts/index.ts';

/** Where a run gets its times and its nonce from. Passed in, never reached for. */
export interface Clock {
  /** UTC, RFC 3339 with milliseconds. */
  now(): string;
  /** `SOURCE_DATE_EPOCH` is set: the clock stands still, the nonce is empty, and the run is never published. */
  frozen: boolean;
  nonce: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const iso = (ms: number): string => new Date(ms).toISOString();

/** The clock of a run (reproducible-builds.org, SOURCE_DATE_EPOCH: whole seconds since the epoch). Throws a UserError for anything else. */
export function openClock(env: Environment, real: () => number = Date.now): Clock {
  const text = env.SOURCE_DATE_EPOCH;
  if (text === undefined || text === '') {
    return { now: () => iso(real()), frozen: false, nonce: randomBytes(16).toString('hex') };
  }
  const seconds = /^\d{1,11}$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds * 1000 <= 253_402_300_799_000)) {
    throw usage(
      `SOURCE_DATE_EPOCH is ${JSON.stringify(text)}`,
      'SOURCE_DATE_EPOCH',
      'Set whole seconds since 1970, or unset it.',
    );
  }
  return { now: () => iso(seconds * 1000), frozen: true, nonce: '' };
}

/**
 * The time that gates judge by: the later of the real clock and `SOURCE_DATE_EPOCH` (2-contracts.md, Approval and outcome). A frozen run keeps its
 * frozen time as long as no deadline lies between the two, so that its decision does not depend on the day it is repeated on and yet nothing
 * expired is revived (docs/adr/0004).
 */
export function gateTime(clock: Clock, deadlines: readonly string[], real: () => number = Date.now): string {
  const frozen = clock.now();
  const now = iso(real());
  if (!clock.frozen || now <= frozen) return frozen;
  return deadlines.some((deadline) => frozen < deadline && deadline <= now) ? now : frozen;
}
