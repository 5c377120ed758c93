import { describe, expect, it } from '@jest/globals';
import { type HeadFacts, notPublishable, peopleToAskAboutOutcome } from '../../src/checks/index.ts';
import {
  accomplished,
  afterRun,
  ALL_WRITE,
  C1,
  C2,
  check,
  comment,
  conclusions,
  dismissal,
  happened,
  type Mode,
  PEOPLE,
  published,
  review,
  saying,
  scene,
  sentence,
  standsNow,
  STRAY,
} from '../checks/scene.ts';
import { digest, sha } from '../policy/facts.ts';

/** Approval row of 6-attacks.md on GitHub: what is tried once a run has passed, seen at the gate. */
const MODES: readonly Mode[] = ['proposal', 'published'];
const withHead = (facts: HeadFacts, head = STRAY): HeadFacts => published(facts, head);
const pull = (facts: HeadFacts, change: Partial<HeadFacts['pull']>): HeadFacts => ({
  ...facts,
  pull: { ...facts.pull, ...change },
});
const approvedAndRun = (mode: Mode): HeadFacts => {
  const ran = afterRun(saying(scene(mode), review(100, 'ann', 10)));
  return mode === 'published' ? published(ran) : ran;
};
const headOf = (mode: Mode) => (mode === 'published' ? C2 : C1);

