import {
  CODES,
  type Decision,
  type ReportProtectedRoot,
  type ResolvedInput,
  type RunId,
  type RunIdentity,
  type SetupOutput,
} from '../contracts/index.ts';
import { INSIDE } from '../engines/index.ts';
import type { EventData, PackWriter } from '../evidence/index.ts';
import type { ApprovalRequest, ApprovalState } from '../policy/index.ts';
import type { Isolation } from '../sandbox/index.ts';
import type { Execution } from './execution.ts';
import type { Inspection } from './inspection.ts';
import type { Protected } from './protected-ref.ts';
import type { VerificationResult } from './verify-step.ts';

const actors = (list: readonly { actor: { login: string } }[]): string[] => list.map((a) => a.actor.login).toSorted();

type Applied = EventData<'patch.applied'>;

/** SHA-256 of nothing: the patch of a run without one. */
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** What a run is known by before anything happened. */
export interface Opening {
  runId: RunId;
  identity: RunIdentity;
  decision: Decision;
  guarded: Protected;
  backend: string;
  packetId: string;
}

/**
 * Emits the events of a run in their order (2-contracts.md, Events) and writes `inputs.json`. Knows what was emitted, so that a run that is cut short
 * can be ended: every step that was not reached is emitted as `not_run`, with the reason.
 */
export class Timeline {
  private readonly pack: PackWriter;
  private readonly opening: Opening;
  private readonly done = new Set<string>();
  private applied: Applied = {
    result: 'not_run',
    reason: null,
    backend_process_started: false,
    backend_exit_code: null,
    backend_termination: null,
    model_runtime: null,
  };

  constructor(pack: PackWriter, opening: Opening) {
    this.pack = pack;
    this.opening = opening;
  }

  started(): void {
    if (this.done.has('run.started')) return;
    this.done.add('run.started');
    const { decision, packetId, backend } = this.opening;
    const mode = decision.facts.packet.document as { mutation_mode?: EventData<'run.started'>['mutation_mode'] };
    this.pack.event('run.started', {
      case_id: packetId,
      backend,
      mutation_mode: mode.mutation_mode ?? null,
      packet_digest: decision.packet_digest,
    });
  }

  contractCreated(): void {
    if (this.done.has('task.contract.created')) return;
    this.done.add('task.contract.created');
    const { decision } = this.opening;
    this.pack.event('task.contract.created', {
      packet_digest: decision.packet_digest,
      decision_id: decision.decision_id,
      base_commit: decision.facts.base?.sha ?? null,
      base_tree: decision.facts.base?.tree ?? null,
      approval_required: decision.approval_required,
    });
  }

  planned(isolation: Isolation, steps: string[]): void {
    const { decision, backend } = this.opening;
    this.pack.event('plan.updated', {
      gates_passed: decision.passed_gates,
      engine: backend,
      workspace: INSIDE.workspace,
      steps,
      writable_roots: [INSIDE.workspace, INSIDE.out, '/tmp'],
      isolation: { ...isolation, limits: { ...isolation.limits } },
    });
  }

  /** What there is of an approval: requested wherever one is required and can be named, then how it was settled. */
  approval(state: ApprovalState, request: ApprovalRequest | null): void {
    if (!state.required || request === null) return;
    const { approval_digest } = request;
    this.pack.event('approval.requested', { approval_digest });
    if (state.status === 'granted')
      this.pack.event('approval.granted', { approval_digest, actors: actors(state.counted) });
    if (state.status === 'denied' && state.denial)
      this.pack.event('approval.denied', { approval_digest, actors: actors([state.denial]) });
  }

