/**
 * `npm run bench`: what the product costs, as ratios against what the machine's own tools need for the same work, taken in turn within one run.
 * `--only ROW` (repeatable), `--quick`, `--json`, `--strict` (exit 1 when a target is missed), `--node PATH` (another Node for the measured processes).
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine, place } from './place.ts';
import { HEADING, line, type Measurement, passes } from './row.ts';
import { rows } from './rows.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
    node: { type: 'string', default: process.execPath },
  },
});
const unknown = (values.only ?? []).filter((id) => !rows.some((row) => row.id === id));
if (unknown.length > 0) {
  console.error(`no such row: ${unknown.join(', ')}. There are: ${rows.map(({ id }) => id).join(', ')}`);
  process.exit(3);
}
const chosen = rows.filter((row) => values.only === undefined || values.only.includes(row.id));
const note = (line: string): void => {
  if (process.stderr.isTTY || process.env.CI !== undefined) console.error(`  ${line}`);
};

const { folder, filesystem } = await place();
const about = machine(filesystem);
const results: { row: string; measurement: Measurement }[] = [];
const broken: { row: string; error: string }[] = [];
/** For people, each line as it is measured: the last one comes many minutes after the first. */
const say = (text: string): void => {
  if (!values.json) console.log(text);
};
say(
  `${Object.values(about).join(' · ')}${values.quick ? ' · --quick: for a look, not for a claim' : ''}\n\n${HEADING}`,
);
try {
  for (const row of chosen) {
    note(row.title);
    const own = await mkdtemp(join(folder, `${row.id}-`));
    const scratch = join(own, 'tmp');
    await mkdir(scratch);
    const bench = {
      folder: own,
      quick: values.quick,
      node: values.node,
      cli: join(import.meta.dirname, '../../dist/cli.js'),
      env: { PATH: process.env.PATH ?? '', HOME: own, TMPDIR: scratch, LANG: 'C.UTF-8' },
      note,
    };
    try {
      for await (const measurement of row.run(bench)) {
        results.push({ row: row.id, measurement });
        say(line(row.id, measurement));
      }
    } catch (error) {
      broken.push({ row: row.id, error: error instanceof Error ? error.message : String(error) });
    }
    await rm(own, { recursive: true, force: true });
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

if (values.json) {
  const measured = results.map(({ row, measurement }) => ({ row, ...measurement, pass: passes(measurement) }));
  console.log(JSON.stringify({ machine: about, quick: values.quick, rows: measured, broken }, null, 2));
}
for (const { row, error } of broken) console.error(`\n${row} could not be measured: ${error}`);
const missed = results.some(({ measurement }) => !passes(measurement));
if (broken.length > 0 || (values.strict && missed)) process.exitCode = 1;
