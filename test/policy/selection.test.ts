import { describe, expect, it } from '@jest/globals';
import type { Config, Packet } from '../../src/contracts/index.ts';
import { type Facts, selectEngine, settingsOf } from '../../src/policy/index.ts';

type Choice = Facts['selection'];
const flag = (id: string): Choice['explicit'][number] => ({ from: 'flag', id });
const environment = (id: string): Choice['explicit'][number] => ({ from: 'environment', id });
const select = (
  explicit: Choice['explicit'],
  engine?: Packet['engine'],
  config: Partial<Config> = {},
  argv: Choice['argv'] = null,
  surface: Facts['surface'] = 'local',
) =>
  selectEngine(
    { explicit, argv },
    engine ? { engine } : {},
    settingsOf({ schema: 'countersign/config/v1', ...config }),
    surface,
  );
const withArgv = { engines: { command: { argv: ['./agent.sh'] as [string] } } };

describe('engine selection', () => {
  it.each<[title: string, result: ReturnType<typeof select>, engine: string]>([
    ['fake where nobody says anything', select([]), 'fake'],
    ['the configuration’s default', select([], undefined, { default_engine: 'codex' }), 'codex'],
    ['the packet’s before the default', select([], { id: 'claude' }, { default_engine: 'codex' }), 'claude'],
    ['the explicit one', select([flag('codex')]), 'codex'],
    ['choices that agree', select([flag('codex'), environment('codex')], { id: 'codex' }), 'codex'],
    ['one that nobody knows is still the choice', select([flag('nosuch')]), 'nosuch'],
  ])('%s', (_, result, engine) => {
    expect(result).toEqual({ ok: true, engine, argv: [] });
  });

  it.each<[title: string, result: ReturnType<typeof select>, said: RegExp]>([
    ['flag against packet', select([flag('codex')], { id: 'fake' }), /--engine says "codex".*engine\.id says "fake"/],
    ['flag against environment', select([flag('codex'), environment('pi')]), /COUNTERSIGN_ENGINE says "pi"/],
    ['environment against packet', select([environment('pi')], { id: 'fake' }), /COUNTERSIGN_ENGINE says "pi"/],
    ['something that is no engine id', select([flag('../codex')]), /no engine id/],
    ['an argv for another engine', select([flag('fake')], undefined, {}, ['ls']), /belongs to the engine command/],
    ['command without an argv', select([flag('command')]), /no argv/],
    ['an argv on GitHub', select([flag('command')], undefined, withArgv, ['ls'], 'github'), /on GitHub/],
  ])('is refused (exit 3): %s', (_, result, said) => {
    if (result.ok) throw new Error('was accepted');
    expect(result.errors.map((e) => e.message).join('\n')).toMatch(said);
    for (const error of result.errors) expect(error).toMatchObject({ code: 'usage', fix: expect.stringMatching(/./) });
  });

  it('takes the argv after -- before the configuration’s, and the configuration’s on GitHub', () => {
    expect(select([flag('command')], undefined, withArgv, ['ls', '-l'])).toMatchObject({ argv: ['ls', '-l'] });
    expect(select([flag('command')], undefined, withArgv)).toMatchObject({ argv: ['./agent.sh'] });
    expect(select([flag('command')], undefined, withArgv, null, 'github')).toMatchObject({ argv: ['./agent.sh'] });
  });

  it('names every contradiction at once', () => {
    const result = select([flag('codex'), environment('pi')], { id: 'claude' });
    expect(result).toMatchObject({
      ok: false,
      errors: [{ at: 'COUNTERSIGN_ENGINE' }, { at: "the packet's engine.id" }],
    });
  });
});