describe.each(MODES)('at the gate of a %s result', (mode) => {
  const done = accomplished(mode);
  const ran = approvedAndRun(mode);
  const head = headOf(mode);
  it('is green when all is well', () => expect(check(done, 'gate').conclusion).toBe('success'));

  it.each<[string, HeadFacts]>([
    [
      'the issue was edited',
      {
        ...done,
        issue: done.issue && {
          ...done.issue,
          packet: { ok: true, packet: { ...packetOf(done), title: 'Other' }, digest: digest('other') },
        },
      },
    ],
    [
      'the issue is no packet any more',
      { ...done, issue: done.issue && { ...done.issue, packet: { ok: false, errors: [] } } },
    ],
    ['the issue is gone', { ...done, issue: null }],
    ['the issue is closed', { ...done, issue: done.issue && { ...done.issue, state: 'closed' } }],
    ['the label is gone', { ...done, issue: done.issue && { ...done.issue, labels: ['packets', 'Packet'] } }],
    ['something was pushed', withHead(done)],
    ['something was pushed and taken back', saying(done, happened('force_pushed', 50))],
    ['it was closed and reopened', saying(done, happened('closed', 50), happened('reopened', 51))],
    ['the base was changed and changed back', saying(done, happened('base_changed', 50))],
    ['the base is another', pull(done, { base: { ref: 'release' } })],
    ['another open pull request has this head', { ...done, sharedWith: [99] }],
    ['it is closed', pull(done, { state: 'closed' })],
    ['it is merged', pull(done, { merged: true })],
    ['the head lies in a fork', pull(done, { head: { ...done.pull.head, repository: 'mallory/uploader' } })],
    ['the head lies in a fork that is gone', pull(done, { head: { ...done.pull.head, repository: null } })],
    ['the branch is another', pull(done, { head: { ...done.pull.head, ref: 'packet/limit-retries-99' } })],
    ['the opened commit is none', { ...done, opened: done.opened && { ...done.opened, problem: 'it does more' } }],
    ['the opened commit is unknown', { ...done, opened: null }],
    [
      'the opened commit holds another packet',
      { ...done, opened: done.opened && { ...done.opened, packetDigest: digest('x') } },
    ],
    ['there is no decision', { ...done, decision: { ok: false, errors: [] } }],
    ['the decision is about another head', { ...done, decision: scene(mode, { opened: sha('8') }).decision }],
    ['the rules are others now', { ...done, decision: scene(mode, { rules: sha('7') }).decision }],
    [
      'a gate is missing by the rules of now',
      { ...done, decision: scene(mode, { packet: { engine: { id: 'nobody' } } }).decision },
    ],
    ['the approver was demoted since', { ...done, permissions: { ...ALL_WRITE, 7: 'read' } }],
    ['nobody asked for permissions', { ...done, permissions: {} }],
    [
      'the approving review was dismissed',
      { ...done, timeline: [review(100, 'ann', 10, 'dismissed'), dismissal(100, 50), ...done.timeline.slice(1)] },
    ],
    ['a denial came late, by comment', saying(done, comment(300, 'bob', 50, `/deny limit-retries`))],
    ['the evidence is gone', { ...done, evidence: null }],
    [
      'the evidence does not verify',
      withEvidence(done, { errors: [{ code: 'evidence_invalid', message: 'm', at: 'a', fix: 'f' }] }),
    ],
    ['the pack cannot be read', withEvidence(done, { pack: null })],
    ['the timeline is empty', { ...done, timeline: [] }],
    ['nothing is known of runs', { ...done, records: [] }],
  ])('is red when %s', (_, facts) => {
    expect(check(facts, 'gate').conclusion).not.toBe('success');
    // Whatever is not green says what to do next.
    expect(check(facts, 'gate').summary).toContain('**What next**');
  });

  it.each<[string, HeadFacts]>([
    ['nobody', ran],
    ['the review that approved', saying(ran, review(100, 'ann', 10, 'approved', head))],
    ['a review from before the evidence was there', saying(ran, review(101, 'ann', 31, 'approved', head))],
    ['a review from the second in which it was sealed', saying(ran, review(101, 'ann', 32, 'approved', head))],
    ['a review of another commit', saying(ran, review(101, 'ann', 40, 'approved', STRAY))],
    ['a review that comments', saying(ran, review(101, 'ann', 40, 'commented', head))],
    ['a review that was dismissed', saying(ran, review(101, 'ann', 40, 'dismissed', head), dismissal(101, 41))],
    ['the author', saying(ran, review(101, 'cem', 40, 'approved', head))],
    ['somebody who is not named', saying(ran, review(101, 'mallory', 40, 'approved', head))],
    ['a bot', saying(ran, review(101, 'bot', 40, 'approved', head))],
    ['a deleted user', saying(ran, review(101, 'ghost', 40, 'approved', head))],
    ['a comment', saying(ran, comment(400, 'ann', 40, sentence(ran)))],
  ])('%s accepts nothing', (_, facts) => {
    expect(conclusions(facts)).toMatchObject({
      approval: 'success',
      outcome: 'action_required',
      gate: 'action_required',
    });
  });
  it('somebody who may no longer write accepts nothing', () => {
    const facts = saying(ran, review(101, 'bob', 40, 'approved', head));
    expect(check(facts, 'outcome').conclusion).toBe('success');
    expect(check({ ...facts, permissions: { ...ALL_WRITE, 8: 'triage' } }, 'outcome').conclusion).toBe(
      'action_required',
    );
    expect(peopleToAskAboutOutcome(facts)).toEqual([PEOPLE.bob]);
  });

  const no = (change: 'changes_requested' | 'dismissed' = 'changes_requested') => review(105, 'bob', 45, change, head);
  it.each<[string, HeadFacts]>([
    ['beside an acceptance', saying(done, no())],
    ['before an acceptance of another', saying(ran, no(), review(106, 'ann', 50, 'approved', head))],
    ['dismissed by another', saying(done, no('dismissed'), dismissal(105, 50, 'changes_requested'))],
    ['dismissed with nothing to tell what it was', saying(done, no('dismissed'))],
    ['by somebody who was demoted since', { ...saying(done, no()), permissions: { ...ALL_WRITE, 8: 'none' } }],
    ['after an own yes', saying(ran, review(101, 'bob', 40, 'approved', head), no())],
  ])('a rejection wins: %s', (_, facts) =>
    expect(conclusions(facts)).toMatchObject({ approval: 'success', outcome: 'failure', gate: 'failure' }),
  );
  it('a rejection is taken back by the yes of the same person', () => {
    const back = saying(done, no(), review(106, 'bob', 50, 'approved', head));
    expect(check(back, 'gate').conclusion).toBe('success');
    const dismissed = saying(done, no(), review(106, 'bob', 50, 'dismissed', head), dismissal(106, 51));
    expect(check(dismissed, 'outcome').conclusion).toBe('failure');
  });
  it('a dismissed acceptance brings no older one back', () => {
    const twice = saying(done, review(107, 'ann', 45, 'dismissed', head), dismissal(107, 46));
    expect(check(twice, 'outcome').conclusion).toBe('action_required');
  });

  it('a later yes does not stand in for the one that the run stood on', () => {
    const lost = {
      ...done,
      timeline: [
        review(100, 'ann', 10, 'dismissed'),
        dismissal(100, 50),
        ...done.timeline.slice(1),
        comment(401, 'bob', 55, sentence(done)),
      ],
    };
    expect(conclusions(lost)).toMatchObject({ approval: 'failure', gate: 'failure' });
  });
  it('a yes again after the run takes nothing away', () =>
    expect(check(saying(done, comment(401, 'ann', 55, sentence(done))), 'gate').conclusion).toBe('success'));
  it('a yes that the run was not told of does not count, whatever its time', () => {
    const { evidence } = done;
    const told = withEvidence(done, {
      pack: evidence?.pack ? { ...evidence.pack, facts: { ...evidence.pack.facts, approvals: [] } } : null,
    });
    expect(conclusions(told)).toMatchObject({ approval: 'failure', gate: 'failure' });
  });
  it('an approval that has ended since the run is still what it stood on', () => {
    const later = { ...done, now: '2026-07-01T00:00:00.000Z' };
    expect(check(later, 'gate').conclusion).toBe('success');
  });
});

