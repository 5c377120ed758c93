/** The event vocabulary of a run (2-contracts.md, Events), in its order. The two ways through it are the evidence room's rule. */
export const EVENT_TYPES = [
  'run.started',
  'task.contract.created',
  'plan.updated',
  'approval.requested',
  'approval.granted',
  'approval.denied',
  'patch.applied',
  'git.diff.checked',
  'verification.completed',
  'backend.gate.blocked',
  'run.completed',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];
