import { writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { canonicalText, InternalError, scriptFile } from '../contracts/index.ts';
import { type Engine, INSIDE } from './engine.ts';

const SCRIPT = '/countersign/script.json';

/**
 * The reference executor: scripted, deterministic, part of the harness. It plays a `countersign/fake-script/v1` document inside the sandbox like any
 * other engine, so that what holds for it holds for all.
 */
export const fake: Engine = {
  descriptor: {
    id: 'fake',
    version: '1',
    uses_model: false,
    events: ['engine.started', 'engine.plan', 'engine.change', 'engine.review', 'engine.completed'],
    writes_report: true,
    lifecycle: false,
  },
  async launch({ script, folder }) {
    if (script === null)
      throw new InternalError('the fake engine needs a script: gate scope lets none through without');
    const file = join(folder, 'script.json');
    await writeFile(file, canonicalText(script), { mode: 0o644 });
    const source = scriptFile(import.meta.url, 'player');
    // Without a package.json beside it only the extension says what kind of module it is.
    const player = `/countersign/player${extname(source) === '.ts' ? '.mts' : '.cjs'}`;
    return {
      argv: [process.execPath, player, SCRIPT],
      env: { COUNTERSIGN_EVENTS: INSIDE.events, COUNTERSIGN_REPORT: INSIDE.report },
      files: [
        { source: file, target: SCRIPT },
        { source, target: player },
      ],
    };
  },
};
