import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { diffOf, type Init, type Planned, planInit, writeFiles } from '../adopt/index.ts';
import { EXIT, type ExitCode } from '../contracts/index.ts';
import { legible, type Output } from './output.ts';
import type { Register } from './program.ts';

interface Flags {
  repo: string;
  yes?: boolean;
  approver: string[];
  repository?: string;
  action?: string;
}

/** The checkout or package that this program lies in: two folders up, from `src/cli` as from `dist/chunks`. */
const CHECKOUT = join(fileURLToPath(import.meta.url), '../../..');

/** `init`: exit 0 written, or nothing to write; 2 something would be written and nobody said yes; 3 usage. */
export const register: Register = (program, cli) => {
  const { out, json } = cli;
  program
    .command('init')
    .summary('write what a repository needs to take packets')
    .description(
      'Writes configuration, workflow, issue form, code owners, rulesets and a first packet into a work tree. Shows the difference first and asks; with --yes it\n' +
        'does not ask. Where there is no terminal to ask on it writes nothing and exits 2. Files that somebody edited stay as they are; a second time changes nothing.',
    )
    .option('--repo <dir>', 'the top of the work tree', '.')
    .option('--yes', 'write without asking')
    .option('--approver <login>', 'whose yes counts; may be repeated', gather, [])
    .option('--repository <owner/name>', "the repository's name on GitHub (default: as the remote origin says)")
    .option('--action <owner/name@sha>', "the commit whose workflow is called (default: this program's own)")
    .action(async ({ repo, yes, approver, repository, action }: Flags) => {
      const init = await planInit({
        repo,
        approvers: approver,
        repository: repository ?? null,
        action: action ?? null,
        checkout: CHECKOUT,
      });
      if (!json) show(init, out);
      const due = init.plan.some(({ after }) => after !== null);
      const agreed = due && (yes === true || (!json && (await agree())));
      if (agreed) await writeFiles(init.root, init.plan);
      const code: ExitCode = due && !agreed ? EXIT.blocked : EXIT.pass;
      if (json) out.json(resultOf(init, agreed, code));
      else
        out.result(
          agreed
            ? out.green('written')
            : due
              ? out.yellow('nothing was written (--yes writes without asking)')
              : 'nothing to write',
        );
      if (!json && agreed)
        out.note(
          'Next: commit and push these files to the default branch, make the settings that docs/adopt.md lists, then run `countersign doctor`.',
        );
      cli.exit(code);
    });
};

const gather = (value: string, before: string[]): string[] => [...before, value];

function show({ plan, adoption }: Init, out: Output): void {
  for (const planned of plan) if (planned.after !== null) out.note(legible(diffOf(planned)));
  for (const { path, state, why } of plan) out.note(`${state.padEnd(9)} ${path} (${why})`);
  if (adoption.approvers.length === 0)
    out.note('Nobody may approve yet. Proposals need no approval; for anything else name people: --approver LOGIN');
}

/** Asks whoever sits at the terminal; without one nobody said yes. */
async function agree(): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await lines.question('Write this? [y/N] ')).trim());
  } finally {
    lines.close();
  }
}

const resultOf = ({ plan, adoption }: Init, written: boolean, code: ExitCode) => ({
  ok: code === EXIT.pass,
  written,
  action: `${adoption.pin.repository}@${adoption.pin.commit}`,
  approvers: adoption.approvers,
  files: plan.map(({ path, state, why }: Planned) => ({ path, state, why })),
});
