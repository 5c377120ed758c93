import type { Denied } from '../types.ts';

/** Why the relay refused; stable words for the report. */
export type DenialReason =
  | 'not_listed'
  | 'address_not_allowed'
  | 'not_tls'
  | 'ech'
  | 'server_name_mismatch'
  | 'host_mismatch'
  | 'other_origin'
  | 'upgrade'
  | 'malformed';

export interface Denials {
  add(target: string, reason: DenialReason): void;
  list(): Denied[];
}

const MOST = 100;

/** Collects refusals: once each, sorted; the target comes from the engine, so it is cut and stripped of what a terminal or a report could take amiss. */
export function collectDenials(): Denials {
  const seen = new Map<string, Denied>();
  return {
    add(target, reason) {
      if (seen.size >= MOST) return;
      const shown = target.slice(0, 255).replaceAll(/[^\x21-\x7e]/g, '?');
      seen.set(`${shown} ${reason}`, { target: shown, reason });
    },
    list: () => [...seen.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, denied]) => denied),
  };
}
