import type { Event, Problem, Report, Scenario } from '../contracts/index.ts';
import type { RunResult } from '../run/index.ts';

/** All that was seen of a scenario's run. */
export interface Observation {
  /** Null where the run was refused. */
  result: RunResult | null;
  /** Why it was refused. */
  errors: readonly Problem[];
  /** Null without a pack. */
  report: Report | null;
  events: readonly Event[];
  /** What `verify` says against the pack. */
  discrepancies: readonly string[];
  /** Text of the members of the pack that the expectation looks into; null: not there. */
  members: ReadonlyMap<string, string | null>;
  /** Everything that is different outside the run directory. */
  outside: readonly string[];
  /** Command lines of processes that outlived the run. */
  alive: readonly string[];
}

/** What every pack holds, whatever became of the run (2-contracts.md, Run artifacts). */
const ARTIFACTS = [
  'SHA256SUMS',
  'admissions.json',
  'approvals.json',
  'decision.json',
  'events.normalized.jsonl',
  'inputs.json',
  'manifest.json',
  'packet.json',
  'patch.diff',
  'report.json',
  'report.md',
  'test.log',
  'trace.jsonl',
];

type Expect = Scenario['expect'];

const unique = (codes: Iterable<string>): string[] => [...new Set(codes)].toSorted();
const text = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
const same = (a: unknown, b: unknown): boolean => text(a) === text(b);

/** Codes of a run, sorted, each once. */
export const codesOf = (result: RunResult | null): string[] => unique((result?.blockers ?? []).map(({ code }) => code));

/** Every way in which what was seen differs from what was expected, as sentences. Pure; empty means that the scenario holds. */
export function compare(expect: Expect, seen: Observation): string[] {
  return [
    ...compareEnd(expect, seen),
    ...(expect.exit_code === 3 ? compareRefusal(expect, seen) : comparePack(expect, seen)),
    ...seen.outside.map((line) => `outside the run directory: ${line}`),
    ...seen.alive.map((line) => `still alive: ${line}`),
  ];
}

function* compareEnd(expect: Expect, { result, errors, report }: Observation): Generator<string> {
  const exit = result?.exit_code ?? 3;
  const why = errors.length > 0 ? ` (${errors.map((e) => `${e.at}: ${e.message}`).join('; ')})` : '';
  if (exit !== expect.exit_code) yield `exit code is ${exit}, expected ${expect.exit_code}${why}`;
  if ((result?.status ?? null) !== (expect.status ?? null))
    yield `status is ${text(result?.status ?? null)}, expected ${text(expect.status ?? null)}`;
  if (report !== null && report.status !== result?.status)
    yield `report.json says ${report.status}, the run ${text(result?.status ?? null)}`;
  const codes = codesOf(result);
  const wanted = unique(expect.blockers ?? []);
  if (!same(codes, wanted)) {
    const messages = (result?.blockers ?? []).map((b) => `${b.code} at ${b.at}: ${b.message}`);
    yield `blockers are ${text(codes)}, expected ${text(wanted)}: ${messages.join('; ')}`;
  }
  for (const part of expect.messages ?? [])
    if (!(result?.blockers ?? []).some((b) => b.message.includes(part) || b.at.includes(part)))
      yield `no blocker names ${text(part)}: ${text((result?.blockers ?? []).map((b) => `${b.at}: ${b.message}`))}`;
}

function* compareRefusal(expect: Expect, { errors, report }: Observation): Generator<string> {
  if (report !== null) yield 'a refused run left a pack';
  if (errors.length === 0) yield 'a refused run names no error';
  for (const at of expect.errors ?? [])
    if (!errors.some((error) => error.at === at || error.at.endsWith(at)))
      yield `no error at ${at}: ${text(errors.map((e) => e.at))}`;
}

function* comparePack(expect: Expect, seen: Observation): Generator<string> {
  const { report, result } = seen;
  if (expect.pack === false) {
    if (result?.pack !== null) yield `there is a pack, expected none`;
    return;
  }
  if (report === null) {
    yield 'there is no pack';
    return;
  }
  for (const discrepancy of seen.discrepancies) yield `verify: ${discrepancy}`;
  for (const name of ARTIFACTS)
    if (!report.artifact_paths.includes(name) && report.not_applicable[name] === undefined)
      yield `${name} is not in the pack, and nothing says why`;
  if (report.freshness.stale.length > 0) yield `stale: ${report.freshness.stale.join(', ')}`;
  yield* compareEvents(expect, seen.events);
  yield* compareReport(expect, report);
  for (const [name, parts] of Object.entries(expect.files ?? {})) {
    const content = seen.members.get(name) ?? null;
    if (content === null) yield `${name} is not in the pack`;
    else for (const part of parts ?? []) if (!content.includes(part)) yield `${name} does not hold ${text(part)}`;
  }
}

function* compareEvents(expect: Expect, events: readonly Event[]): Generator<string> {
  if (expect.events === undefined) return;
  const types = events.map(({ type }) => type);
  const wanted = expect.events.map(({ type }) => type);
  if (!same(types, wanted)) yield `events are ${types.join(' · ')}, expected ${wanted.join(' · ')}`;
  for (const want of expect.events) {
    const event = events.find(({ type }) => type === want.type);
    if (event === undefined) continue;
    const data: Record<string, unknown> = { ...event.data };
    if (!same(data['blockers'], unique(want.blockers ?? [])))
      yield `${want.type} names ${text(data['blockers'])}, expected ${text(want.blockers ?? [])}`;
    for (const member of ['result', 'gate'] as const)
      if (want[member] !== undefined && data[member] !== want[member])
        yield `${want.type} has ${member} ${text(data[member])}, expected ${want[member]}`;
  }
}

function* compareReport(expect: Expect, report: Report): Generator<string> {
  const pairs: [string, unknown, unknown][] = [
    ['engine started', report.backend_process_started, expect.engine_started],
    ['termination', report.backend_termination, expect.termination],
    ['approval status', report.approval_status, expect.approval_status],
    [
      'changed files',
      report.changed_files && unique(report.changed_files.map(({ path }) => path)),
      expect.changed && unique(expect.changed),
    ],
  ];
  for (const [name, is, wanted] of pairs)
    if (wanted !== undefined && !same(is, wanted)) yield `${name}: ${text(is)}, expected ${text(wanted)}`;
  for (const subject of expect.not_applicable ?? [])
    if (report.not_applicable[subject] === undefined)
      yield `not_applicable says nothing of ${subject}: ${text(Object.keys(report.not_applicable))}`;
}