describe('one review never means both', () => {
  const accepted = accomplished('proposal');
  it('what accepts a proposal approves no other run of it', () => {
    expect(standsNow(accepted).codes).toEqual(['approval_consumed']);
    expect(standsNow({ ...accepted, evidence: null }).codes).toEqual(['approval_consumed']);
  });
  it('what rejects a proposal is a rejection, what says no after a failed run is a denial', () => {
    const rejected = saying(approvedAndRun('proposal'), review(101, 'ann', 40, 'changes_requested', C1));
    expect(conclusions(rejected)).toMatchObject({ approval: 'success', outcome: 'failure' });
    const failed = afterRun(saying(scene('proposal'), review(100, 'ann', 10)), { status: 'fail' });
    const denied = saying(failed, review(101, 'bob', 40, 'changes_requested', C1));
    expect(conclusions(denied)).toMatchObject({ approval: 'failure' });
    expect(standsNow(denied).status).toBe('denied');
    expect(standsNow(saying(failed, review(101, 'bob', 40))).status).toBe('granted');
  });
  it('what accepted a result that was taken off the branch approves nothing', () => {
    const back = saying(published(accomplished('published'), C1), happened('force_pushed', 50));
    expect(conclusions(back)).toMatchObject({
      approval: 'failure',
      evidence: 'action_required',
      outcome: 'action_required',
    });
  });
});

describe('between publish and outcome', () => {
  it('approvals that the push of the result dismisses still count, and no others', () => {
    const done = accomplished('published');
    const dismissed = (byPush: typeof C2 | null, wasState = 'approved'): HeadFacts => ({
      ...done,
      timeline: [review(100, 'ann', 10, 'dismissed'), dismissal(100, 35, wasState, byPush), ...done.timeline.slice(1)],
    });
    expect(check(dismissed(C2), 'gate').conclusion).toBe('success');
    expect(check(dismissed(null), 'gate').conclusion).toBe('failure');
    expect(check(dismissed(STRAY), 'gate').conclusion).toBe('failure');
    expect(check(dismissed(C2, 'changes_requested'), 'gate').conclusion).toBe('failure');
    expect(check({ ...dismissed(C2), evidence: null }, 'approval').conclusion).not.toBe('success');
  });
  it('a push makes evidence and outcome stale', () => {
    const pushed = withHead(saying(approvedAndRun('published'), review(101, 'ann', 40, 'approved', STRAY)));
    expect(conclusions(pushed)).toMatchObject({
      contract: 'failure',
      evidence: 'failure',
      outcome: 'action_required',
      gate: 'failure',
    });
  });
  it('only the very commit that the evidence makes is the result', () => {
    const other = accomplished('published');
    const pack = other.evidence?.pack ?? null;
    expect(check(withEvidence(other, { pack: pack && { ...pack, resultCommit: STRAY } }), 'gate').conclusion).toBe(
      'failure',
    );
    expect(check(withEvidence(other, { pack: pack && { ...pack, resultCommit: null } }), 'gate').conclusion).toBe(
      'failure',
    );
  });
});

describe('what may be published', () => {
  const ran = afterRun(saying(scene('published'), review(100, 'ann', 10)));
  it('the result of a pass on an approved head that is still there', () => {
    expect(notPublishable(ran).kind).toBe('publish');
    expect(notPublishable(afterRun(saying(scene('proposal'), review(100, 'ann', 10)))).kind).toBe('proposal');
  });
  it.each<[string, HeadFacts]>([
    ['a run that failed', afterRun(saying(scene('published'), review(100, 'ann', 10)), { status: 'fail' })],
    ['without evidence', { ...ran, evidence: null }],
    ['a pushed head', withHead(ran)],
    ['a denied packet', saying(ran, review(101, 'bob', 40, 'changes_requested'))],
    ['a demoted approver', { ...ran, permissions: {} }],
    ['a head put back', saying(ran, happened('force_pushed', 40))],
    [
      'a run with a frozen clock',
      withEvidence(ran, { pack: ran.evidence?.pack ? { ...ran.evidence.pack, frozen: true } : null }),
    ],
    ['a second open pull request', { ...ran, sharedWith: [99] }],
    [
      'a run without a result',
      withEvidence(ran, { pack: ran.evidence?.pack ? { ...ran.evidence.pack, resultCommit: null } : null }),
    ],
  ])('not %s', (_, facts) => expect(notPublishable(facts).kind).toBe('blocked'));
});

function packetOf(facts: HeadFacts) {
  if (!facts.issue?.packet.ok) throw new Error('there is no packet');
  return facts.issue.packet.packet;
}
function withEvidence(facts: HeadFacts, change: Partial<NonNullable<HeadFacts['evidence']>>): HeadFacts {
  return { ...facts, evidence: facts.evidence && { ...facts.evidence, ...change } };
}
