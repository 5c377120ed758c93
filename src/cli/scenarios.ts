import { EXIT, usage } from '../contracts/index.ts';
import { playAll, readLibrary, type ScenarioResult, select } from '../scenarios/index.ts';
import { type Output, oneLine } from './output.ts';
import type { Cli, Register } from './program.ts';

/** `countersign scenarios run --json`. */
export interface ScenariosResult {
  /** Every selected scenario was played and is as it should be. */
  ok: boolean;
  results: ScenarioResult[];
}

/** A line for each scenario, and below it every way in which it is not as it should be. */
function present(out: Output, { results }: ScenariosResult, selected: number): string {
  const lines = results.flatMap(({ id, ok, status, blockers, differences }) => [
    `${ok ? out.green('ok  ') : out.red('FAIL')} ${id} ${out.dim([status ?? 'refused', ...blockers].join(' '))}`,
    ...differences.map((difference) => `       ${oneLine(difference)}`),
  ]);
  const held = results.filter(({ ok }) => ok).length;
  return [...lines, '', `${held} of ${selected} scenarios as expected`].join('\n');
}

async function list({ out, json }: Cli, selector: string): Promise<void> {
  const scenarios = select(await readLibrary(), selector).lanes.map(({ scenario }) => scenario);
  const shown = scenarios.map(({ id, title, matrix_row, lanes }) => ({
    id,
    title,
    matrix_row: matrix_row ?? null,
    lanes: Object.keys(lanes ?? {}),
  }));
  if (json) out.json({ ok: true, scenarios: shown });
  else out.result(shown.map(({ id, title }) => `${out.bold(id.padEnd(34))} ${title}`).join('\n'));
}

async function run(cli: Cli, selector: string, flags: { engine?: string; out?: string }): Promise<void> {
  const { out, json, exit } = cli;
  const { lanes, skipped } = select(await readLibrary(), selector, flags.engine);
  if (skipped.length > 0) out.note(`without a lane for ${flags.engine}: ${skipped.join(', ')}`);
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort());
  const results = await playAll(lanes, {
    env: process.env,
    signal: abort.signal,
    ...(flags.out === undefined ? {} : { out: flags.out }),
    progress: (line) => {
      if (out.live) out.note(out.dim(line));
    },
  });
  const result: ScenariosResult = { ok: results.length === lanes.length && results.every(({ ok }) => ok), results };
  if (json) out.json(result);
  else out.result(present(out, result, lanes.length));
  exit(result.ok ? EXIT.pass : EXIT.fail);
}

const SELECTOR = 'an id, the folders that ids begin with (matrix, gates, …), or all';

export const register: Register = (program, cli) => {
  const scenarios = program
    .command('scenarios')
    .description('play the scenarios that ship: the failure matrix and more, each for real on a fresh repository')
    .helpCommand(false)
    .action(() => {
      throw usage('neither list nor run is given', 'scenarios', 'Use countersign scenarios list, or scenarios run.');
    });
  scenarios
    .command('list')
    .description('list the scenarios')
    .argument('[selector]', SELECTOR, 'all')
    .action(async (selector: string) => await list(cli, selector));
  scenarios
    .command('run')
    .description('play scenarios and compare what came of them with what was expected; exit 1 where one differs')
    .argument('[selector]', SELECTOR, 'all')
    .option('--engine <id>', 'play the lane of another engine, where a scenario has one')
    .option('--out <dir>', 'keep the packs, in a folder for each scenario')
    .action(async (selector: string, flags: { engine?: string; out?: string }) => await run(cli, selector, flags));
};
