import { isPublished } from '../policy/index.ts';
import { approvalCheck } from './approval.ts';
import { contractCheck } from './contract.ts';
import { evidenceCheck } from './evidence.ts';
import type { HeadFacts } from './types.ts';

export type Publishable = { kind: 'publish' } | { kind: 'proposal' | 'blocked'; why: string; codes: string[] };

/**
 * Whether the result of a run may be pushed now (3-architecture.md, privilege split): contract and approval stand as read again now, the evidence holds in every respect but that
 * its result is not on the branch yet, and the mode publishes.
 */
export function notPublishable(facts: HeadFacts): Publishable {
  const { evidence, opened, pull } = facts;
  const pack = evidence?.pack ?? null;
  if (pack === null || evidence === null)
    return { kind: 'blocked', why: 'there is no evidence', codes: ['evidence_missing'] };
  const { report } = pack;
  if (report.status !== 'pass')
    return {
      kind: 'blocked',
      why: `the run is ${report.status}`,
      codes: [...new Set(report.blockers.map(({ code }) => code))],
    };
  // As if it were there already: then nothing else may be wrong.
  const there =
    pack.resultCommit === null || !isPublished(report.mutation_mode)
      ? facts
      : { ...facts, pull: { ...pull, head: { ...pull.head, sha: pack.resultCommit } } };
  const wrong = [contractCheck(facts), approvalCheck(facts), evidenceCheck(there)].filter(
    ({ conclusion }) => conclusion !== 'success',
  );
  if (wrong.length > 0)
    return {
      kind: 'blocked',
      why: wrong.map(({ name, title }) => `${name}: ${title}`).join('; '),
      codes: wrong.map(({ name }) => name),
    };
  if (!isPublished(report.mutation_mode))
    return { kind: 'proposal', why: 'the result is a proposal: it is shown, and pushed nowhere', codes: [] };
  if (pull.head.sha !== opened?.sha && pull.head.sha !== pack.resultCommit)
    return { kind: 'blocked', why: 'the head is not where the run started', codes: ['countersign/contract'] };
  return pack.resultCommit === null
    ? { kind: 'blocked', why: 'the run left no result', codes: ['evidence_missing'] }
    : { kind: 'publish' };
}
