import { afterEach, describe, expect, it } from '@jest/globals';
import { type Evidence, evidenceOf, sealedOf } from './evidence.ts';
import { DISPOSABLE, type Opened, openStage, type Stage, type StageOptions, type Step } from './stage.ts';

let stage: Stage;
afterEach(async () => await stage.close());

const SANDBOX = { mutation_mode: 'sandbox-repo' };

/** Opens a packet, approves it, and plays what follows. */
async function approved(options: StageOptions, packet: Record<string, unknown> = SANDBOX): Promise<Opened> {
  stage = await openStage({ config: DISPOSABLE, ...options });
  const opened = await stage.packet(packet);
  stage.alice.review(opened.pull, 'approve');
  await stage.runner.settle();
  return opened;
}

/** Nothing was pushed; the gate is red, and says the code. */
async function expectNothing({ branch, head }: Opened, code: string, gate = 'failure'): Promise<Evidence | undefined> {
  const evidence = (await evidenceOf(stage)).at(-1);
  expect(evidence?.report.blockers.map((blocker) => blocker.code)).toContain(code);
  expect(stage.repo.tip(branch)).toBe(head);
  expect(stage.checks(head)).toMatchObject({ evidence: gate, gate });
  expect(stage.summary(head, 'gate')).toContain('`countersign/evidence`');
  expect(stage.summary(head, 'evidence') + stage.summary(head, 'contract')).toContain(code);
  const sealed = stage.runner.played.map(sealedOf).findLast((found) => found !== null);
  expect(sealed).toMatchObject({ status: evidence?.report.status, artifact: evidence?.id });
  expect(evidence?.verify('--expect', sealed?.digest ?? '')).toMatchObject({ code: 0 });
  stage.expectFair();
  return evidence;
}

const HOSTILE: Step[] = [
  { write: { path: 'src/add.mjs', content: 'export const add = (a, b) => a + b;\n' } },
  { write: { path: '.github/workflows/own.yml', content: 'on: push\n' } },
  { write: { path: '.countersign/config.yml', content: 'schema: countersign/config/v1\n' } },
  { symlink: { path: 'src/out', target: '/etc/passwd' } },
];

describe('what does not pass is pushed nowhere', () => {
  it('a change that does not prove itself', async () => {
    const opened = await approved({ steps: [{ write: { path: 'src/add.mjs', content: 'export const add = 3;\n' } }] });
    const evidence = await expectNothing(opened, 'verification_failed');
    expect(evidence?.report).toMatchObject({ status: 'fail', backend_process_started: true });
    expect(stage.runner.played.map(({ conclusion }) => conclusion)).toContain('failure');
  });

  it('a packet that the configuration does not allow', async () => {
    stage = await openStage({ config: DISPOSABLE });
    const opened = await stage.packet({ mutation_mode: 'owned-noncritical-repo' });
    const evidence = await expectNothing(opened, 'unowned_repository', 'action_required');
    expect(evidence?.report).toMatchObject({ status: 'blocked', backend_process_started: false });
  });

  it('an engine that writes where it must not', async () => {
    const opened = await approved({ steps: HOSTILE });
    const evidence = await expectNothing(opened, 'forbidden_path_change');
    expect(evidence?.report.blockers.map(({ code }) => code)).toContain('unsafe_path');
  });

  it('a harness that crashes leaves nothing, and a re-run ends well', async () => {
    stage = await openStage({ config: DISPOSABLE });
    const { pull, head, branch } = await stage.packet(SANDBOX);
    let crashes = 1;
    stage.runner.set({
      onLine: ({ jobID, msg, raw_output }, act) => {
        if (jobID !== 'run' || raw_output !== true || !msg.startsWith('running fake') || crashes === 0) return;
        crashes -= 1;
        act.crash();
      },
    });
    stage.alice.review(pull, 'approve');
    const crashed = (await stage.runner.settle()).find(({ jobs }) => jobs.has('run'));
    expect(crashes).toBe(0);
    expect(crashed?.jobs.get('run')?.result).toBe('failure');
    expect(await evidenceOf(stage)).toEqual([]);
    expect(stage.repo.tip(branch)).toBe(head);
    if (crashed === undefined) throw new Error('nothing ran');
    await stage.runner.rerun(crashed);
    expect(stage.repo.tip(branch)).not.toBe(head);
    expect(stage.checks(stage.repo.tip(branch) ?? '')).toMatchObject({
      evidence: 'success',
      outcome: 'action_required',
    });
  });
});
