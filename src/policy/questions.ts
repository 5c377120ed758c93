import { approvalState as stateOf } from './approval.ts';
import { approvalRequest as requestOf } from './approval-rules.ts';
import { caseOf } from './case.ts';
import type { ApprovalRequest, ApprovalState, Decision, Facts, Scope } from './types.ts';

/** Where the approval of this run stands; the pipeline emits the approval events from it. */
export const approvalState = (facts: Facts): ApprovalState => stateOf(caseOf(facts));

/** What is to be approved and the exact sentence to write; null while engine, mode or base are unknown. */
export const requiredApproval = (facts: Facts): ApprovalRequest | null => requestOf(caseOf(facts));

/** What the run of these facts may write. */
export const scopeOf = (facts: Facts): Scope => caseOf(facts).scope;

/** Whether nothing but a person's yes is missing: a run would only say so, and nobody has said no. */
export const waitsForApproval = ({ missing_gates, approval_status }: Decision): boolean =>
  missing_gates.length === 1 && missing_gates[0] === 'approval' && approval_status === 'requested';
