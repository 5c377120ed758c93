import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collectFacts, examine, type Finding, type Level } from '../adopt/index.ts';
import { EXIT, type ExitCode } from '../contracts/index.ts';
import { openSandbox } from '../sandbox/index.ts';
import { oneLine, type Output } from './output.ts';
import type { Register } from './program.ts';

interface Flags {
  repo: string;
  repository?: string;
}

/** The checkout or package that this program lies in: two folders up, from `src/cli` as from `dist/chunks`. */
const CHECKOUT = join(fileURLToPath(import.meta.url), '../../..');

/** `doctor`: exit 0 all of it holds (warnings aside), 1 there is a problem, 2 no problem was found but something could not be told, 3 usage. */
export const register: Register = (program, cli) => {
  const { out, json } = cli;
  program
    .command('doctor')
    .summary('say what is missing or weak in a repository that takes packets')
    .description(
      'Looks at this machine, the work tree, the default branch and, with a token in GITHUB_TOKEN or GH_TOKEN, at the settings on GitHub. Changes nothing.\n' +
        'Exits 0 where all holds (warnings aside), 1 where there is a problem, 2 where something could not be told, 3 for usage.',
    )
    .option('--repo <dir>', 'the top of the work tree', '.')
    .option('--repository <owner/name>', "the repository's name on GitHub (default: as the remote origin says)")
    .action(async ({ repo, repository }: Flags) => {
      const facts = await collectFacts({
        repo,
        repository: repository ?? null,
        env: process.env,
        checkout: CHECKOUT,
        probe,
      });
      const found = examine(facts);
      const code = exitOf(found);
      if (json)
        out.json({
          ok: code === EXIT.pass,
          findings: found.filter((finding) => !isOk(finding)),
          passed: found.filter(isOk).map(({ code: looked, message, at }) => ({ code: looked, message, at })),
        });
      else out.result([...found.map((finding) => lines(finding, out)), '', counted(found)].join('\n'));
      cli.exit(code);
    });
};

const isOk = ({ level }: Finding): boolean => level === 'ok';

async function probe(): Promise<{ message: string; fix: string } | null> {
  const opened = await openSandbox({ env: process.env });
  if (!opened.ok) return opened.finding;
  await opened.sandbox.close();
  return null;
}

function exitOf(found: readonly Finding[]): ExitCode {
  const has = (level: Level): boolean => found.some((finding) => finding.level === level);
  return has('problem') ? EXIT.fail : has('unknown') ? EXIT.blocked : EXIT.pass;
}

const COUNTED = { ok: 'fine', problem: 'to fix', warning: 'warnings', unknown: 'unknown' } as const satisfies Record<
  Level,
  string
>;

function counted(found: readonly Finding[]): string {
  const levels = Object.entries(COUNTED).map(([level, word]) => [
    found.filter((finding) => finding.level === level).length,
    word,
  ]);
  return levels
    .filter(([count], index) => index === 0 || count !== 0)
    .map((words) => words.join(' '))
    .join(', ');
}

const SIGNS: Readonly<Record<Level, string>> = { ok: '✓', problem: '✗', warning: '!', unknown: '?' };

function lines({ level, code, message, at, fix }: Finding, out: Output): string {
  const sign = SIGNS[level];
  const painted = level === 'ok' ? out.green(sign) : level === 'problem' ? out.red(sign) : out.yellow(sign);
  const first = `${painted} ${oneLine(`${code}: ${message}`)}${at === '' ? '' : out.dim(` (${oneLine(at)})`)}`;
  return fix === '' ? first : `${first}\n    ${oneLine(fix)}`;
}
