import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Engine, ENGINES, engineById } from '../../src/engines/index.ts';
import { type Ground, ground, packet, RIGHT } from './repository.ts';

const SCRIPT = `steps:\n  - write: { path: src/add.mjs, content: ${JSON.stringify(RIGHT)} }\n`;

describe('dispatch', () => {
  const added: Engine = {
    descriptor: { id: 'added', version: '1', uses_model: false, events: [], writes_report: false, lifecycle: false },
    launch: async () => ({ argv: ['true'], env: {}, files: [] }),
  };

  it('is by exact id: an engine that is added changes no other path', () => {
    for (const engine of ENGINES) expect(engineById(engine.descriptor.id, [added, ...ENGINES])).toBe(engine);
    expect(engineById('added')).toBeNull();
    expect(engineById('FAKE')).toBeNull();
    expect(engineById('')).toBeNull();
  });
});

const read = (pack: string | null, member: string): string => readFileSync(join(pack ?? '', member), 'utf8');

describe('a run', () => {
  let here: Ground;
  beforeEach(() => {
    here = ground({
      'scripts/fix.yml': SCRIPT,
      'agent.sh': `#!/bin/sh\nprintf '%s' '${RIGHT}' > src/add.mjs\necho fixed\n`,
    });
  });
  afterEach(() => here.remove());

  it('takes fake where nobody names an engine, and records what it said of itself', async () => {
    const result = await here.run(packet({ engine: { id: 'fake', script: 'scripts/fix.yml' } }));
    expect(result).toMatchObject({ status: 'pass', exit_code: 0, blockers: [] });
    const report = JSON.parse(read(result.pack, 'backend/execution-report.json')) as { artifacts: { path: string }[] };
    expect(report.artifacts.map((a) => a.path)).toEqual(['src/add.mjs']);
    expect(read(result.pack, 'backend/transcript.jsonl').split('\n')[0]).toContain('engine.started');
  });

  it('invokes the configured command, records its output, and writes the report that it owes none of', async () => {
    const result = await here.run(packet({ engine: { id: 'command' } }), { argv: ['./agent.sh'] });
    expect(result).toMatchObject({ status: 'pass', exit_code: 0, blockers: [] });
    expect(read(result.pack, 'backend/stdout.log')).toBe('fixed\n');
    const report = JSON.parse(read(result.pack, 'backend/execution-report.json')) as {
      engine: { id: string };
      artifacts: object[];
    };
    expect(report.engine.id).toBe('command');
    expect(report.artifacts).toHaveLength(1);
  });

  it('gives both engines the same patch and the same tree', async () => {
    const fake = await here.run(packet({ engine: { id: 'fake', script: 'scripts/fix.yml' } }));
    const command = await here.run(packet({ engine: { id: 'command' } }), { argv: ['./agent.sh'] });
    expect(read(fake.pack, 'patch.diff')).toBe(read(command.pack, 'patch.diff'));
  });

  it.each([
    ['an unknown engine', 'nosuch', 2, 'engine_unknown'],
    ['a command that is not there', 'command', 2, 'provider_unavailable'],
  ])('refuses %s and starts nothing', async (_what, engine, exit, code) => {
    const argv = engine === 'command' ? ['./not-there'] : null;
    const result = await here.run(packet({ engine: null }), { engine, argv });
    expect(result.exit_code).toBe(exit);
    expect(result.blockers.map((b) => b.code)).toEqual([code]);
    const report = JSON.parse(read(result.pack, 'report.json')) as { backend_process_started: boolean };
    expect(report.backend_process_started).toBe(false);
  });

  it('refuses choices that contradict each other, as usage', async () => {
    const run = here.run(packet({ engine: { id: 'command' } }), { engine: 'fake' });
    await expect(run).rejects.toMatchObject({ name: 'UserError' });
  });
});
