import { canonicalText, digestOf, type Finding, finding } from '../../contracts/index.ts';
import { approvalState, decide, gateFindings, requiredApproval } from '../../policy/index.ts';
import { chainErrors, eventOf, eventOrderErrors } from '../events.ts';
import { runIdOf } from '../identity.ts';
import { invalid } from '../layout.ts';
import { findingsOf, type Members } from '../members.ts';
import { exitOf, statusOf } from '../report.ts';
import { telemetryIn } from '../telemetry.ts';
import type { Documents } from './load.ts';

/** Two places of a pack that must say the same. */
const same = (at: string, what: string, is: unknown, expected: unknown): Finding[] =>
  canonicalText(is ?? null) === canonicalText(expected ?? null)
    ? []
    : [invalid(at, `${what} is ${brief(is)}, not ${brief(expected)}`)];
const brief = (value: unknown): string => {
  const text = canonicalText(value ?? null);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
};

/** How far before its start a run may have been decided: collecting facts and probing take seconds. */
const DECIDING_MS = 3_600_000;

/** One run, one packet, one decision: the ids and digests of all members. */
export function identityErrors({ members, manifest }: Documents): Finding[] {
  const { inputs, packet, decision, events } = members;
  const { identity } = inputs;
  const { facts } = decision;
  const started = Date.parse(identity.run_started_at);
  const decided = Date.parse(facts.now);
  const frozen = identity.nonce === '';
  const inTime = frozen ? decided >= started : decided <= started && started - decided <= DECIDING_MS;
  return [
    ...same('inputs.json#/run_id', 'the run id', inputs.run_id, runIdOf(identity)),
    ...same('manifest.json#/run_id', 'the run id', manifest.run_id, inputs.run_id),
    ...same('events.normalized.jsonl', 'the run id', events[0]?.run_id, inputs.run_id),
    ...same('inputs.json#/identity/packet_digest', 'the packet digest', identity.packet_digest, digestOf(packet)),
    ...same('decision.json#/facts/packet/digest', 'the packet digest', facts.packet.digest, digestOf(packet)),
    ...same('decision.json#/facts/packet/document', 'the packet', facts.packet.document, packet),
    ...same('inputs.json#/identity/decision_id', 'the decision', identity.decision_id, decision.decision_id),
    ...same('inputs.json#/identity/base_commit', 'the base', identity.base_commit, facts.base?.sha),
    ...same('inputs.json#/base_tree', 'the tree of the base', inputs.base_tree, facts.base?.tree),
    ...same('inputs.json#/protected_ref', 'the protected ref', inputs.protected_ref, facts.protected.ref),
    ...same('inputs.json#/protected_commit', 'its commit', inputs.protected_commit, facts.protected.sha),
    ...((events[0]?.time ?? '') < identity.run_started_at
      ? [invalid('events.normalized.jsonl:1', 'the first event is older than the run')]
      : []),
    ...(inTime ? [] : [invalid('decision.json#/facts/now', 'the run was not decided when it was started')]),
  ];
}

const documents = <T>(list: readonly { document: T | null }[]): T[] => list.flatMap((fact) => fact.document ?? []);

/** The decision from its own recorded facts, and the members that those facts were read from. */
export function decisionErrors({ members }: Documents): Finding[] {
  const { decision, approvals, admissions } = members;
  const { facts } = decision;
  return [
    ...same('decision.json', 'the decision', decision, decide(facts)),
    ...same('approvals.json', 'what it holds', approvals.approvals, documents(facts.approvals)),
    ...same('admissions.json', 'what it holds', admissions.admissions, documents(facts.admissions)),
  ];
}

/** Chain, order and what each event says of packet, decision and approval. */
export function eventErrors({ members, eventLines }: Documents): Finding[] {
  const { events } = members;
  return [
    ...chainErrors(eventLines, events),
    ...eventOrderErrors(events),
    ...openingErrors(members),
    ...approvalErrors(members),
  ];
}

const eventAt = (type: string): string => `events.normalized.jsonl (${type})`;

function openingErrors({ events, packet, decision, inputs }: Members): Finding[] {
  const started = eventOf(events, 'run.started')?.data;
  const created = eventOf(events, 'task.contract.created')?.data;
  const plan = eventOf(events, 'plan.updated')?.data;
  const backend = decision.requested_engine ?? 'none';
  return [
    ...same(eventAt('run.started'), 'case_id', started?.case_id, packet.packet_id),
    ...same(eventAt('run.started'), 'backend', started?.backend, backend),
    ...same(eventAt('run.started'), 'mutation_mode', started?.mutation_mode, packet.mutation_mode),
    ...same(eventAt('run.started'), 'packet_digest', started?.packet_digest, decision.packet_digest),
    ...same(eventAt('task.contract.created'), 'packet_digest', created?.packet_digest, decision.packet_digest),
    ...same(eventAt('task.contract.created'), 'decision_id', created?.decision_id, decision.decision_id),
    ...same(eventAt('task.contract.created'), 'base_commit', created?.base_commit, inputs.identity.base_commit),
    ...same(eventAt('task.contract.created'), 'base_tree', created?.base_tree, inputs.base_tree),
    ...same(
      eventAt('task.contract.created'),
      'approval_required',
      created?.approval_required,
      decision.approval_required,
    ),
    ...(plan ? same(eventAt('plan.updated'), 'engine', plan.engine, decision.selected_engine) : []),
    ...(plan ? same(eventAt('plan.updated'), 'gates_passed', plan.gates_passed, decision.passed_gates) : []),
  ];
}

const logins = (list: { actor: { login: string } }[]): string[] => list.map(({ actor }) => actor.login).toSorted();

