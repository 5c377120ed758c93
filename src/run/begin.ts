import { InternalError, type RunId, type RunIdentity } from '../contracts/index.ts';
import { engineById } from '../engines/index.ts';
import type { PackWriter } from '../evidence/index.ts';
import { approvalState, effectiveLimits, requiredApproval, scopeOf } from '../policy/index.ts';
import type { Admission } from './admit.ts';
import type { Work } from './carry-out.ts';
import type { Clock } from './clock.ts';
import type { Places } from './places.ts';
import { Timeline } from './timeline.ts';
import type { Admitted, RunOptions } from './types.ts';

/** Writes the documents that every pack has. */
export function openTimeline(
  pack: PackWriter,
  { packet, decision, facts, protected: guarded }: Admission,
  identity: RunIdentity,
  runId: RunId,
): Timeline {
  pack.writeJson('packet.json', packet);
  pack.writeJson('decision.json', decision);
  pack.writeJson('approvals.json', {
    schema: 'countersign/approvals/v1',
    approvals: facts.approvals.map((a) => a.document),
  });
  const admissions = facts.admissions.flatMap((a) => (a.document ? [a.document] : []));
  pack.writeJson('admissions.json', { schema: 'countersign/admissions/v1', admissions });
  pack.trace('run.admitted', { engine: decision.requested_engine, gates_missing: decision.missing_gates });
  return new Timeline(pack, {
    runId,
    identity,
    decision,
    guarded,
    backend: decision.requested_engine ?? 'none',
    packetId: packet.packet_id,
  });
}

/** Every gate passed: what the run needs, or an InternalError where a fact that a gate rests on is not there after all. */
export function begin(
  options: RunOptions,
  admission: Admission,
  places: Places,
  clock: Clock,
  pack: PackWriter,
  timeline: Timeline,
  nonces: string[],
): Work {
  const { packet, decision, facts, settings, base, baseline, sandbox, status } = admission;
  const engine = engineById(decision.selected_engine);
  if (!engine || !base || !sandbox || !status) throw new InternalError('a gate passed without what it stands for');
  const request = requiredApproval(facts);
  const admitted: Admitted = {
    packet,
    packetDigest: admission.packetDigest,
    decision,
    settings,
    scope: scopeOf(facts),
    limits: effectiveLimits(packet),
    engine,
    argv: engine.descriptor.id === 'command' ? admission.argv : null,
    script: admission.script,
    base: { commit: base.commit, tree: base.tree },
    approvalDigests: nonces.length > 0 && request ? [request.approval_digest] : [],
    baseline,
    sandbox,
    places,
    clock,
    signal: options.signal ?? new AbortController().signal,
  };
  timeline.started();
  timeline.contractCreated();
  const verifies = packet.verification_commands !== undefined;
  timeline.planned(sandbox.isolation, [
    ...(packet.setup ? ['setup'] : []),
    'execute',
    'inspect',
    ...(verifies ? ['verify'] : []),
  ]);
  timeline.approval(approvalState(facts), request);
  return { admitted, pack, timeline, before: status, progress: options.progress ?? (() => {}), changedFiles: null };
}
