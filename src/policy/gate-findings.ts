import type { Code, Decision, Finding } from '../contracts/index.ts';
import { caseOf } from './case.ts';
import { judge } from './decide.ts';
import { JUDGES } from './gates/index.ts';
import type { Lack } from './verdict.ts';

/**
 * The missing gates of a decision as findings, one for each code of a gate. A gate that misses several things has one merged reason in the decision;
 * each finding has its own, judged again from the decision's facts (docs/adr/0080).
 */
export function gateFindings({ gates, facts }: Pick<Decision, 'gates' | 'facts'>): Finding[] {
  const missing = gates.filter((gate) => gate.state === 'missing');
  if (missing.length === 0) return [];
  const judged = judge(caseOf(facts));
  return missing.flatMap(({ id }) => {
    const verdict = JUDGES[id](judged);
    return verdict.state === 'missing' ? byCode(verdict.lacks, `gate:${id}`) : [];
  });
}

function byCode(lacks: readonly Lack[], at: string): Finding[] {
  const codes = new Map<Code, Lack[]>();
  for (const lack of lacks) codes.set(lack.code, [...(codes.get(lack.code) ?? []), lack]);
  return [...codes].map(([code, own]) => ({
    code,
    message: [...new Set(own.map(({ reason }) => reason))].join('; '),
    at,
    fix: [...new Set(own.map(({ fix }) => fix))].join(' '),
  }));
}
