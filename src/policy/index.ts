/**
 * The policy room: everything that decides whether a packet may run, by which engine and how far. Pure: facts in, decision out.
 *
 *     let facts = …;                                   // repository and provider are null at first
 *     for (;;) {
 *       const decision = decide(facts);
 *       const tier = nextFacts(decision);              // 'repository' | 'provider' | null: what to collect next
 *       if (tier === null) return decision;
 *       facts = { ...facts, [tier]: await collect(tier) };
 *     }
 */
export { type ConfigReading, parseConfig } from './config.ts';
export { deadlines } from './deadlines.ts';
export { decide, nextFacts } from './decide.ts';
export { after } from './duration.ts';
export { explainDecision } from './explain.ts';
export { isPublished, MODES } from './modes.ts';
export { approvalState, requiredApproval, scopeOf, waitsForApproval } from './questions.ts';
export { gateFindings } from './gate-findings.ts';
export { parseAdmission, parseStageRecord } from './record-files.ts';
export { effectiveScope, scopeDigest } from './scope.ts';
export { secretLike } from './secret-like.ts';
export { selectEngine } from './selection.ts';
export { effectiveLimits, engineSettings, settingsOf } from './settings.ts';
export { exitCode, type RunStatus, runStatus } from './status.ts';
export type * from './types.ts';
