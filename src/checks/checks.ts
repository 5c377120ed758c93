import { approvalCheck } from './approval.ts';
import { contractCheck } from './contract.ts';
import { evidenceCheck } from './evidence.ts';
import { outcomeCheck } from './outcome.ts';
import { checkOf, fine, wanting, wrong } from './reason.ts';
import type { CheckResult, HeadFacts } from './types.ts';

const TITLE = {
  success: 'Contract, approval, evidence and outcome are all there',
  failure: 'Not to be merged',
  action_required: 'Not to be merged yet',
} as const;

/** The one that a repository without the app requires: green exactly when the four are. */
export const gateOf = (four: readonly CheckResult[]): CheckResult =>
  checkOf(
    'gate',
    TITLE,
    four.map(({ name, conclusion, title }) => {
      if (conclusion === 'success') return fine(`\`${name}\`: ${title}`);
      const make = conclusion === 'failure' ? wrong : wanting;
      return make(`\`${name}\`: ${title}`, `See \`${name}\`.`);
    }),
  );

/** The five check runs of a head. Pure; whatever is unknown blocks. */
export function checksOf(facts: HeadFacts): CheckResult[] {
  const four = [contractCheck(facts), approvalCheck(facts), evidenceCheck(facts), outcomeCheck(facts)];
  return [...four, gateOf(four)];
}
