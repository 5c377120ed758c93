import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Permissions } from '../twin/index.ts';
import { type Change, permissionsOf, PUBLISHED, Stage, WORKFLOW } from './stage.ts';

type Mode = keyof NonNullable<Change['permissions']>;
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({}, 'private');
});
afterAll(async () => await stage.close());

/** Every permission of a job taken away or made smaller, one at a time. */
const lesser = (mode: Mode): { without: string; permissions: Permissions }[] =>
  Object.entries(permissionsOf(mode)).flatMap(([name, level]) => {
    const { [name]: _, ...others } = permissionsOf(mode);
    const less: Permissions = { ...others, [name]: 'read' };
    return [
      { without: name, permissions: others },
      ...(level === 'write' ? [{ without: `${name}: write`, permissions: less }] : []),
    ];
  });

const repository = () => ({ id: stage.repo.id, default_branch: 'main' });

/** `inputs` may be made anew for each try: what one of them left would be no work for the next. */
async function refused(
  mode: Mode,
  inputs: () => Record<string, string>,
  event: { name: string; payload: unknown },
): Promise<void> {
  const run = stage.repo.runs.start({ path: WORKFLOW, event: 'workflow_dispatch', actor: 'ann' });
  for (const { without, permissions } of lesser(mode)) {
    const step = await stage.step(mode, {
      run,
      event,
      inputs: inputs(),
      change: { permissions: { [mode]: permissions } },
    });
    const { code, log, outputs } = step;
    expect({ mode, without, code, status: outputs['status'] }).toEqual({ mode, without, code: 3, status: 'error' });
    expect(log).toContain(without.replace(': write', ''));
  }
  run.finish('failure');
}

/** An issue that ann has asked for. */
function labelled(packetId: string): { issue: string; event: { name: string; payload: unknown } } {
  const body = PUBLISHED.replace('"fix-add"', `"${packetId}"`);
  const issue = stage.repo.as('carol').openIssue({ title: 'x', body }).id;
  stage.later();
  const { event } = stage.repo.as('ann').label(issue, 'packet');
  return { issue: String(issue), event: { name: 'issues', payload: event?.payload ?? {} } };
}

describe('a token that lacks one of its permissions', () => {
  it('does nothing in modes validate and open, and says which', async () => {
    const { event } = labelled('unopened');
    await refused('validate', () => ({}), event);
    let count = 0;
    await refused('open', () => ({ issue: labelled(`opened-${(count += 1)}`).issue }), event);
    expect(count).toBe(lesser('open').length);
  });

  it('does nothing in the others', async () => {
    const { issue, played } = await stage.packet(PUBLISHED, { skip: ['run', 'gate'] });
    const pull = String(stage.pullOf(played));
    const dispatch = { name: 'workflow_dispatch', payload: { inputs: { issue }, repository: repository() } };
    const review = stage.repo.as('ann').review(Number(pull), 'approve');
    await refused('run', () => ({ issue: String(issue) }), dispatch);
    await stage.deliver(review, { skip: ['publish'] });
    await refused('publish', () => ({ pull }), dispatch);
    await refused('gate', () => ({ pull, issue: String(issue) }), dispatch);
    expect(stage.checks(stage.head(Number(pull)))['gate']).not.toBe('success');
  });
});
