import type { Code } from '../contracts/index.ts';

/** One reason why a gate is missing: the code, what is wrong, what would satisfy it. */
export interface Lack {
  code: Code;
  reason: string;
  fix: string;
}

/** What a gate says before it is written down: see 2-contracts.md, Eligibility decision. */
export type Verdict =
  | { state: 'passed' | 'not_applicable' | 'not_evaluated'; reason: string }
  /** `reason` says it in one where that is more than its lacks one after the other. */
  | { state: 'missing'; lacks: Lack[]; reason?: string };

export const passed = (reason: string): Verdict => ({ state: 'passed', reason });
export const notApplicable = (reason: string): Verdict => ({ state: 'not_applicable', reason });
export const notEvaluated = (reason: string): Verdict => ({ state: 'not_evaluated', reason });
export const missing = (code: Code, reason: string, fix: string): Verdict => ({
  state: 'missing',
  lacks: [{ code, reason, fix }],
});

/** Missing with everything that lacks, or passed where nothing does. */
export const unless = (lacks: Lack[], reason: string): Verdict =>
  lacks.length > 0 ? { state: 'missing', lacks } : passed(reason);

/** The facts of a gate were never collected: a gate that is not proven blocks (1-product.md, Vocabulary). */
export const unproven = (what: string): Verdict =>
  missing(
    'gate_missing',
    `${what} was not looked at`,
    'Run again; if this stays, report it: a gate without facts blocks.',
  );
