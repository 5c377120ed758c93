import { Command, CommanderError } from 'commander';
import { EXIT, type ExitCode, type Problem, UserError, VERSION } from '../contracts/index.ts';
import { printFailure } from './failure.ts';
import type { Output } from './output.ts';

/** What a command works with: where it writes, whether as JSON, and how it says what the exit code is to be. */
export interface Cli {
  out: Output;
  /** `--json` was given: exactly one document on standard output. */
  json: boolean;
  exit: (code: ExitCode) => void;
  /** The whole command line, as given. */
  argv: readonly string[];
}

/** Declares one command with its arguments, options and action. A `UserError` that the action throws is printed and exits 3. */
export type Register = (program: Command, cli: Cli) => void;

/** Every command, loaded only when it is called or when help lists all. A new command is one line here and a file that exports `register`. */
const COMMANDS: Readonly<Record<string, () => Promise<{ register: Register }>>> = {
  validate: () => import('./validate.ts'),
  decide: () => import('./decide.ts'),
  run: () => import('./run.ts'),
  verify: () => import('./verify.ts'),
  sign: () => import('./sign.ts'),
  show: () => import('./show.ts'),
  scenarios: () => import('./scenarios.ts'),
  init: () => import('./init.ts'),
  doctor: () => import('./doctor.ts'),
};

/** Runs one command line. Returns the exit code; everything that goes wrong is printed first, as JSON where `--json` asks for it. */
export async function runProgram(argv: readonly string[], out: Output): Promise<ExitCode> {
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const json = own.includes('--json');
  let code: ExitCode = EXIT.pass;
  const shown: string[] = [];
  try {
    const exit = (chosen: ExitCode): void => {
      code = chosen;
    };
    const program = await build(own, shown, { out, json, exit, argv });
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) {
      if (json) out.json(error.code === 'commander.version' ? { version: VERSION } : { help: shown.join('') });
      else out.result(shown.join('').trimEnd());
      return EXIT.pass;
    }
    return printFailure(error, out, json);
  }
}

async function build(argv: readonly string[], shown: string[], cli: Cli): Promise<Command> {
  const program = new Command('countersign')
    .description('Hand code changes to coding agents without handing over authority.')
    .version(VERSION, '--version', 'print the version')
    .option('--json', 'print exactly one JSON document')
    .exitOverride()
    .configureOutput({ writeOut: (text) => shown.push(text), writeErr: () => {}, outputError: () => {} })
    .helpCommand(false)
    .action(() => {
      throw new UserError(noCommand(argv));
    })
    .allowExcessArguments();
  // The version is no command's business: none is loaded for it.
  const named = argv.find((arg) => !arg.startsWith('-') || arg === '--version');
  const wanted =
    named === '--version'
      ? []
      : named !== undefined && Object.hasOwn(COMMANDS, named)
        ? [named]
        : Object.keys(COMMANDS);
  for (const name of wanted) (await COMMANDS[name]?.())?.register(program, cli);
  for (const command of program.commands) strict(command);
  return program;
}

/** What holds for every command and subcommand: `--json`, no argument too many, errors thrown instead of printed, output collected. */
function strict(command: Command): void {
  if (command.commands.length === 0 && !command.options.some((option) => option.long === '--json'))
    command.option('--json', 'print exactly one JSON document');
  // `verify A B` that looked at A alone would call B verified; only the program itself takes anything, to name what it does not know.
  command.allowExcessArguments(false);
  for (const inner of command.commands) {
    inner.copyInheritedSettings(command);
    strict(inner);
  }
}

function noCommand(argv: readonly string[]): Problem {
  const named = argv.find((arg) => !arg.startsWith('-'));
  return {
    code: 'usage',
    message: named === undefined ? 'no command is given' : `there is no command ${JSON.stringify(named)}`,
    at: named ?? '',
    fix: `Use one of ${Object.keys(COMMANDS).join(', ')}; countersign --help says more.`,
  };
}
