/**
 * Takes checks out of the code, one at a time, and demands that a scenario or a test notices: `node test/mutants/main.ts [--only N] [--parts N] [--write]`.
 * Without a mutant each of them must pass. Exit 1 where a mutant survives, is stale, or does not load. `--write` renews docs/mutants.md; `--parts N` tries one
 * of N parts, which one follows from the commit (a CI run then costs a part, and some commits cover all); stale ones are looked for among all.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { copyTree } from './copy.ts';
import { catcherName, type Mutant, mutate } from './mutant.ts';
import { ACTION } from './table/action.ts';
import { ADOPT } from './table/adopt.ts';
import { CHANGES } from './table/changes.ts';
import { CONTAINMENT_MUTANTS } from './table/containment.ts';
import { DECISIONS } from './table/decisions.ts';
import { EVIDENCE } from './table/evidence.ts';
import { SIGNATURES } from './table/signatures.ts';
import { CHECKED } from './table/checked.ts';
import { GITHUB } from './table/github.ts';
import { WORDS } from './table/words.ts';
import { trial, tryMutant } from './trial.ts';

const ROOT = join(import.meta.dirname, '../..');
const MUTANTS = [
  ...DECISIONS,
  ...CHANGES,
  ...CONTAINMENT_MUTANTS,
  ...EVIDENCE,
  ...CHECKED,
  ...WORDS,
  ...GITHUB,
  ...ADOPT,
  ...SIGNATURES,
  ...ACTION,
];

/** The first line of a catcher's output that says what it noticed. */
const noticed = (output: string): string =>
  output
    .split('\n')
    .find((line) => /^ {7}\S|^ +● .* › /.test(line))
    ?.trim() ?? '(said nothing; look with --only)';

type Result = { number: number; mutant: Mutant; verdict: 'caught' | 'SURVIVED' | 'ERROR'; detail: string };

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    parts: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
});
const parts = Number(values.parts);
if (!Number.isInteger(parts) || parts < 1) throw new Error(`--parts takes a whole number above 0, not ${values.parts}`);
if (values.write && (values.only !== undefined || parts > 1)) throw new Error('--write needs all mutants');
for (const mutant of MUTANTS) mutate(mutant, readFileSync(join(ROOT, mutant.file), 'utf8'));
const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' });
const part = Number.parseInt(commit.slice(0, 8), 16) % parts;
const chosen = [...MUTANTS.entries()]
  .map(([index, mutant]) => ({ number: index + 1, mutant }))
  .filter(({ number }) => (values.only === undefined ? number % parts === part : number === Number(values.only)));
if (chosen.length === 0) throw new Error(`there is no mutant ${values.only}`);

/** Does things in as many copies as there are processors, each copy for one thing at a time. */
async function inCopies<T>(things: readonly T[], action: (dir: string, thing: T) => Promise<void>): Promise<void> {
  const waiting = [...things];
  const worker = async (): Promise<void> => {
    const copy = copyTree(ROOT);
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await action(copy.dir, next);
    } finally {
      copy.remove();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), things.length) }, worker));
}

const catchers = [...new Map(chosen.map(({ mutant }) => [catcherName(mutant.caughtBy), mutant.caughtBy])).values()];
const broken = new Map<string, string>();
await inCopies(catchers, async (dir, catcher) => {
  const { ok, output } = await trial(dir, catcher);
  if (!ok) broken.set(catcherName(catcher), output);
  console.error(`${ok ? 'passes' : 'FAILS '} without a mutant: ${catcherName(catcher)}`);
});

const results: Result[] = [];
await inCopies(chosen, async (dir, { number, mutant }) => {
  const said = broken.get(catcherName(mutant.caughtBy));
  let result: Result = { number, mutant, verdict: 'caught', detail: '' };
  let how = '';
  if (said !== undefined) result = { ...result, verdict: 'ERROR', detail: `fails without the mutant too:\n${said}` };
  else {
    try {
      const { ok, output } = await tryMutant(dir, mutant);
      if (ok) result = { ...result, verdict: 'SURVIVED' };
      else how = `: ${noticed(output)}`;
    } catch (error) {
      result = { ...result, verdict: 'ERROR', detail: (error as Error).message };
    }
  }
  results.push(result);
  console.error(`${result.verdict.padEnd(8)} ${number} without: ${mutant.without}${how}`);
});
results.sort((a, b) => a.number - b.number);

const rows = results.map(
  ({ number, mutant, verdict }) =>
    `| ${number} | ${mutant.without} | \`${mutant.file}\` | ${catcherName(mutant.caughtBy)} | ${verdict} |`,
);
const table = ['| | without this check | file | is caught by | |', '| --- | --- | --- | --- | --- |', ...rows].join(
  '\n',
);
console.log(table);
for (const { number, detail } of results) if (detail !== '') console.log(`\n${number}: ${detail}`);
const caught = results.filter(({ verdict }) => verdict === 'caught').length;
console.log(`\n${caught} of ${results.length} mutants caught`);
if (caught < results.length) process.exitCode = 1;

if (values.write) {
  const text = `# Checks that were taken out by hand

Each row is a mutant: one check is taken out of the code in a copy of the work tree, and the named scenario or test must fail then; without the
mutant it must pass. \`node test/mutants/main.ts --write\` repeats all of it and renews this page; a mutant whose text no longer stands in the code is an
error. It takes some minutes and is part of the long suites, not of \`npm test\`.

${table}

${caught} of ${results.length} caught.
`;
  writeFileSync(join(ROOT, 'docs/mutants.md'), text);
}
