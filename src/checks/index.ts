/**
 * The checks room: what GitHub says about a packet, read into approvals, evidence and outcome, and the five check runs of a head. Pure: the action room collects
 * the facts and applies what comes out.
 *
 *     commitsToRead, peopleToAsk, peopleToAskAboutOutcome      which questions are worth asking GitHub
 *     readDecisions(facts, asked) -> Approval[]                reviews and comments as documents for the gates
 *     foreignArtifact, foreignRun, recordsOf, decisive         which runs count, and what they left
 *     checksOf(facts) -> CheckResult[]                         contract, approval, evidence, outcome, gate
 *     …Text(…) -> Markdown                                     comments, pull request bodies, summaries
 */
export { withApprovals } from './approval-facts.ts';
export { approvalOf, askedOf, outcomeOf } from './approval.ts';
export { checksOf, unreadable } from './checks.ts';
export { PACKET_LABEL } from './contract.ts';
export { type Asked, commitsToRead, distinct, peopleToAsk, readDecisions } from './decisions.ts';
export { annotationsOf } from './evidence.ts';
export { missingGates } from './gates.ts';
export { peopleToAskAboutOutcome } from './outcome.ts';
export { isPerson, mayWrite, samePerson } from './people.ts';
export {
  decisive,
  foreignArtifact,
  foreignRun,
  type JobFacts,
  type Origin,
  recordsOf,
  sealedName,
  type UploadedArtifact,
  useOf,
  type WorkflowRunFacts,
} from './runs.ts';
export { notPublishable, type Publishable } from './publish.ts';
export { sentenceOf } from './sentences.ts';
export * from './texts/index.ts';
export type * from './types.ts';