/** Approval events against what the decision's facts say of approvals. */
function approvalErrors({ events, decision }: Members): Finding[] {
  const state = approvalState(decision.facts);
  const digest = requiredApproval(decision.facts)?.approval_digest;
  const at = 'events.normalized.jsonl';
  const requested = eventOf(events, 'approval.requested')?.data;
  const granted = eventOf(events, 'approval.granted')?.data;
  const denied = eventOf(events, 'approval.denied')?.data;
  const cutShort = !eventOf(events, 'plan.updated') && !eventOf(events, 'backend.gate.blocked');
  return [
    ...(requested ? same(at, 'the approval digest', requested.approval_digest, digest) : []),
    ...(granted ? same(at, 'the approval digest', granted.approval_digest, digest) : []),
    ...(granted ? same(at, 'who granted', granted.actors, logins(state.counted)) : []),
    ...(denied ? same(at, 'the approval digest', denied.approval_digest, digest) : []),
    ...(denied ? same(at, 'who denied', denied.actors, state.denial ? logins([state.denial]) : []) : []),
    ...(cutShort || digest === undefined
      ? []
      : same(at, 'whether the approval is granted', granted !== undefined, state.status === 'granted')),
    ...(cutShort || digest === undefined
      ? []
      : same(at, 'whether the approval is denied', denied !== undefined, state.status === 'denied')),
  ];
}

const key = ({ code, at }: Pick<Finding, 'code' | 'at'>): string => `${code} ${at}`;

/** Gates against findings: what blocked is what the decision says, and nothing ran past a missing gate. */
export function gateErrors({ members }: Documents): Finding[] {
  const { events, decision, trace } = members;
  const gate = eventOf(events, 'backend.gate.blocked')?.data;
  const found = findingsOf(trace);
  const at = 'events.normalized.jsonl';
  if (decision.missing_gates.length === 0) {
    // A run whose approval another one reserved meanwhile is blocked after a decision that let it pass.
    if (!gate || (gate.gate === 'approval' && found.some(({ code }) => code === 'approval_consumed'))) return [];
    return [invalid(at, `gate ${gate.gate} blocked, and the decision misses none`)];
  }
  if (!gate) {
    const excused = found.some(({ code }) => code === 'internal_error') && !eventOf(events, 'plan.updated');
    return excused
      ? []
      : [invalid(at, `the decision misses ${decision.missing_gates.join(', ')}, and no gate blocked`)];
  }
  const gates = gateFindings(decision);
  const said = new Set(found.map(key));
  const due = new Set(gates.map(key));
  return [
    ...same(at, 'the gate that blocked', gate.gate, decision.missing_gates[0]),
    ...same(at, 'its reason', gate.reason, decision.gates.find(({ id }) => id === gate.gate)?.reason),
    ...same(at, 'backend', gate.backend, decision.requested_engine ?? 'none'),
    ...same(at, 'mutation_mode', gate.mutation_mode, members.packet.mutation_mode),
    ...gates
      .filter((f) => !said.has(key(f)))
      .map((f) => invalid('trace.jsonl', `${f.code} of ${f.at} is no finding of the run`)),
    ...found
      .filter((f) => f.at.startsWith('gate:') && !due.has(key(f)))
      .map((f) => invalid('trace.jsonl', `${f.code} is a finding of ${f.at}, and that gate does not miss it`)),
  ];
}

/** Status, exit code and codes of the last event, from the findings. */
export function completionErrors({ members }: Documents): Finding[] {
  const { events, trace } = members;
  const last = eventOf(events, 'run.completed')?.data;
  const at = 'events.normalized.jsonl (run.completed)';
  const codes = [...new Set(findingsOf(trace).map(({ code }) => code))].toSorted();
  return [
    ...same(at, 'status', last?.status, statusOf(members)),
    ...same(at, 'exit_code', last?.exit_code, exitOf(members)),
    ...same(at, 'blockers', last?.blockers, codes),
  ];
}

/** The trace: sequence, run, order in time, and no telemetry. */
export function traceErrors({ members, report }: Documents): Finding[] {
  const { trace, inputs } = members;
  const errors: Finding[] = [];
  for (const [index, line] of trace.entries()) {
    const at = `trace.jsonl:${index + 1}`;
    if (line.seq !== index + 1) errors.push(invalid(at, `seq is ${line.seq}, not ${index + 1}`));
    if (line.run_id !== inputs.run_id) errors.push(invalid(at, 'the line is of another run'));
    if (line.time < (trace[index - 1]?.time ?? inputs.identity.run_started_at) || line.time > report.run_finished_at)
      errors.push(invalid(at, 'the line is not in the order of time'));
    for (const pointer of telemetryIn(line.data))
      errors.push(finding('telemetry_in_pack', 'telemetry in the trace', `${at}#/data${pointer}`));
  }
  return errors;
}

/** Extensions that this version did not write cannot be checked; telemetry among them has its own code. */
export function extensionErrors({ members, report, manifest }: Documents): Finding[] {
  const { inputs, approvals, admissions } = members;
  const documents = {
    'report.json': report,
    'manifest.json': manifest,
    'inputs.json': inputs,
    'approvals.json': approvals,
    'admissions.json': admissions,
  };
  return Object.entries(documents).flatMap(([member, document]) =>
    Object.entries(document)
      .filter(([name]) => name.startsWith('x-'))
      .flatMap(([name, value]) => [
        invalid(`${member}#/${name}`, 'an extension that this version did not write cannot be checked'),
        ...telemetryIn({ [name]: value }).map((at) =>
          finding('telemetry_in_pack', 'telemetry in a document of the harness', `${member}#${at}`),
        ),
      ]),
  );
}