  /** `inputs.json`: what the run started from. Written once. */
  inputs(inputs: ResolvedInput[], outputs: SetupOutput[]): void {
    if (this.done.has('inputs')) return;
    this.done.add('inputs');
    const { runId, identity, decision, guarded } = this.opening;
    this.pack.writeJson('inputs.json', {
      schema: 'countersign/inputs/v1',
      run_id: runId,
      identity,
      base_tree: decision.facts.base?.tree ?? null,
      protected_ref: guarded.ref,
      protected_commit: guarded.sha,
      inputs,
      setup_outputs: outputs,
    });
  }

  engineEnded({ outcome, termination }: Execution): void {
    this.applied = {
      ...this.applied,
      result: outcome.ended === 'exited' && outcome.exitCode === 0 ? 'pass' : 'fail',
      backend_process_started: outcome.started,
      backend_exit_code: outcome.signal === null ? outcome.exitCode : null,
      backend_termination: termination,
    };
  }

  patchApplied(reason: string | null = null): void {
    if (this.done.has('patch.applied')) return;
    this.done.add('patch.applied');
    this.pack.event('patch.applied', this.applied.result === 'not_run' ? { ...this.applied, reason } : this.applied);
  }

  diffChecked(
    inspection: Inspection,
    tree: EventData<'git.diff.checked'>['result_tree'],
    roots: ReportProtectedRoot[],
  ): void {
    this.done.add('git.diff.checked');
    this.pack.event('git.diff.checked', {
      // Left-overs are judged at the end of the run, not here.
      result: inspection.findings.some(({ code }) => CODES[code].event === 'git.diff.checked') ? 'fail' : 'pass',
      reason: null,
      changed_files: inspection.changedFiles.length,
      patch_sha256: inspection.patchSha256,
      patch_bytes: inspection.patchComplete ? inspection.patchBytes : 0,
      result_tree: tree,
      allowed_writes_passed: inspection.allowedWritesPassed,
      forbidden_paths_passed: inspection.forbiddenPathsPassed,
      protected_roots: roots,
    });
  }

  verificationCompleted({ results, findings, notRun }: VerificationResult): void {
    this.done.add('verification.completed');
    const result = notRun !== null ? 'not_run' : findings.length > 0 ? 'fail' : 'pass';
    this.pack.event('verification.completed', { result, reason: notRun, verification: results });
  }

  verificationNotRun(reason: string): void {
    if (this.done.has('verification.completed')) return;
    this.done.add('verification.completed');
    this.pack.event('verification.completed', { result: 'not_run', reason, verification: [] });
  }

  /** The engine is not started: neither its event nor the diff's has anything to say. */
  notChanged(reason: string): void {
    this.patchApplied(reason);
    if (this.done.has('git.diff.checked')) return;
    this.done.add('git.diff.checked');
    this.pack.event('git.diff.checked', {
      result: 'not_run',
      reason,
      changed_files: null,
      patch_sha256: EMPTY,
      patch_bytes: 0,
      result_tree: null,
      allowed_writes_passed: null,
      forbidden_paths_passed: null,
      protected_roots: null,
    });
  }

  /** Emits whatever is still missing of a run that no gate blocked. */
  notRun(reason: string): void {
    this.inputs([], []);
    this.notChanged(reason);
    this.verificationNotRun(reason);
  }

  /**
   * The end of a run that failed in the middle: what happened so far is told, what did not is `not_run`. A run that did not even begin tells that
   * first.
   */
  cutShort(reason: string): void {
    this.started();
    this.contractCreated();
    this.notRun(reason);
  }

  gateBlocked(gate: string, reason: string, testless: boolean): void {
    const { decision, backend } = this.opening;
    const mode = decision.facts.packet.document as {
      mutation_mode?: EventData<'backend.gate.blocked'>['mutation_mode'];
    };
    this.inputs([], []);
    this.pack.event('backend.gate.blocked', {
      backend,
      gate,
      reason,
      mutation_mode: mode.mutation_mode ?? null,
      backend_process_started: false,
    });
    // The one exception to "a gate drops the later events" (2-contracts.md, Failure matrix).
    if (testless) this.verificationNotRun(reason);
  }
}
