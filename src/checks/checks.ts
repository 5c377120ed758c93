import type { Problem } from '../contracts/index.ts';
import { markdownText as text } from '../evidence/index.ts';
import { approvalCheck } from './approval.ts';
import { contractCheck } from './contract.ts';
import { evidenceCheck } from './evidence.ts';
import { outcomeCheck } from './outcome.ts';
import { checkOf, code, fine, wanting, wrong } from './reason.ts';
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

/** The gate of a head that could not be looked at. */
export const unreadable = (problems: readonly Problem[]): CheckResult =>
  checkOf(
    'gate',
    TITLE,
    problems.map(({ message, at, fix }) =>
      wrong(`This head could not be looked at: ${text(message)} (${code(at)})`, text(fix)),
    ),
  );

/** The five check runs of a head. Pure; whatever is unknown blocks. */
export function checksOf(facts: HeadFacts): CheckResult[] {
  const four = [contractCheck(facts), approvalCheck(facts), evidenceCheck(facts), outcomeCheck(facts)];
  return [...four, gateOf(four)];
}
