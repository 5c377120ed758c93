import type { Admissions, Approvals, Decision, Event, Finding, Inputs, Packet, Trace } from '../contracts/index.ts';

/** The documents that a report is derived from. */
export interface Members {
  packet: Packet;
  decision: Decision;
  approvals: Approvals;
  admissions: Admissions;
  inputs: Inputs;
  events: readonly Event[];
  trace: readonly Trace[];
}

type TraceOf<K extends Trace['kind']> = Extract<Trace, { kind: K }>;

/** The data of all trace lines of one kind, in order. */
export const traced = <K extends Trace['kind']>(trace: readonly Trace[], kind: K): TraceOf<K>['data'][] =>
  trace.filter((line) => line.kind === kind).map((line) => line.data as TraceOf<K>['data']);

/** The run's findings as its trace has them. */
export const findingsOf = (trace: readonly Trace[]): Finding[] =>
  traced(trace, 'finding').map((blocker) => ({
    code: blocker.code as Finding['code'],
    message: blocker.message,
    at: blocker.at,
    fix: blocker.fix,
    evidence: blocker.evidence,
  }));
