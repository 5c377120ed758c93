import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parsePacket } from '../../src/packet/index.ts';
import { type Played, PROPOSAL, PUBLISHED, Stage, type Step } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  // A private repository: a token reads nothing that the job's permissions do not name.
  stage = await Stage.open({}, 'private');
});
afterEach(async () => await stage.close());

const GREEN = { contract: 'success', approval: 'success', evidence: 'success', outcome: 'success', gate: 'success' };
const W = 'action_required';

/** Requests of a step, but for one for each person whose permission is asked. */
const counted = (step: Step | undefined): number =>
  step?.requests.filter((line) => !line.includes('/collaborators/')).length ?? -1;
/** Issue 4, Speed. */
function withinBudget({ validate, open, run_, publish, gate }: Played): void {
  for (const [step, most] of [
    [validate, 6],
    [open, 10],
    [run_, 8],
    [publish, 10],
    [gate, 14],
  ] as const)
    expect(counted(step)).toBeLessThanOrEqual(most);
}
const sentenceIn = (body: string): string => /^ {4}(\/approve .*)$/m.exec(body)?.[1] ?? '';

describe('from an issue to a countersigned head', () => {
  it('a proposal runs at once, is shown, is pushed nowhere, and is accepted by a review', async () => {
    const { issue, played } = await stage.packet(PROPOSAL);
    withinBudget(played);
    const pull = stage.pullOf(played);
    const opened = stage.head(pull);
    expect(stage.checks(opened)).toEqual({ ...GREEN, outcome: W, gate: W });
    expect(played.run_?.outputs).toMatchObject({
      status: 'pass',
      blockers: '[]',
      'packet-id': 'fix-add',
      'packet-digest': parsed(PROPOSAL),
      started: 'started',
      'artifact-name': `countersign-${issue}-${opened.slice(0, 12)}`,
    });
    expect(played.publish?.outputs).toMatchObject({
      status: 'pass',
      'pack-digest': played.run_?.outputs['pack-digest'],
    });
    const { body, draft } = stage.repo.pull(pull);
    expect(body).toContain(`Closes #${issue}\n`);
    expect(body).toContain('The proposal, as a patch. It was pushed nowhere.');
    expect(body).toContain('+export const add = (a, b) => a + b;');
    expect(draft).toBe(true);
    stage.afterwards();
    const accepted = await stage.deliver(stage.repo.as('ann').review(pull, 'approve'));
    withinBudget(accepted);
    expect(accepted.run_?.outputs).toMatchObject({ status: 'none', next: 'publish' });
    expect(stage.checks(opened)).toEqual(GREEN);
    expect(stage.head(pull)).toBe(opened);
  });

  it('a packet that is published waits for an approval, is pushed as one commit, and is accepted', async () => {
    const { issue, played } = await stage.packet(PUBLISHED);
    withinBudget(played);
    expect(played.run_?.outputs).toMatchObject({ status: 'waiting', pack: '' });
    const pull = stage.pullOf(played);
    const opened = stage.head(pull);
    expect(stage.checks(opened)).toEqual({ contract: 'success', approval: W, evidence: W, outcome: W, gate: W });
    const files = stage.repo.git('diff-tree', '-r', '--name-status', '--no-commit-id', opened);
    expect(files).toBe(`A\t.countersign/packets/issue-${issue}-fix-add.md`);
    expect(stage.repo.git('rev-parse', `${opened}^`)).toBe(stage.repo.tip('main'));

    const ran = await stage.deliver(stage.repo.as('ann').review(pull, 'approve'));
    withinBudget(ran);
    expect(ran.run_?.outputs).toMatchObject({ status: 'pass', started: 'started' });
    const head = stage.head(pull);
    expect(stage.repo.git('rev-parse', `${head}^`, `${head}^{tree}`).split('\n')).toEqual([
      opened,
      ran.run_?.outputs['result-tree'],
    ]);
    const message = stage.repo.git('log', '-1', '--format=%B', head);
    expect(message).toContain(`Countersign-Packet: fix-add\n`);
    expect(message).toContain(`Countersign-Run: ${ran.run_?.outputs['run-id']}\n`);
    expect(message).toMatch(/^Countersign-Evidence: sha256:[0-9a-f]{64}$/m);
    expect(stage.repo.git('diff', '--name-status', opened, head)).toBe('M\tsrc/add.mjs');
    expect(stage.body(pull)).toContain(
      `countersign verify countersign-${issue}-${opened.slice(0, 12)}.zip --expect ${ran.run_?.outputs['pack-digest']}`,
    );
    expect(stage.repo.pull(pull)['draft']).toBe(false);
    expect(stage.checks(head)).toEqual({ ...GREEN, outcome: W, gate: W });

    stage.afterwards();
    const accepted = await stage.deliver(stage.repo.as('bob').review(pull, 'approve'));
    withinBudget(accepted);
    expect(accepted.run_?.outputs['status']).toBe('none');
    expect(stage.checks(head)).toEqual(GREEN);
    expect(stage.head(pull)).toBe(head);
    const again = await stage.deliver(stage.repo.as('ann').comment(pull, 'thanks'));
    expect(again.run_).toBeUndefined();
    expect(again.gate?.requests.filter((line) => !line.startsWith('GET '))).toEqual([]);
    stage.repo.as('ann').merge(pull);
    expect(stage.repo.issue(issue)['state']).toBe('closed');
  });

  it('the sentence on the pull request approves as well, said by whoever may', async () => {
    const { played } = await stage.packet(PUBLISHED);
    const pull = stage.pullOf(played);
    const sentence = sentenceIn(stage.body(pull));
    expect(sentence).toMatch(/^\/approve fix-add sha256:[0-9a-f]{64}$/);
    const refused = await stage.deliver(stage.repo.as('mallory').comment(pull, sentence));
    expect(refused.run_?.outputs['status']).toBe('waiting');
    const ran = await stage.deliver(stage.repo.as('bob').comment(pull, `${sentence}\n\nGo.`));
    expect(ran.run_?.outputs['status']).toBe('pass');
    expect(stage.checks(stage.head(pull))).toMatchObject({ approval: 'success', evidence: 'success' });
  });

  it('a rejected result stays red', async () => {
    const { played } = await stage.packet(PROPOSAL);
    const pull = stage.pullOf(played);
    stage.afterwards();
    await stage.deliver(stage.repo.as('ann').review(pull, 'approve'));
    stage.later();
    await stage.deliver(stage.repo.as('bob').review(pull, 'request_changes'));
    expect(stage.checks(stage.head(pull))).toMatchObject({ outcome: 'failure', gate: 'failure' });
  });
});

function parsed(text: string): string {
  const reading = parsePacket(text);
  return reading.ok ? reading.digest : '';
}
