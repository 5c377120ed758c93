import type { Packet, Problem } from '../contracts/index.ts';
import { engineSettings } from './settings.ts';
import type { Facts, Selection, Settings } from './types.ts';

const usage = (message: string, at: string, fix: string): Problem => ({ code: 'usage', message, at, fix });
const ENGINE_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
const NAMES = { flag: '--engine', input: "the Action's input", environment: 'COUNTERSIGN_ENGINE' } as const;

/**
 * Which engine is asked for (2-contracts.md, Engine selection): an explicit choice, else the packet's, else the configuration's default. Choices that
 * contradict each other are errors (exit 3), never an override; there is no fallback. Whether the engine exists is gate `engine_registered`.
 */
export function selectEngine(
  choice: Facts['selection'],
  packet: Pick<Packet, 'engine'>,
  settings: Settings,
  surface: Facts['surface'],
): Selection {
  const named: { who: string; id: string }[] = choice.explicit.map(({ from, id }) => ({ who: NAMES[from], id }));
  if (packet.engine) named.push({ who: "the packet's engine.id", id: packet.engine.id });
  const engine = named[0]?.id ?? settings.default_engine;
  const errors = named
    .filter((other) => other.id !== engine)
    .map((other) =>
      usage(
        `${named[0]?.who} says ${JSON.stringify(engine)}, ${other.who} says ${JSON.stringify(other.id)}`,
        other.who,
        'Name the same engine in both, or in one of them only.',
      ),
    );
  for (const { who, id } of named)
    if (!ENGINE_ID.test(id))
      errors.push(usage(`${JSON.stringify(id)} is no engine id`, who, 'Use lower-case letters, digits and hyphens.'));
  return errors.length > 0 ? { ok: false, errors } : withArgv(engine, choice.argv, settings, surface);
}

const refuse = (message: string, fix: string): Selection => ({ ok: false, errors: [usage(message, '--', fix)] });

/** `-- ARGV` belongs to `command` alone; on GitHub only the configuration's argv counts. */
function withArgv(
  engine: string,
  given: readonly string[] | null,
  settings: Settings,
  surface: Facts['surface'],
): Selection {
  if (engine !== 'command') {
    return given
      ? refuse(
          `an argv after -- belongs to the engine command, not to ${JSON.stringify(engine)}`,
          'Leave the argv out, or use --engine command.',
        )
      : { ok: true, engine, argv: [] };
  }
  if (given && surface === 'github')
    return refuse("on GitHub only the configuration's argv counts", 'Leave the argv out.');
  const argv = given ?? engineSettings(settings, engine).argv;
  return argv.length > 0
    ? { ok: true, engine, argv }
    : refuse('the engine command has no argv', 'Add -- ARGV, or engines.command.argv to the protected configuration.');
}
