import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isDigest } from '../../src/contracts/index.ts';
import { verifyPack } from '../../src/evidence/index.ts';
import { packet } from '../run/repository.ts';
import { Stage, type Step, WORKFLOW } from './stage.ts';

/** It says that it is there, and never ends by itself, whatever it is asked to. */
const AGENT = `#!/bin/bash\ntrap '' TERM INT HUP\necho half >src/half.mjs\nsleep 300 & sleep 300\n`;

let stage: Stage;
let issue: number;
beforeAll(async () => {
  stage = await Stage.open({ 'agent.sh': { text: AGENT, executable: true } });
  const opened = await stage.packet(packet({ engine: { id: 'command' } }), { skip: ['run', 'gate'] });
  ({ issue } = opened);
});
afterAll(async () => await stage.close());

/** A run job that gets this signal so long after its engine started, or after its process did. */
async function cancelled(signal: NodeJS.Signals, when: 'engine' | number): Promise<Step> {
  const run = stage.repo.runs.start({ path: WORKFLOW, event: 'workflow_dispatch', actor: 'ann' });
  const payload = { inputs: { issue: String(issue) }, repository: { id: stage.repo.id, default_branch: 'main' } };
  let isSent = false;
  const step = await stage.step('run', {
    run,
    event: { name: 'workflow_dispatch', payload },
    inputs: { issue: String(issue) },
    apart: true,
    said: (log, kill) => {
      if (isSent || (when === 'engine' && !log.includes('running command'))) return;
      isSent = true;
      setTimeout(() => kill(signal), when === 'engine' ? 300 : when);
    },
  });
  run.finish('cancelled');
  return step;
}

describe('a job that is cancelled', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'while the engine works (%s) ends it and keeps a pack that says so',
    async (signal) => {
      const { code, outputs } = await cancelled(signal, 'engine');
      expect({ code, outputs }).toMatchObject({ code: 1, outputs: { status: 'fail', started: 'started' } });
      expect(JSON.parse(outputs['blockers'] ?? '')).toContain('cancelled');
      const digest = outputs['pack-digest'] ?? '';
      expect(isDigest(digest)).toBe(true);
      const verified = await verifyPack(outputs['pack'] ?? '', isDigest(digest) ? { expect: digest } : {});
      expect(verified).toMatchObject({ ok: true });
    },
  );
  it('before that leaves no pack, and no output that could be taken for a result', async () => {
    const { code, outputs } = await cancelled('SIGTERM', 0);
    expect(code).not.toBe(0);
    expect(outputs['pack'] ?? '').toBe('');
  });
});
