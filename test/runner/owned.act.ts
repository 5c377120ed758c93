import { afterEach, describe, expect, it } from '@jest/globals';
import type { Admission } from '../../src/contracts/index.ts';
import { FORBIDDEN_ACTIONS } from '../../src/packet/index.ts';
import { RIGHT } from '../run/repository.ts';
import { type Evidence, evidenceOf, sealedOf } from './evidence.ts';
import { OWNED, type Opened, openStage, type Stage } from './stage.ts';

let stage: Stage;
afterEach(async () => await stage.close());

type Target = Extract<Admission, { kind: 'target' }>;
const FILE = '.countersign/admissions/sum.json';

const TARGET: Target = {
  schema: 'countersign/admission/v1',
  id: 'sum',
  kind: 'target',
  status: 'admitted',
  approval_source: 'maintainers, minutes 12',
  admitted_at: '2026-01-01T00:00:00.000Z',
  expires_at: '2100-01-01T00:00:00.000Z',
  allowed_mutation_modes: ['owned-noncritical-repo'],
  repository: 'acme/sum',
  owner: 'acme',
  ownership_evidence: 'settings of the organisation',
  risk_classification: 'low_risk_noncritical',
  noncritical_rationale: 'adds two numbers',
  allowed_paths: ['src/'],
  forbidden_actions: [...FORBIDDEN_ACTIONS],
  operator_outcome_required: true,
};

/** Opens a packet in an owned repository with this admission, approves it, and plays what follows. */
async function approved(target: Target | null): Promise<Opened> {
  stage = await openStage({ config: OWNED, files: target === null ? {} : { [FILE]: JSON.stringify(target) } });
  const opened = await stage.packet({ mutation_mode: 'owned-noncritical-repo' });
  stage.alice.review(opened.pull, 'approve');
  await stage.runner.settle();
  return opened;
}

/** The evidence of the last run verifies, and is the one that its job's name attests. */
function expectSealed(evidence: Evidence | undefined): void {
  const sealed = stage.runner.played.map(sealedOf).findLast((found) => found !== null);
  expect(sealed).toMatchObject({ status: evidence?.report.status, artifact: evidence?.id });
  expect(evidence?.verify('--expect', sealed?.digest ?? '')).toMatchObject({ code: 0 });
}

describe('a packet for an owned repository', () => {
  it('that is admitted goes from its issue to a countersigned head', async () => {
    const { branch, head: before, pull } = await approved(TARGET);
    const [evidence] = await evidenceOf(stage);
    expect(evidence?.report).toMatchObject({ status: 'pass', mutation_mode: 'owned-noncritical-repo', stage: 5 });
    expectSealed(evidence);
    const { repo } = stage;
    const head = repo.tip(branch) ?? '';
    expect(repo.git('rev-parse', `${head}^`, `${head}^{tree}`).split('\n')).toEqual([
      before,
      evidence?.report.result_tree,
    ]);
    expect(repo.git('diff', '--name-only', before, head)).toBe('src/add.mjs');
    expect(repo.git('show', `${head}:src/add.mjs`)).toBe(RIGHT.trim());
    expect(stage.checks(head)).toMatchObject({
      evidence: 'success',
      outcome: 'action_required',
      gate: 'action_required',
    });
    stage.alice.review(pull, 'approve');
    await stage.runner.settle();
    expect(stage.checks(head)).toEqual({
      contract: 'success',
      approval: 'success',
      evidence: 'success',
      outcome: 'success',
      gate: 'success',
    });
    stage.expectFair();
  });

  it('whose admission is withdrawn afterwards is green no more', async () => {
    const { branch, pull } = await approved(TARGET);
    const head = stage.repo.tip(branch) ?? '';
    stage.alice.review(pull, 'approve');
    await stage.runner.settle();
    expect(stage.checks(head)).toMatchObject({ gate: 'success' });
    stage.alice.push('main', { [FILE]: null });
    stage.alice.comment(pull, 'Is this still ours?');
    await stage.runner.settle();
    expect(stage.repo.tip(branch)).toBe(head);
    expect(stage.checks(head)).toMatchObject({ contract: 'action_required', gate: 'failure' });
    expect(stage.summary(head, 'contract')).toContain('there is no target admission for acme/sum');
  });

  it.each<[why: string, target: Target | null]>([
    ['there is no target admission for acme/sum', null],
    ['sum expired at 2026-02-01T00:00:00.000Z', { ...TARGET, expires_at: '2026-02-01T00:00:00.000Z' }],
    ['the target admission is for another repository: acme/product', { ...TARGET, repository: 'acme/product' }],
    ['sum says not admitted', { ...TARGET, status: 'not_admitted' }],
    ['sum does not cover the mode owned-noncritical-repo', { ...TARGET, allowed_mutation_modes: ['sandbox-repo'] }],
  ])('is blocked where %s', async (why, target) => {
    const { branch, head } = await approved(target);
    const evidence = await evidenceOf(stage);
    // Before the approval and after it.
    expect(evidence.map(({ report }) => report.status)).toEqual(['blocked', 'blocked']);
    const last = evidence.at(-1);
    expect(last?.report).toMatchObject({
      backend_process_started: false,
      approval_status: 'granted',
      blockers: [{ code: 'target_not_admitted', at: 'gate:target', message: why }],
    });
    expectSealed(last);
    expect(stage.repo.tip(branch)).toBe(head);
    expect(stage.repo.pull(2)).toMatchObject({ draft: true });
    expect(stage.checks(head)).toMatchObject({
      contract: 'action_required',
      approval: 'success',
      gate: 'action_required',
    });
    expect(stage.summary(head, 'contract')).toContain(`(<code>target_not_admitted</code>): ${why}`);
    expect(stage.summary(head, 'gate')).toContain('`countersign/contract`');
    stage.expectFair();
  });
});
