/**
 * The scenarios room: fixture repository + packet + scripted engine + expected result, played for real through the pipeline.
 *
 *     readLibrary() -> Scenario[]                              what ships, matrix first
 *     select(scenarios, SELECTOR, engine?) -> { lanes, skipped }
 *     playAll(lanes, options) -> ScenarioResult[]              two at a time, in the order of `lanes`
 */
export { type Lane, readLibrary, select } from './library.ts';
export { play } from './play.ts';
export { playAll } from './play-all.ts';
export type { ScenarioResult, ScenariosOptions } from './types.ts';
