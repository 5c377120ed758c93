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
export { MODES, isPublished, stageOf } from './modes.ts';
export { selectEngine } from './selection.ts';
export { DEFAULT_LIMITS, MAXIMUM_LIMITS, effectiveLimits, engineSettings, settingsOf } from './settings.ts';
export type * from './types.ts';
