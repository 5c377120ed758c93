import type { Lane } from './library.ts';
import { play } from './play.ts';
import type { ScenarioResult, ScenariosOptions } from './types.ts';

/** Runs that are under way at the same moment: as many as the smallest machine that is supported has cores. */
const AT_ONCE = 2;

/** A scenario that could not be played at all is not ok either: the reason is its difference. */
async function playSafely(lane: Lane, options: ScenariosOptions): Promise<ScenarioResult> {
  try {
    return await play(lane, options);
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      id: lane.scenario.id,
      ok: false,
      status: null,
      blockers: [],
      differences: [`could not be played: ${why}`],
    };
  }
}

/** Plays scenarios two at a time and returns their results in the given order. An aborted signal stops what is under way and starts nothing more. */
export async function playAll(lanes: readonly Lane[], options: ScenariosOptions): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  const waiting = [...lanes.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (options.signal?.aborted) return;
      const [index, lane] = next;
      const result = await playSafely(lane, options);
      results[index] = result;
      options.progress?.(`${result.ok ? 'ok  ' : 'FAIL'} ${result.id}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results.filter((result) => result !== undefined);
}
