import type { Case } from '../case.ts';
import { missing, notApplicable, passed, unproven, type Verdict } from '../verdict.ts';
import { codeEntry } from '../../contracts/index.ts';

/** The provider answered its probe. For an engine without a model it counts only when somebody found it wanting (its command-line tool is gone). */
export function provider({ engine, facts }: Case): Verdict {
  const fact = facts.provider;
  if (fact && fact.status !== 'ok') return missing(fact.status, fact.message, codeEntry(fact.status).fix);
  if (!engine?.uses_model) return notApplicable('The engine uses no model.');
  return fact ? passed(fact.message) : unproven('the provider');
}
