import { describe, expect, it } from '@jest/globals';
import { asSha } from '../../src/contracts/index.ts';
import { type Hint, hintOf, packetBranch } from '../../src/action/event.ts';

const NOTHING: Hint = { issue: null, pull: null, asks: null, mergeGroup: null, left: null };
const SHA = asSha('0123456789abcdef0123456789abcdef01234567');
const run = (more: object): object => ({ workflow_run: { event: 'pull_request_review', head_branch: 'x', ...more } });

describe('what an event is about', () => {
  const CASES: [name: string, payload: object, hint: Partial<Hint>][] = [
    ['issues', { issue: { number: 7 } }, { issue: 7, asks: 'issue' }],
    ['issue_comment', { issue: { number: 7 } }, {}],
    ['issue_comment', { issue: { number: 8, pull_request: {} } }, { pull: 8, asks: 'decision' }],
    ['pull_request_target', { pull_request: { number: 8 } }, { pull: 8 }],
    ['pull_request_target', { pull_request: { number: 8 }, before: SHA }, { pull: 8, left: SHA }],
    ['pull_request_target', { pull_request: { number: 8 }, before: 'main' }, { pull: 8 }],
    ['workflow_dispatch', { inputs: { issue: '7' } }, { issue: 7, asks: 'person' }],
    ['workflow_dispatch', { inputs: { issue: 7 } }, { issue: 7, asks: 'person' }],
    ['workflow_dispatch', { inputs: null }, { asks: 'person' }],
    ['workflow_run', run({ head_branch: 'packet/fix-add-7' }), { issue: 7, asks: 'decision' }],
    ['workflow_run', run({ display_title: 'Countersign #8' }), { pull: 8, asks: 'decision' }],
    ['workflow_run', run({ event: 'issues', display_title: 'Countersign #7' }), { issue: 7 }],
    ['workflow_run', run({ event: 'workflow_dispatch', display_title: 'Countersign #7' }), { issue: 7 }],
    ['workflow_run', run({ event: 'issue_comment', display_title: 'Countersign #8' }), { pull: 8 }],
    ['workflow_run', run({ event: 'workflow_run', head_branch: 'packet/fix-add-7' }), {}],
    ['push', { issue: { number: 7 } }, {}],
    ['pull_request_review', { pull_request: { number: 7 } }, {}],
  ];
  it.each(CASES)('%s %j', (name, payload, hint) => expect(hintOf(name, payload)).toEqual({ ...NOTHING, ...hint }));

  it('finds the pull request of a merge group in the name of its branch', () => {
    const group = { head_sha: SHA, head_ref: `refs/heads/gh-readonly-queue/release/1.0/pr-8-${SHA}` };
    expect(hintOf('merge_group', { merge_group: group })).toEqual({
      ...NOTHING,
      pull: 8,
      mergeGroup: { sha: SHA, base: 'release/1.0' },
    });
    expect(hintOf('merge_group', {})).toEqual({ ...NOTHING, mergeGroup: { sha: '', base: '' } });
  });

  it.each([
    null,
    'x',
    [],
    { issue: null },
    { issue: { number: '07' } },
    { issue: { number: 1.5 } },
    { issue: { number: -1 } },
  ])('takes no number from %j', (payload) => expect(hintOf('issues', payload).issue).toBeNull());

  it.each([
    ['packet/fix-add-7', { packetId: 'fix-add', issue: 7 }],
    ['packet/fix-7-8', { packetId: 'fix-7', issue: 8 }],
    ['packet/fix-add-07', null],
    ['packet/fix-add', null],
    ['packet/Fix-7', null],
    ['packet/fix-add-7/x', null],
    ['packets/fix-add-7', null],
    ['packet/fix-add-7\nx', null],
  ])('reads the branch %j', (ref, named) => expect(packetBranch(ref)).toEqual(named));
});
