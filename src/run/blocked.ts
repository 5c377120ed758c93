import { finding, isCode } from '../contracts/index.ts';
import type { PackWriter } from '../evidence/index.ts';
import { approvalState, explainDecision, gateFindings, requiredApproval } from '../policy/index.ts';
import type { Admission } from './admit.ts';
import type { Timeline } from './timeline.ts';

/** A gate blocked: nothing was copied, inspected or started. */
export function block(pack: PackWriter, timeline: Timeline, { decision, facts }: Admission): void {
  for (const found of gateFindings(decision)) pack.finding(found);
  timeline.started();
  timeline.contractCreated();
  timeline.approval(approvalState(facts), requiredApproval(facts));
  pack.writeFile('backend/gate.log', explainDecision(decision));
  const gate = decision.gates.find((g) => g.state === 'missing');
  for (const code of gate?.codes.filter((c) => c.startsWith('provider_') && isCode(c)) ?? [])
    pack.writeFile(`backend/${code}`, `${gate?.reason}\n`);
  timeline.gateBlocked(
    gate?.id ?? 'contract',
    gate?.reason ?? 'a gate is missing',
    pack.findings.some((f) => f.code === 'missing_test_command'),
  );
}

/** Another run reserved the same approval between the decision and now. */
export function lost(pack: PackWriter, timeline: Timeline, { facts }: Admission): void {
  const reason = 'another run reserved the approval first';
  pack.finding(finding('approval_consumed', reason, 'gate:approval'));
  timeline.started();
  timeline.contractCreated();
  timeline.approval(approvalState(facts), requiredApproval(facts));
  timeline.gateBlocked('approval', reason, false);
}
